"""Every resource of the REST API: one line each."""

from collections.abc import Callable
from typing import Any, cast

from apispec import APISpec
from flask import Blueprint, Flask
from flask.blueprints import BlueprintSetupState

from app.web.api import (
    auth,
    beneficiaries,
    catalogue,
    documents,
    merchant,
    purchases,
    schedules,
    statements,
    top_ups,
    transfers,
    wallet,
    ways_in,
    webhooks,
    withdrawals,
)
from app.web.api.desk import ApiDesk
from app.web.api.guard import Guard
from app.web.api.openapi import ABOUT, TITLE, VERSION, Documented, Resource, add_components

RESOURCES: tuple[Callable[[ApiDesk], Resource], ...] = (
    auth.resource,
    wallet.resource,
    catalogue.resource,
    purchases.resource,
    schedules.resource,
    transfers.resource,
    beneficiaries.resource,
    withdrawals.resource,
    ways_in.resource,
    top_ups.resource,
    statements.resource,
    merchant.resource,
    webhooks.resource,
)


def api(desk: ApiDesk) -> Blueprint:
    """A blueprint that brings every resource with it, each behind the guard."""
    root = Blueprint("api", __name__)
    root.record_once(lambda state: _set_up(state, desk))
    return root


def _set_up(state: BlueprintSetupState, desk: ApiDesk) -> None:
    app, guard = cast("Flask", state.app), Guard(desk)
    spec = _with_resources(app, desk, guard.protect)
    pages = documents.pages(spec)
    guard.protect(pages)
    app.register_blueprint(pages)


def _with_resources(app: Flask, desk: ApiDesk, protect: Callable[[Blueprint], None]) -> APISpec:
    app.config.update(API_TITLE=TITLE, API_VERSION="1", OPENAPI_VERSION=VERSION)
    made = Documented(app, spec_kwargs={"info": {"description": ABOUT}})
    add_components(made.spec)
    for resource in RESOURCES:
        blueprint = resource(desk)
        protect(blueprint)
        made.register_blueprint(blueprint)
    spec: APISpec = made.spec
    return spec


def described() -> str:
    """The OpenAPI document, of resources that nobody can call."""
    nothing: Any = None
    desk = ApiDesk(nothing, nothing, nothing, nothing, b"")
    return documents.written(_with_resources(Flask("described"), desk, lambda _: None))
