"""What can be done to a subscriber: the form of each act, the right it needs, what does it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from wtforms import BooleanField, SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import Length

from app.domain.cases import CaseKind
from app.domain.msisdn import Msisdn
from app.domain.roles import Right
from app.domain.tiers import HIGHEST, LOWEST
from app.services.backoffice.subscriber_acts import change_language, let_sms_sell, open_case_for
from app.services.cure_pin import (
    SimSwapped,
    SimUnchecked,
    block_subscriber,
    reset_pin,
    unblock_subscriber,
    unlock_subscriber,
)
from app.services.erase_subscriber import ask_erasure
from app.services.show_subscriber import set_tier
from app.services.staff_refused import StaffRefused
from app.web.backoffice.access import person
from app.web.backoffice.desk import Desk
from app.web.backoffice.forms import Form, MoneyForm, ReasonField, ReasonForm
from menus.texts.catalogue import LANGUAGES

_SWAPPED = (
    "the SIM was changed lately, so whoever asks may not be the owner: see the papers, then tick"
    " that you saw them"
)
_UNCHECKED = "the network is being asked about the SIM: try again in a minute"


class PinForm(MoneyForm):
    """`key`: sent twice, one SMS goes out."""

    reason = ReasonField()
    papers = BooleanField("I saw the owner's papers, so the SIM's history doesn't matter")


class CaseForm(MoneyForm):
    kind = SelectField(
        "What went wrong",
        choices=[SelectChoice(one.value, one.value.replace("_", " ")) for one in CaseKind],
    )
    subject = StringField("Reference it is about, if there is one", [Length(max=6)])


class ErasureForm(MoneyForm):
    """`key`: sent twice, it is asked for once."""

    reason = ReasonField()


class LanguageForm(Form):
    language = SelectField(
        "Language", choices=[SelectChoice(code, name) for code, name in LANGUAGES.items()]
    )
    reason = ReasonField()


class TierForm(Form):
    tier = SelectField(
        "Tier",
        choices=[SelectChoice(str(one), str(one)) for one in range(LOWEST, HIGHEST + 1)],
    )
    reason = ReasonField("What you saw")


@dataclass(frozen=True)
class Act:
    """One thing that can be done: its form under `name`, the right it needs, and what does it,
    which says what was done."""

    name: str
    form: type[Form]
    right: Right
    do: Callable[[Desk, Msisdn, Any], tuple[str, str]]


def _block(desk: Desk, msisdn: Msisdn, form: Any) -> tuple[str, str]:
    done = block_subscriber(desk.context, msisdn, person().name, form.reason.data)
    return _told("Blocked: nothing leaves the wallet. The owner is told by SMS.", done=done)


def _unblock(desk: Desk, msisdn: Msisdn, form: Any) -> tuple[str, str]:
    done = unblock_subscriber(desk.context, msisdn, person().name, form.reason.data)
    return _told("Open again.", done=done)


def _unlock(desk: Desk, msisdn: Msisdn, form: Any) -> tuple[str, str]:
    unlock_subscriber(desk.context, msisdn, person().name, form.reason.data)
    return _told("Every lock has ended. The PIN is the same.")


def _new_pin(desk: Desk, msisdn: Msisdn, form: Any) -> tuple[str, str]:
    try:
        reset_pin(
            desk.context, msisdn, person().name, form.reason.data,
            after_id_check=form.papers.data, key=form.key.data,
        )  # fmt: skip
    except SimSwapped:
        raise StaffRefused(_SWAPPED) from None
    except SimUnchecked:
        raise StaffRefused(_UNCHECKED) from None
    return _told("A start PIN goes to the handset by SMS. Nobody here sees it.")


def _case(desk: Desk, msisdn: Msisdn, form: Any) -> tuple[str, str]:
    subject = (form.subject.data or "").strip().upper()
    kind = CaseKind(form.kind.data)
    opened = open_case_for(desk.context, person(), msisdn, subject, kind, form.key.data)
    return _told(f"Complaint {opened.ticket} is open; the ticket goes out by SMS.")


def _language(desk: Desk, msisdn: Msisdn, form: Any) -> tuple[str, str]:
    code = form.language.data
    done = change_language(desk.context, person(), msisdn, code, form.reason.data)
    return _told(f"Screens and SMS are in {LANGUAGES[code]} from now on.", done=done)


def _stop_selling(desk: Desk, msisdn: Msisdn, form: Any) -> tuple[str, str]:
    done = let_sms_sell(desk.context, person(), msisdn, form.reason.data, wanted=False)
    return _told("No more promotional SMS; receipts still go out.", done=done)


def _sell(desk: Desk, msisdn: Msisdn, form: Any) -> tuple[str, str]:
    done = let_sms_sell(desk.context, person(), msisdn, form.reason.data, wanted=True)
    return _told("Promotional SMS may come again.", done=done)


def _tier(desk: Desk, msisdn: Msisdn, form: Any) -> tuple[str, str]:
    set_tier(desk.context, msisdn, int(form.tier.data), person().name, form.reason.data)
    return _told(f"On tier {form.tier.data} from now on.")


def _erase(desk: Desk, msisdn: Msisdn, form: Any) -> tuple[str, str]:
    ticket = ask_erasure(
        desk.context, msisdn, form.reason.data, person().name, form.key.data
    )  # fmt: skip
    return _told(f"Asked for under {ticket}: it is done when another person approves.")


def _told(text: str, *, done: bool = True) -> tuple[str, str]:
    return (text, "good") if done else ("It was so already. Nothing was changed.", "warning")


ACTS = (
    Act("block", ReasonForm, Right.BLOCK_SUBSCRIBER, _block),
    Act("unblock", ReasonForm, Right.BLOCK_SUBSCRIBER, _unblock),
    Act("unlock", ReasonForm, Right.RESET_PIN, _unlock),
    Act("new-pin", PinForm, Right.RESET_PIN, _new_pin),
    Act("case", CaseForm, Right.ANSWER_CASE, _case),
    Act("language", LanguageForm, Right.CHANGE_SUBSCRIBER, _language),
    Act("stop-selling", ReasonForm, Right.CHANGE_SUBSCRIBER, _stop_selling),
    Act("sell", ReasonForm, Right.CHANGE_SUBSCRIBER, _sell),
    Act("erase", ErasureForm, Right.ASK_ERASURE, _erase),
    Act("tier", TierForm, Right.MANAGE_KYC, _tier),
)
