"""Look-ups whose jobs are lost, late or doubled."""

import pytest

from app.domain.msisdn import Msisdn
from app.ports.operator_lookup import OperatorFound
from app.services.look_up_operator import LookUpContext, look_up_operator
from app.services.sweep import take_outbox
from tests.factories.races import meet_at
from tests.factories.world import World
from tests.fakes.lookups import ScriptedLookup
from tests.lookup.conftest import GLO, known


def test_a_look_up_whose_job_was_lost_is_done_by_the_sweeper(
    world: World, asked: ScriptedLookup, number: Msisdn
) -> None:
    asked.knows[number] = GLO
    known(world, number)
    assert take_outbox(world.db).jobs.keys() == {"lookup"}
    world.pass_time(4)
    assert (asked.asked, known(world, number)) == ([number], GLO)


def test_a_worker_that_died_while_asking_leaves_it_to_another(
    world: World, asked: ScriptedLookup, number: Msisdn
) -> None:
    class Dies(ScriptedLookup):
        def operator_of(self, msisdn: Msisdn) -> OperatorFound:
            raise SystemExit

    known(world, number)
    lookup = int(world.one("select id from operator_lookups where msisdn = %s", number))
    with pytest.raises(SystemExit):
        look_up_operator(LookUpContext(world.context, (Dies(),)), lookup)
    asked.knows[number] = GLO
    world.pass_time(55, step=5)
    assert asked.asked == []
    world.pass_time(10, step=5)
    assert (asked.asked, known(world, number)) == ([number], GLO)


def test_a_job_that_runs_twice_asks_once(
    world: World, asked: ScriptedLookup, number: Msisdn
) -> None:
    asked.knows[number] = GLO
    known(world, number)
    lookup = int(world.one("select id from operator_lookups where msisdn = %s", number))
    meet_at(
        world.db,
        lambda tx: tx.run("select from operator_lookups where id = %s for update", (lookup,)),
        [lambda: world.jobs["lookup"](lookup)] * 3,
    )
    world.jobs["lookup"](lookup)
    world.look()
    assert asked.asked == [number]
