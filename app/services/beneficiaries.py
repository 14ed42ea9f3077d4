"""Keep, show and forget the numbers that a subscriber has given names."""

from app.db import beneficiaries, subscribers
from app.domain.beneficiaries import MOST
from app.domain.door_limits import BENEFICIARIES
from app.domain.requests import (
    Beneficiaries,
    Beneficiary,
    Done,
    GetBeneficiaries,
    ListFull,
    NameTaken,
    Origin,
    Refusal,
    Refused,
    RemoveBeneficiary,
    SaveBeneficiary,
    TooFast,
)
from app.services.context import Context
from app.services.door_limits import refused_until


def get_beneficiaries(ctx: Context, origin: Origin, _: GetBeneficiaries) -> Beneficiaries:
    with ctx.db.statement() as tx:
        rows = beneficiaries.of_subscriber(tx, origin.msisdn)
    return Beneficiaries(tuple(Beneficiary(row.msisdn, row.name) for row in rows))


def save_beneficiary(
    ctx: Context, origin: Origin, request: SaveBeneficiary
) -> Done | NameTaken | ListFull | TooFast | Refused:
    """Safe to run again; however many sessions save at once, the list keeps to its length."""
    with ctx.db.transaction() as tx:
        owner = subscribers.find_by_msisdn(tx, origin.msisdn)
        if owner is None:
            return Refused(Refusal.NOT_REGISTERED)
        beneficiaries.lock(tx, owner.id)
        names = beneficiaries.others(tx, owner.id, request.msisdn)
        if request.name.lower() in map(str.lower, names):
            return NameTaken()
        if len(names) >= MOST:
            return ListFull()
        again_at = (
            None if owner.limits_exempt else refused_until(ctx, (BENEFICIARIES, owner.msisdn))
        )
        if again_at is not None:
            return TooFast(again_at)
        beneficiaries.save(tx, owner.id, request.msisdn, request.name, ctx.clock.now())
    return Done()


def remove_beneficiary(ctx: Context, origin: Origin, request: RemoveBeneficiary) -> Done | Refused:
    with ctx.db.transaction() as tx:
        owner = subscribers.find_by_msisdn(tx, origin.msisdn)
        if owner is None:
            return Refused(Refusal.NOT_REGISTERED)
        beneficiaries.remove(tx, owner.id, request.msisdn)
    return Done()
