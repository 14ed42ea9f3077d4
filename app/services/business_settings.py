"""Settings that are data: read them, ask for a change, change one that a second person approved."""

from app.db import business_settings
from app.db.approvals import ApprovalRow
from app.db.business_settings import SettingRow
from app.db.engine import Transaction
from app.domain.business_settings import SETTINGS
from app.domain.money import Money
from app.security.audit import Entry, append
from app.services.ask_approval import ask_approval
from app.services.context import Context
from app.services.staff_refused import StaffRefused


def value_of(tx: Transaction, name: str) -> int:
    """What counts now. Raises KeyError for a name that is no setting."""
    found = business_settings.find(tx, name)
    return SETTINGS[name].usual if found is None else found


def in_words(name: str, value: int) -> str:
    """`1,000`, `NGN 4.00`."""
    currency = SETTINGS[name].currency
    return str(Money(value, currency)) if currency else f"{value:,}"


def ask_setting(ctx: Context, name: str, value: int, reason: str, actor: str, key: str) -> str:
    """The ticket under which another person decides. Raises StaffRefused."""
    one = SETTINGS[name]
    if not one.least <= value <= one.most:
        raise StaffRefused(
            f"it must be from {in_words(name, one.least)} to {in_words(name, one.most)}"
        )
    with ctx.db.transaction() as tx:
        now = value_of(tx, name)
        if now == value:
            raise StaffRefused(f"it is {in_words(name, value)} already")
        detail = {
            "setting": one.label, "from": in_words(name, now), "to value": in_words(name, value),
            "name": name, "was": now, "value": value,
        }  # fmt: skip
        return ask_approval(ctx, tx, "setting", detail, reason, actor, key)


def set_setting(ctx: Context, tx: Transaction, approval: ApprovalRow, actor: str) -> str:
    """What an approved `setting` does. Raises StaffRefused when it was changed meanwhile."""
    name, was, value = (approval.detail[part] for part in ("name", "was", "value"))
    if name not in SETTINGS:
        raise StaffRefused(f"there is no setting {name} any more")
    business_settings.one_at_a_time(tx, name)
    now = value_of(tx, name)
    if now != was:
        raise StaffRefused(f"it is {in_words(name, now)} by now: decline it")
    at = ctx.clock.now()
    business_settings.put(tx, SettingRow(name, int(value), at, actor))
    append(tx, Entry(
        at, actor, "setting.change", name, {"ticket": approval.ticket},
        before={"value": was}, after={"value": value},
    ))  # fmt: skip
    return f"{name}: {in_words(name, now)} -> {in_words(name, int(value))}"
