"""`nexustop provider`: who changes something says who it is, and that is audited."""

import pytest

from app import bootstrap
from app.cli import main
from app.cli.signing_in import PASSWORD as VARIABLE
from app.domain.roles import Role
from app.services.run_staff import add_staff
from tests.conftest import Urls
from tests.factories.gateway import Gateway, settings
from tests.staff.office import ADMIN, CHECKER, PASSWORD


@pytest.fixture
def gateway(urls: Urls, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Gateway:
    made = Gateway.to(settings(urls.program, redis_url))
    monkeypatch.setattr(bootstrap, "parts", lambda: made.parts)
    monkeypatch.setenv(VARIABLE, PASSWORD.value)
    add_staff(made.parts.context, ADMIN, PASSWORD, "cli:test", Role.ADMIN)
    add_staff(made.parts.context, CHECKER, PASSWORD, "cli:test", Role.FINANCE_CHECKER)
    return made


def test_a_provider_is_stopped_by_a_member_of_staff_who_may_and_audited_under_the_address(
    gateway: Gateway, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    stop = ["provider", "stop", "vtpass", "--reason", "outage"]
    with pytest.raises(SystemExit):
        main(stop)
    assert main([*stop, "--as", CHECKER]) == 1, "the checker doesn't run routes"
    assert main(["provider", "stop", "nobody", "--reason", "x", "--as", ADMIN]) == 1
    monkeypatch.setenv(VARIABLE, "wrong horse 9")
    assert main([*stop, "--as", ADMIN]) == 1
    capsys.readouterr()
    assert main(["provider", "list"]) == 0
    assert "vtpass: in use" in capsys.readouterr().out
    monkeypatch.setenv(VARIABLE, PASSWORD.value)
    assert main([*stop, "--as", ADMIN]) == 0
    assert "vtpass: stopped (staff)" in capsys.readouterr().out
    assert main(["provider", "start", "vtpass", "--reason", "over", "--as", ADMIN]) == 0
    limits = ["--alarm", "5000", "--stop", "100", "--reason", "low", "--as", ADMIN]
    assert main(["provider", "float", "vtpass", *limits]) == 0
    with gateway.parts.db.statement() as tx:
        found = tx.all("select actor, act from audit where subject = 'vtpass' order by id")
    acts = ("provider.stop", "provider.start", "provider.float")
    assert found == [(ADMIN, act) for act in acts]
