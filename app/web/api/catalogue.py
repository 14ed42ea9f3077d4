"""`/api/operators` and `/api/plans`: what is on sale."""

from typing import Any

import marshmallow as ma

from app.domain.api_callers import Scope
from app.domain.catalogue import Plan as SoldPlan
from app.domain.catalogue import Term, term_of
from app.domain.operators import OPERATORS
from app.domain.operators import Operator as SellingOperator
from app.services.api.catalogue import plans
from app.web.api.bodies import Body
from app.web.api.callers import by_either
from app.web.api.desk import ApiDesk
from app.web.api.openapi import Resource
from menus.texts.plans import plan_name


class Operator(ma.Schema):
    code = ma.fields.String(required=True, metadata={"example": "mtn-ng"})
    name = ma.fields.String(required=True, metadata={"example": "MTN"})
    country = ma.fields.String(required=True, metadata={"example": "NG"})
    currency = ma.fields.String(required=True, metadata={"example": "NGN"})
    airtime_min_minor = ma.fields.Integer(required=True, metadata={"example": 5000})
    airtime_max_minor = ma.fields.Integer(required=True, metadata={"example": 5000000})


class Operators(ma.Schema):
    items = ma.fields.List(ma.fields.Nested(Operator), required=True)


class Plan(ma.Schema):
    plan_code = ma.fields.String(required=True, metadata={"example": "1024mb-7d"})
    operator = ma.fields.String(required=True, metadata={"example": "mtn-ng"})
    name = ma.fields.String(required=True, metadata={"example": "1GB 7 days"})
    size_mb = ma.fields.Integer(required=True, metadata={"example": 1024})
    validity_days = ma.fields.Integer(required=True, metadata={"example": 7})
    validity = ma.fields.String(
        required=True, validate=ma.validate.OneOf([term.value for term in Term]),
        metadata={"example": "weekly"},
    )  # fmt: skip
    price_minor = ma.fields.Integer(required=True, metadata={"example": 80000})
    currency = ma.fields.String(required=True, metadata={"example": "NGN"})


class Plans(ma.Schema):
    items = ma.fields.List(ma.fields.Nested(Plan), required=True)


class PlansWanted(Body):
    operator = ma.fields.String(
        validate=ma.validate.OneOf(tuple(OPERATORS)), metadata={"example": "mtn-ng"}
    )
    validity = ma.fields.String(validate=ma.validate.OneOf([term.value for term in Term]))


def resource(desk: ApiDesk) -> Resource:
    blueprint = Resource("plans", __name__, url_prefix="/api", description="What is on sale.")

    @blueprint.route("/operators", methods=["GET"])
    @blueprint.response(200, Operators)
    @by_either(Scope.CATALOGUE)
    def operators() -> dict[str, Any]:
        """Operators, and how much airtime they sell at once"""
        return {"items": [_operator(one) for one in OPERATORS.values()]}

    @blueprint.route("/plans", methods=["GET"])
    @blueprint.arguments(PlansWanted, location="query")
    @blueprint.response(200, Plans)
    @by_either(Scope.CATALOGUE)
    def on_sale(query: dict[str, Any]) -> dict[str, Any]:
        """Data plans at today's prices"""
        validity = query.get("validity")
        found = plans(desk.context, query.get("operator"), Term(validity) if validity else None)
        return {"items": [_plan(one) for one in found]}

    return blueprint


def _operator(one: SellingOperator) -> dict[str, Any]:
    return {
        "code": one.code, "name": one.name, "country": one.country, "currency": one.currency,
        "airtime_min_minor": one.airtime_min.amount_minor,
        "airtime_max_minor": one.airtime_max.amount_minor,
    }  # fmt: skip


def _plan(one: SoldPlan) -> dict[str, Any]:
    return {
        "plan_code": one.code, "operator": one.operator, "name": plan_name("en", one.code),
        "size_mb": one.size_mb, "validity_days": one.validity_days,
        "validity": term_of(one.validity_days).value, "price_minor": one.price.amount_minor,
        "currency": one.price.currency,
    }  # fmt: skip
