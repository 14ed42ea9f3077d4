"""The fault matrix as data: what can go wrong with a sale, and how it must end at each vendor."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from tests.providers.vending import VENDORS

ALL = tuple(VENDORS)


class End(StrEnum):
    """How a sale ends. In the last three the buyer has the money: of `TAKEN_BACK` since the vendor
    said that it undid the delivery, of the two at 24 h since nobody could say what became of it."""

    DELIVERED = "delivered"
    REFUNDED = "refunded"
    TAKEN_BACK = "taken back"
    WHOLE = "whole at 24 h"
    OUR_LOSS = "our loss at 24 h"


@dataclass(frozen=True)
class Case:
    """A way in which a sale goes wrong, as the vendor's sandbox makes it.

    `fault` is the sandbox's own; of the rest, `float_minor`: what we have there; `sent_twice`: the
    same request arrives a second time; `bought_before`: the same was bought a moment ago; `plan`: a
    plan is bought, not airtime; `costs_percent`: what the catalogue thinks that the plan costs;
    `withdrawn`: the catalogue knows a plan that the vendor doesn't; `to`: the beginning of the
    recipient's number; `down`: nobody listens at the vendor's address; `clock_off`: how wrong our
    clock is; `stray`: a callback about a sale that nobody made comes too; `stops`: the provider is
    stopped. `not_there`: the vendors at which it makes no sense, and why.
    """

    title: str
    how: str
    ends: End | Mapping[str, End]
    not_there: Mapping[str, str] = field(default_factory=dict)
    fault: str = ""
    float_minor: int = 10**13
    sent_twice: bool = False
    bought_before: bool = False
    plan: bool = False
    costs_percent: int = 100
    withdrawn: bool = False
    to: str = ""
    down: bool = False
    clock_off: timedelta = timedelta()
    stray: bool = False
    stops: bool = False

    def end_at(self, vendor: str) -> End:
        return self.ends if isinstance(self.ends, End) else self.ends[vendor]


def _but(usual: End, **others: End) -> dict[str, End]:
    return dict.fromkeys(ALL, usual) | others


def _only(*vendors: str, why: str) -> dict[str, str]:
    """The reason why it isn't there at all the others."""
    return dict.fromkeys((name for name in ALL if name not in vendors), why)


_NO_CALLBACKS = _only(
    "africastalking", "africastalking_data", "vtpass", "reloadly", "flutterwave", "dtone",
    why="It doesn't call back.",
)  # fmt: skip
_NO_PLANS = {"africastalking": "It sells airtime only."}
_LOST = _but(End.DELIVERED, africastalking_data=End.OUR_LOSS, smedata=End.OUR_LOSS)
"""Delivered, and the answer is lost: who can be asked, or calls back and is bound, tells."""

CASES = (
    Case("Success", "Nothing goes wrong.", End.DELIVERED),
    Case("Success after \"processing\"", "It is accepted, and delivered a while later.",
         _but(End.DELIVERED, smedata=End.OUR_LOSS), fault="pending_then_delivered"),
    Case("Time-out, then delivered", "No answer comes; the phone gets it.", _LOST,
         fault="timeout_then_delivered"),
    Case("Time-out, never received", "No answer comes, and nothing arrived there.",
         _but(End.DELIVERED, africastalking=End.REFUNDED, africastalking_data=End.WHOLE,
              dingconnect=End.WHOLE, flutterwave=End.WHOLE, smedata=End.WHOLE),
         fault="timeout_never_received"),
    Case("5xx, then delivered", "An error of their server is answered; the phone gets it.", _LOST,
         fault="server_error_then_delivered"),
    Case("Duplicate id", "The same request arrives a second time; its answer is what we hear.",
         End.DELIVERED, sent_twice=True,
         not_there=dict.fromkeys(
             ("dingconnect", "smedata"),
             "It sells the same id again. So nothing is ever sent to it twice: see *time-out, never"
             " received*.")),
    Case("Low float", "Our account there is empty. The provider is stopped.", End.REFUNDED,
         float_minor=0, stops=True,
         not_there={"africastalking_data": "What it says then isn't documented. Routing stops"
                                           " before the float is empty."}),
    Case("Same recipient too soon", "The same was delivered to the same number a moment ago.",
         End.REFUNDED, bought_before=True,
         not_there=_only("africastalking", "reloadly", "vtpass", why="No such rule is known.")),
    Case("Malformed answer", "200 and a page of HTML is answered; the phone gets it.", _LOST,
         fault="malformed_body"),
    Case("Delivered, then reversed", "After our receipt the vendor undoes it, and says so.",
         End.TAKEN_BACK, fault="delivered_then_reversed",
         not_there=_only("vtpass", "reloadly", "dtone", why="It isn't known to tell of that.")),
    Case("Webhook before the answer", "It calls back first and answers then.", End.DELIVERED,
         fault="callback_before_answer", not_there=_NO_CALLBACKS),
    Case("Webhook repeated", "It calls back three times at once.", End.DELIVERED,
         fault="duplicate_callback", not_there=_NO_CALLBACKS),
    Case("Webhook forged", "Somebody calls back \"delivered\"; then it fails.", End.REFUNDED,
         fault="forged_callback", not_there=_NO_CALLBACKS),
    Case("Webhook about no sale of ours", "What it called back is said of other ids as well.",
         End.DELIVERED, fault="pending_then_delivered", stray=True, not_there=_NO_CALLBACKS),
    Case("Price changed", "The plan costs more there than the catalogue knows. Where it is sold all"
         " the same the buyer pays what the menu said. Which words Flutterwave has for it isn't"
         " documented, so they decide nothing.",
         _but(End.REFUNDED, africastalking_data=End.DELIVERED, flutterwave=End.WHOLE,
              smedata=End.DELIVERED, vtpass=End.DELIVERED),
         plan=True, costs_percent=95, not_there=_NO_PLANS),
    Case("Plan withdrawn", "The catalogue still has a plan that the vendor doesn't.", End.REFUNDED,
         plan=True, withdrawn=True, not_there=_NO_PLANS),
    Case("Ported number", "Sold as MTN's, it is with Airtel now. Africa's Talking finds the"
         " operator by itself.",
         _but(End.REFUNDED, africastalking=End.DELIVERED, africastalking_data=End.DELIVERED),
         to="+23470300009"),
    Case("Provider down", "Its address refuses connections.", End.REFUNDED, down=True),
    Case("Clock wrong", "Our clock is two hours ahead, and its ids hold the time.", End.REFUNDED,
         clock_off=timedelta(hours=2),
         not_there=_only("vtpass", why="Its ids hold no time.") | {
             "baxi": "Its ids hold no time. It refuses requests with an old date (BX0005, in its"
                     " contract data); the sandbox doesn't look at the date."}),
)  # fmt: skip
