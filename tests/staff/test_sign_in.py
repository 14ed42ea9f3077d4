"""Who may ask and approve."""

from dataclasses import replace

import pytest

from app.cli import main
from app.db.engine import Database
from app.domain.roles import Role
from app.domain.secret import Secret
from app.services.demo import load_demo
from app.services.run_staff import (
    DEMO_STAFF,
    NotSignedIn,
    add_demo_staff,
    add_staff,
    close_staff,
    list_staff,
    sign_in,
)
from app.services.staff_refused import StaffRefused
from tests.factories.world import World
from tests.fakes.clock import FixedClock

GOOD = Secret("correct horse 9")
ADMIN, CHECKER = DEMO_STAFF


@pytest.fixture
def world(db: Database, clock: FixedClock) -> World:
    with db.statement() as tx:
        tx.run("delete from staff")
    return World(db, clock)


def test_who_was_added_signs_in_under_the_address_in_small_letters(world: World) -> None:
    assert (
        add_staff(world.context, " Ada@Example.com ", GOOD, "cli:root", Role.SUPPORT)
        == "ada@example.com"
    )
    assert sign_in(world.context, "ADA@example.com", GOOD) == "ada@example.com"


@pytest.mark.parametrize("email", ["ada@example.com", "nobody@example.com", ""])
def test_another_password_and_an_unknown_address_are_refused_alike(
    world: World, email: str
) -> None:
    add_staff(world.context, "ada@example.com", GOOD, "cli:root", Role.SUPPORT)
    with pytest.raises(NotSignedIn, match="no such member of staff, or the password is another"):
        sign_in(world.context, email, Secret("wrong horse 99"))


@pytest.mark.parametrize("easy", ["", "short12", "password1", "PassWord123", "zzzzzzzzzzzz"])
def test_an_easy_password_is_refused(world: World, easy: str) -> None:
    with pytest.raises(StaffRefused, match="too easy"):
        add_staff(world.context, "ada@example.com", Secret(easy), "cli:root", Role.SUPPORT)
    assert list_staff(world.context) == []


@pytest.mark.parametrize("email", ["", "ada", "@example.com", "ada@host", "a da@example.com"])
def test_what_is_no_address_is_refused(world: World, email: str) -> None:
    with pytest.raises(StaffRefused, match="not an e-mail address"):
        add_staff(world.context, email, GOOD, "cli:root", Role.SUPPORT)


def test_a_second_add_is_a_new_password_and_closing_ends_both(world: World) -> None:
    add_staff(world.context, "ada@example.com", GOOD, "cli:root", Role.SUPPORT)
    add_staff(world.context, "ada@example.com", Secret("another horse 7"), "cli:root")
    with pytest.raises(NotSignedIn):
        sign_in(world.context, "ada@example.com", GOOD)
    close_staff(world.context, "ada@example.com", "cli:root")
    with pytest.raises(NotSignedIn):
        sign_in(world.context, "ada@example.com", Secret("another horse 7"))
    with pytest.raises(StaffRefused):
        close_staff(world.context, "ada@example.com", "cli:root")
    rows = world.all("select act from audit where subject = 'ada@example.com' order by id")
    acts = [act for (act,) in rows]
    assert acts[-3:] == ["staff.add", "staff.add", "staff.close"]


def test_the_password_is_nowhere_but_in_its_hash(world: World) -> None:
    add_staff(world.context, "ada@example.com", GOOD, "cli:root", Role.SUPPORT)
    stored = world.all("select staff::text from staff union all select audit::text from audit")
    assert not [row for (row,) in stored if GOOD.value in row]
    assert str(world.one("select password_hash from staff")).startswith("$argon2id$")


def test_demo_staff_exist_in_demo_mode_and_never_sign_in_in_live_mode(world: World) -> None:
    load_demo(world.context, GOOD.value)
    load_demo(world.context, GOOD.value)
    assert [row.email for row in list_staff(world.context)] == sorted(DEMO_STAFF)
    assert sign_in(world.context, ADMIN, GOOD) == ADMIN
    live = replace(world.context, demo=False)
    with pytest.raises(NotSignedIn):
        sign_in(live, ADMIN, GOOD)
    with pytest.raises(StaffRefused, match="demo account"):
        add_staff(live, ADMIN, GOOD, "cli:root")


def test_another_demo_password_replaces_the_first(world: World) -> None:
    add_demo_staff(world.context, GOOD)
    add_demo_staff(world.context, Secret("demo-somethingelse"))
    with pytest.raises(NotSignedIn):
        sign_in(world.context, CHECKER, GOOD)
    assert sign_in(world.context, CHECKER, Secret("demo-somethingelse")) == CHECKER


@pytest.mark.parametrize("command", ["staff", "approval", "break", "ledger"])
def test_every_command_of_staff_explains_itself(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    assert "list" in capsys.readouterr().out or command == "ledger"
