"""A few of the SMS scripts, as Kannel brings the SMS; all of them run through Africa's Talking."""

from pathlib import Path

import pytest

from app.db.engine import Database
from tests.factories.world import World
from tests.fakes.clock import FixedClock
from tests.fakes.vendor import ScriptedVendor
from tests.sms.test_scripts import Script

SCRIPTS = Path(__file__).parent / "scripts"


@pytest.mark.parametrize("name", ["airtime", "code", "late"])
def test_script(name: str, db: Database, clock: FixedClock) -> None:
    world = World(db, clock, {"vtpass": ScriptedVendor(clock)})
    world.stock_plans()
    Script(world, (SCRIPTS / f"{name}.txt").read_text(), "kannel").run()
    assert world.books_differ() == []
    assert world.all("select distinct channel from mo_sms") == [("kannel",)]
