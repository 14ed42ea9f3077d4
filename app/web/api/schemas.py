"""Bodies of more than one resource."""

import marshmallow as ma

from app.web.api.bodies import Body


class ProblemDetails(ma.Schema):
    """RFC 9457. What else a problem says is beside these."""

    class Meta:
        unknown = ma.INCLUDE

    type = ma.fields.String(required=True, metadata={"example": "/api/problems/invalid_body"})
    title = ma.fields.String(required=True, metadata={"example": "The body can't be used"})
    status = ma.fields.Integer(required=True, metadata={"example": 422})
    detail = ma.fields.String(required=True)
    code = ma.fields.String(
        required=True, metadata={"description": "Stable.", "example": "invalid_body"}
    )
    errors = ma.fields.Dict(
        keys=ma.fields.String(), values=ma.fields.List(ma.fields.String()),
        metadata={"description": "What is wrong, by field."},
    )  # fmt: skip
    retry_after = ma.fields.Integer(metadata={"description": "Seconds to wait."})


class Page(Body):
    """Which part of a list."""

    cursor = ma.fields.String(
        validate=ma.validate.Length(max=200),
        metadata={"description": "`next_cursor` of the page before."},
    )
    limit = ma.fields.Integer(load_default=20, validate=ma.validate.Range(min=1, max=100))


class Empty(Body):
    """No fields."""
