"""Every resource of the REST API: one line each."""

from collections.abc import Callable
from typing import cast

from flask import Blueprint, Flask
from flask.blueprints import BlueprintSetupState
from flask_smorest import Api

from app.web.api import auth, catalogue, documents, purchases, wallet
from app.web.api.bodies import Resource
from app.web.api.desk import ApiDesk
from app.web.api.guard import Guard
from app.web.api.schemas import ProblemBody

RESOURCES: tuple[Callable[[ApiDesk], Resource], ...] = (
    auth.resource,
    wallet.resource,
    catalogue.resource,
    purchases.resource,
)
_ABOUT = "What the phone can do, for apps and partners: docs/api.md."


class _Api(Api):
    """Problems are answered by the application's own handler."""

    ERROR_SCHEMA = ProblemBody
    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_error_handlers(self) -> None:
        pass


def api(desk: ApiDesk) -> Blueprint:
    """A blueprint that brings every resource with it, each behind the guard."""
    root = Blueprint("api", __name__)

    def set_up(state: BlueprintSetupState) -> None:
        app = cast("Flask", state.app)
        app.config.update(API_TITLE="NexusTop", API_VERSION="1", OPENAPI_VERSION="3.1.0")
        made = _Api(app, spec_kwargs={"info": {"description": _ABOUT}})
        guard = Guard(desk)
        for resource in RESOURCES:
            blueprint = resource(desk)
            guard.protect(blueprint)
            made.register_blueprint(blueprint)
        pages = documents.pages(made.spec)
        guard.protect(pages)
        app.register_blueprint(pages)

    root.record_once(set_up)
    return root
