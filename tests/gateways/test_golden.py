"""Golden files: each gateway's requests mean what they should, and it gets its own form back."""

import pytest

from providers import registry
from tests.gateways.golden import FOLDER, Exchange, answered, exchanges, meaning

SHORT_CODE = "*384*123#"
_ALL = [(name, exchange) for name in registry.USSD_GATEWAYS for exchange in exchanges(name)]


@pytest.mark.parametrize(("gateway", "exchange"), _ALL, ids=[f"{g}-{e.name}" for g, e in _ALL])
def test_an_exchange_goes_as_it_is_written(gateway: str, exchange: Exchange) -> None:
    dialect = registry.USSD_GATEWAYS[gateway](SHORT_CODE)
    assert meaning(dialect, exchange.request) == exchange.meaning
    assert answered(dialect, exchange.request, exchange.shown) == exchange.answer


@pytest.mark.parametrize("gateway", registry.USSD_GATEWAYS)
def test_a_gateway_has_golden_files_of_a_beginning_a_reply_an_end_and_a_refusal(
    gateway: str,
) -> None:
    found = {path.stem for path in (FOLDER / gateway).glob("*.txt")}
    assert {"first", "deep", "reply", "last", "unreadable"} <= found
