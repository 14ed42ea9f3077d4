"""The fields of bodies by which more than the PIN is proven."""

from typing import Any

import marshmallow as ma

from app.domain.second_factor import FactorKind
from app.services.api.second_factor import Code
from app.web.api.bodies import Body, Hidden

NOT_PROVED = ("needs_second_factor", "wrong_second_factor", "second_factor_locked")
"""What can be wrong with them."""


class Proven(Body):
    """What large amounts want besides the PIN; both or neither."""

    also = {"not": {"oneOf": [{"required": ["code"]}, {"required": ["code_from"]}]}}  # noqa: RUF012 - constant

    code = Hidden(
        "[0-9]{6}", "Six digits.",
        metadata={
            "description": "The second factor, after `needs_second_factor`. The PIN is never one.",
            "example": "830164",
        },
    )  # fmt: skip
    code_from = ma.fields.String(
        validate=ma.validate.OneOf((FactorKind.LIST.value, FactorKind.APP.value)),
        metadata={"description": "The printed list, or the code app.", "example": "app"},
    )

    @ma.validates_schema
    def _both_or_neither(self, data: dict[str, Any], **_: Any) -> None:
        if ("code" in data) != ("code_from" in data):
            raise ma.ValidationError("Send code and code_from together.", "code")


def code_of(body: dict[str, Any]) -> Code | None:
    """The code in a body, if there is one."""
    return Code(FactorKind(body["code_from"]), body["code"]) if "code" in body else None
