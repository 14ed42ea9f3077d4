"""`nexustop number`: what staff see of a number, and what they set."""

import pytest

from app import bootstrap
from app.cli import main
from app.db import number_operators
from app.domain.msisdn import Msisdn
from app.domain.roles import Role
from app.security.audit import read_chain
from app.services.run_staff import add_staff
from tests.conftest import Urls
from tests.factories.gateway import Gateway, settings
from tests.staff.office import ADMIN, PASSWORD

Capture = pytest.CaptureFixture[str]
NUMBER = Msisdn("+2347030000901")


@pytest.fixture
def gateway(urls: Urls, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Gateway:
    made = Gateway.to(settings(urls.program, redis_url))
    monkeypatch.setattr(bootstrap, "parts", lambda: made.parts)
    monkeypatch.setenv("NEXUSTOP_STAFF_PASSWORD", PASSWORD.value)
    add_staff(made.parts.context, ADMIN, PASSWORD, "cli:test", Role.SUPPORT)
    return made


def put(number: str, operator: str, *, by: str = ADMIN) -> int:
    return main(["number", "set", number, operator, "--reason", "papers seen", "--as", by])


def audited(gateway: Gateway) -> list[tuple[str, str, dict[str, str]]]:
    with gateway.parts.db.transaction() as tx:
        assert read_chain(tx).broken == []
        return tx.all("select actor, act, detail from audit where act = 'number.operator'")


def test_staff_see_what_is_known_set_what_they_know_and_are_audited(
    gateway: Gateway, capsys: Capture
) -> None:
    assert main(["number", "show", NUMBER]) == 0
    assert capsys.readouterr().out == (
        f"{NUMBER}  NG  MTN (mtn-ng)\n  prefix          mtn-ng\nlast looked up: never\n"
    )
    with gateway.parts.db.transaction() as tx:
        number_operators.looked_up(tx, NUMBER, "glo-ng", "reloadly", gateway.parts.clock.now())
    assert put(NUMBER, "airtel-ng") == 0
    assert capsys.readouterr().out == f"{NUMBER} is with Airtel (airtel-ng)\n"
    assert main(["number", "show", NUMBER]) == 0
    first, *rest = capsys.readouterr().out.splitlines()
    assert first == f"{NUMBER}  NG  Airtel (airtel-ng)"
    assert [line.split()[:2] for line in rest[:3]] == [
        ["staff", "airtel-ng"], ["reloadly", "glo-ng"], ["prefix", "mtn-ng"],
    ]  # fmt: skip
    assert audited(gateway) == [
        (ADMIN, "number.operator", {"operator": "airtel-ng", "reason": "papers seen"})
    ]
    screens = gateway.dial("1", "2", "0703 000 0901", "1")
    assert screens[-1].startswith("CON Airtel airtime NGN 100.00 for 0703 000 0901")


@pytest.mark.parametrize(
    ("number", "operator", "said"),
    [
        ("hello", "mtn-ng", "hello is not a mobile number"),
        ("+254712345678", "mtn-ng", "can be with safaricom-ke, airtel-ke, telkom-ke"),
        ("+2348030000777", "mtn", "can be with mtn-ng, airtel-ng"),
        ("+27821234567", "mtn-ng", "we sell for no operator of ZA"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(
    number: str, operator: str, said: str, gateway: Gateway, capsys: Capture
) -> None:
    before = len(audited(gateway))
    assert put(number, operator) == 1
    assert said in capsys.readouterr().err
    assert len(audited(gateway)) == before


def test_only_staff_may_set_it(gateway: Gateway, capsys: Capture) -> None:
    assert put("+2348030000778", "glo-ng", by="nobody@nexustop.example") == 1
    assert "no such member of staff" in capsys.readouterr().err
    with gateway.parts.db.statement() as tx:
        assert number_operators.everything_of(tx, Msisdn("+2348030000778")) == []
