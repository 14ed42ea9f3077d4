"""`/api/beneficiaries`: numbers that are kept with a name."""

from typing import Any

import marshmallow as ma

from app.db.api_purchases import CHANNEL
from app.domain.beneficiaries import LONGEST_NAME, NAME_PATTERN
from app.domain.requests import (
    Done,
    GetBeneficiaries,
    Origin,
    RemoveBeneficiary,
    SaveBeneficiary,
)
from app.services.beneficiaries import get_beneficiaries, remove_beneficiary, save_beneficiary
from app.web.api.bodies import Body, Shaped, number_in_path
from app.web.api.callers import by_subscriber, subscriber
from app.web.api.desk import ApiDesk
from app.web.api.openapi import Resource, raises
from app.web.api.refusals import problem_of


class Beneficiary(ma.Schema):
    msisdn = ma.fields.String(required=True, metadata={"example": "+2348030000001"})
    name = ma.fields.String(required=True, metadata={"example": "Mama"})


class BeneficiariesShown(ma.Schema):
    items = ma.fields.List(ma.fields.Nested(Beneficiary), required=True)


class NameWanted(Body):
    name = Shaped(
        NAME_PATTERN, "Letters, digits and single blanks, at least one letter.",
        required=True, validate=ma.validate.Length(min=1, max=LONGEST_NAME),
        metadata={"example": "Mama"},
    )  # fmt: skip


def resource(desk: ApiDesk) -> Resource:
    blueprint = Resource(
        "beneficiaries", __name__, url_prefix="/api", description="Numbers with a name."
    )
    ctx = desk.context

    @blueprint.route("/beneficiaries", methods=["GET"])
    @blueprint.response(200, BeneficiariesShown)
    @by_subscriber
    def kept() -> dict[str, Any]:
        """The saved numbers, the last used first"""
        return {"items": get_beneficiaries(ctx, _origin(), GetBeneficiaries()).saved}

    @blueprint.route("/beneficiaries/<msisdn>", methods=["PUT"])
    @blueprint.arguments(NameWanted)
    @blueprint.response(200, Beneficiary)
    @raises("not_found", "name_taken", "list_full", "too_fast")
    @by_subscriber
    def keep(body: dict[str, Any], msisdn: str) -> dict[str, Any]:
        """Save a number under a name, or rename it"""
        number = number_in_path(msisdn)
        reply = save_beneficiary(ctx, _origin(), SaveBeneficiary(number, body["name"]))
        if not isinstance(reply, Done):
            raise problem_of(reply, ctx.clock.now())
        return {"msisdn": number, "name": body["name"]}

    @blueprint.route("/beneficiaries/<msisdn>", methods=["DELETE"])
    @blueprint.response(204)
    @raises("not_found")
    @by_subscriber
    def forget(msisdn: str) -> str:
        """Forget a number; it may be forgotten twice"""
        number = number_in_path(msisdn)
        reply = remove_beneficiary(ctx, _origin(), RemoveBeneficiary(number))
        if not isinstance(reply, Done):
            raise problem_of(reply, ctx.clock.now())
        return ""

    return blueprint


def _origin() -> Origin:
    return Origin(CHANNEL, "", 0, subscriber().msisdn)
