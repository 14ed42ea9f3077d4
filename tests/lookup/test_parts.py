"""Which vendors the program asks whose a number is."""

import pytest

from app import bootstrap
from app.bootstrap import Parts
from app.bootstrap.vendors import VENDING
from providers import registry
from tests.factories.gateway import settings
from tests.fakes.lookups import ScriptedLookup

NOWHERE = "postgresql://nobody@127.0.0.1:1/none"


def test_vendors_that_can_be_asked_are_in_the_order_in_which_they_sell(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one = ScriptedLookup("vtpass", frozenset({"NG"}))
    other = ScriptedLookup("africastalking", frozenset({"KE", "NG"}))
    monkeypatch.setattr(registry, "LOOK_UPS", frozenset({"africastalking", "vtpass", "elsewhere"}))
    for vendor in (one, other):
        monkeypatch.setitem(VENDING, vendor.name, lambda _, made=vendor: made)  # type: ignore[misc]
    parts = Parts(settings(NOWHERE, "redis://127.0.0.1:1", vending_order="vtpass,africastalking"))
    assert parts.look_ups.vendors == (one, other)
    assert parts.context.look_ups.countries == {"NG", "KE"}
    parts.close()


def test_whoever_is_said_to_know_can_be_asked() -> None:
    able = {name for name, made in registry.VENDING.items() if hasattr(made, "operator_of")}
    assert able == registry.LOOK_UPS <= set(bootstrap.KNOWN_PROVIDERS)


def test_an_answer_must_be_good_for_a_day_at_least() -> None:
    with pytest.raises(ValueError, match="look_up_max_age_days"):
        settings(NOWHERE, "redis://127.0.0.1:1", look_up_max_age_days=0)
