"""What staff change of a subscriber beside locks and PINs: the language, SMS that sell, a complaint
opened for them, a statement fetched."""

from datetime import date, timedelta

from app.db import consents, sms, subscriber_file, subscribers
from app.db.engine import Transaction
from app.db.subscribers import SubscriberRow
from app.domain.cases import CaseKind
from app.domain.days import day_of
from app.domain.msisdn import Msisdn
from app.domain.requests import Origin, ProblemReported, ReportProblem
from app.ports.channels import OptOut
from app.security.audit import Entry, append
from app.services.backoffice.person import Person
from app.services.context import Context
from app.services.cure_pin import NoSuchSubscriber
from app.services.report_problem import report_problem
from app.services.staff_refused import StaffRefused
from app.services.statement import Statement, statement
from menus.texts.catalogue import LANGUAGES

LONGEST_STATEMENT = timedelta(days=366)
_CHANNEL = "backoffice"


def change_language(
    ctx: Context, person: Person, msisdn: Msisdn, language: str, reason: str
) -> bool:
    """Screens and SMS from now on; False when it was that one. Raises NoSuchSubscriber,
    StaffRefused."""
    if language not in LANGUAGES:
        raise StaffRefused(f"we speak {', '.join(LANGUAGES)}")
    with ctx.db.transaction() as tx:
        before = _find(tx, msisdn).language
        if before == language:
            return False
        subscribers.set_language(tx, msisdn, language)
        entry = Entry(
            ctx.clock.now(), person.name, "subscriber.language", msisdn, {"reason": reason},
            before={"language": before}, after={"language": language},
        )  # fmt: skip
        append(tx, entry)
    return True


def let_sms_sell(
    ctx: Context, person: Person, msisdn: Msisdn, reason: str, *, wanted: bool
) -> bool:
    """Whether promotional SMS may come, as the subscriber told us; receipts always do. False when
    it was so. Raises NoSuchSubscriber."""
    now = ctx.clock.now()
    with ctx.db.transaction() as tx:
        _find(tx, msisdn)
        was_wanted = subscriber_file.opted_out_at(tx, msisdn) is None
        if was_wanted == wanted:
            return False
        if wanted:
            sms.opt_in(tx, msisdn)
        else:
            sms.opt_out(tx, OptOut(msisdn, _CHANNEL), now)
        consents.marketing(tx, msisdn, _CHANNEL, now, given=wanted)
        entry = Entry(
            now, person.name, "subscriber.promotional_sms", msisdn, {"reason": reason},
            before={"wanted": was_wanted}, after={"wanted": wanted},
        )  # fmt: skip
        append(tx, entry)
    return True


def open_case_for(
    ctx: Context, person: Person, msisdn: Msisdn, subject: str, kind: CaseKind, key: str
) -> ProblemReported:
    """A complaint they told by phone; while one about the same is open, that one. `subject` is a
    reference of theirs or empty. Raises StaffRefused when it moved none of their money."""
    origin = Origin(_CHANNEL, key, 1, msisdn)
    opened = report_problem(ctx, origin, ReportProblem(subject, kind), person.name)
    if not isinstance(opened, ProblemReported):
        raise StaffRefused(f"{subject or 'this number'} moved no money of this subscriber")
    return opened


def fetch_statement(
    ctx: Context, person: Person, msisdn: Msisdn, first: date, last: date, form: str
) -> Statement:
    """Of these days, both included; that it was fetched is written down. Raises NoSuchSubscriber,
    StaffRefused for days that can't be."""
    with ctx.db.statement() as tx:
        today = day_of(ctx.clock.now(), _find(tx, msisdn).country)
    if not first <= last <= today:
        raise StaffRefused("a statement's first day is not after its last, and none lies ahead")
    if last - first > LONGEST_STATEMENT:
        raise StaffRefused(f"a statement holds {LONGEST_STATEMENT.days} days or fewer")
    found = statement(ctx, msisdn, first, last)
    detail = {"from": str(first), "to": str(last), "format": form}
    with ctx.db.transaction() as tx:
        append(tx, Entry(ctx.clock.now(), person.name, "statement", msisdn, detail))
    return found


def _find(tx: Transaction, msisdn: Msisdn) -> SubscriberRow:
    found = subscribers.find_by_msisdn(tx, msisdn)
    if found is None:
        raise NoSuchSubscriber(msisdn)
    return found
