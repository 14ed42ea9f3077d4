"""A seeded simulation of the money core: real services and database, everything outside random.

People type and gateways repeat; vendors and banks deliver, decline, stall, lie late and call back
in any order; jobs are lost, doubled and reordered; the process dies at any commit, loses an answer,
or is overtaken by another between two commits; time jumps. After every step the invariants must
hold; at the end everything must have ended. The seed decides all of it.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count

from app.db.errors import AnswerLost
from app.domain.references import ALPHABET
from app.ports.channels import MtSms, SmsAccepted, SmsNotSent, SmsOutcome, SmsUnknown
from app.services import surely, vend_order
from app.services.fold_ledger import fold_ledger
from app.services.seal_ledger import seal_ledger
from app.services.send_sms import SmsContext, send_sms
from app.services.sweep import take_outbox, take_overdue, tell_of_delays, tidy
from tests.factories.world import World
from tests.fakes.clock import FixedClock
from tests.simulation.banks import Banks
from tests.simulation.invariants import Invariants
from tests.simulation.mortal import Killed, MortalDatabase
from tests.simulation.people import People
from tests.simulation.staff import Staff
from tests.simulation.vendors import Vendors

STARTS = datetime(2040, 3, 5, 11, 0, tzinfo=UTC)
"""Later than any real day, so that what the database stamps with its own clock is always past."""

_ALL_EVERY = 100
_DEEPEST = 2
_KILL, _LOSE, _OVERTAKE = 0.012, 0.004, 0.05


class InvariantBroken(AssertionError):
    """Something that must always hold didn't."""


def start(db: MortalDatabase, seed: int) -> "Simulation":
    """A simulation on an empty database. Its references come from the seed as well."""
    surely._AGAIN_AFTER_SECONDS = (0, 0, 0)
    vend_order._STORE_AGAIN_AFTER_SECONDS = (0, 0)
    world = World(db, FixedClock(STARTS))
    numbers = count(1)
    return Simulation(world, db, seed, numbers)


@dataclass
class RandomGateway:
    """An SMS gateway that takes most of what it is given, and doesn't always say so."""

    dice: random.Random
    name: str = "africastalking"
    taken: int = 0

    def send(self, sms: MtSms) -> SmsOutcome:
        luck = self.dice.random()
        if luck < 0.05:
            return SmsNotSent("connect")
        self.taken += 1
        return SmsUnknown("timeout") if luck < 0.1 else SmsAccepted(f"gw-{self.taken}")


@dataclass
class Simulation:
    """One run on one database. `queue` holds the jobs that were handed to Redis."""

    world: World
    db: MortalDatabase
    seed: int
    numbers: "count[int]"
    dice: random.Random = field(init=False)
    queue: list[tuple[str, int]] = field(default_factory=list)
    deaths: int = 0
    depth: int = 0
    dangerous: bool = False

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)
        world, dice = self.world, self.dice
        world.context = replace(world.context, new_reference=self._reference)
        world.funding = replace(world.funding, services=world.context)
        sms = SmsContext(
            world.context, (RandomGateway(dice),), timedelta(seconds=18), lambda *_: None
        )
        world.jobs["notify"] = lambda sms_id: send_sms(sms, sms_id)
        self.people = People(world, dice)
        self.vendors = Vendors(world, dice)
        self.banks = Banks(world, dice, self.people.buyers)
        self.staff = Staff(world, dice, self.vendors, self.people.buyers)
        self.staff.pins = self.people.pins
        world.look()
        self.invariants = Invariants(world, self.vendors)
        self.acts: dict[Callable[[], None], int] = {
            **self.people.acts(),
            **self.staff.acts(),
            self.vendors.finish_some: 3, self.vendors.call_back: 4, self.vendors.lie: 1,
            self.vendors.probe: 1, self.vendors.undo: 1, self.vendors.reprice: 1,
            self.banks.transfer_arrives: 2, self.banks.charge_is_paid: 4, self.banks.take_back: 1,
            self.banks.lie: 1, self.banks.speak: 2, self.relay: 14, self.sweep: 6, self.work: 24,
            self.tick: 4,
            self.jump: 1,
        }  # fmt: skip
        self.db.between = self._between

    def run(self, steps: int) -> None:
        """Raises InvariantBroken naming seed and step."""
        for step in range(steps):
            self._live_dangerously(self._choose())
            self._must_hold(step, self.invariants.after_a_step())
            if step % _ALL_EVERY == 0:
                self._must_hold(step, self.invariants.of_everything())
        self._come_to_an_end(steps)

    # --- danger ------------------------------------------------------------------------------

    def _choose(self) -> Callable[[], None]:
        return self.dice.choices(list(self.acts), list(self.acts.values()))[0]

    def _live_dangerously(self, act: Callable[[], None]) -> None:
        """Do it as a process does that may die on the way, or not hear what it did."""
        before, self.dangerous = self.dangerous, True
        self.depth += 1
        try:
            act()
        except Killed:
            self.deaths += 1
        except AnswerLost:
            pass
        finally:
            self.depth -= 1
            self.dangerous = before

    def _between(self, where: str) -> None:
        if not self.dangerous:
            return
        luck = self.dice.random()
        if luck < _KILL:
            raise Killed
        if where == "after" and luck < _KILL + _LOSE:
            raise AnswerLost
        if where == "before" and self.depth < _DEEPEST and luck > 1 - _OVERTAKE:
            self._live_dangerously(self._choose())

    # --- queue and time ----------------------------------------------------------------------

    def relay(self) -> None:
        self._hand_over(take_outbox(self.db).jobs)

    def sweep(self) -> None:
        self._hand_over(take_overdue(self.db, self.world.clock).jobs)
        tell_of_delays(self.db, self.world.clock)
        tidy(self.db, self.world.clock)
        fold_ledger(self.db)
        seal_ledger(self.db)

    def _hand_over(self, jobs: dict[str, list[int]]) -> None:
        """Redis keeps most of it, some of it twice, and forgets the rest."""
        for topic, subjects in jobs.items():
            for subject in subjects:
                copies = self.dice.choices((1, 2, 0), (90, 5, 5))[0]
                self.queue += [(topic, subject)] * copies

    def work(self) -> None:
        """Workers take some jobs, any of them."""
        for _ in range(self.dice.randint(1, 8)):
            if self.queue:
                topic, subject = self.queue.pop(self.dice.randrange(len(self.queue)))
                self.world.jobs[topic](subject)

    def tick(self) -> None:
        self.world.clock.advance(seconds=self.dice.randint(1, 3))

    def jump(self) -> None:
        self.world.clock.advance(seconds=self.dice.choice((5, 20, 40, 90, 700)))

    # --- the end -----------------------------------------------------------------------------

    def _come_to_an_end(self, steps: int) -> None:
        """Everybody speaks, nothing is lost any more, and days pass."""
        self.vendors.come_to_an_end()
        self.banks.come_to_an_end()
        for seconds, step in ((400, 5), (25 * 3600, 600), (72 * 3600, 3600)):
            for _ in range(0, seconds, step):
                self.world.clock.advance(seconds=step)
                self._everything_due()
            self._must_hold(steps, self.invariants.of_everything())
        self.invariants.all_is_said = True
        self._must_hold(steps, self.invariants.of_everything())
        self._must_hold(steps, self.invariants.at_the_end())
        self._must_hold(steps, self.banks.differences())

    def _everything_due(self) -> None:
        self.relay()
        self.sweep()
        self.relay()
        jobs, self.queue = self.queue, []
        for topic, subject in jobs:
            self.world.jobs[topic](subject)

    def _must_hold(self, step: int, found: list[str]) -> None:
        problems = (self.people, self.staff, self.banks.provider)
        found = [*found, *(said for one in problems for said in one.problems)]
        if found:
            raise InvariantBroken(f"seed {self.seed}, step {step}: {found[:5]}")

    def _reference(self) -> str:
        number, letters = next(self.numbers), ""
        for _ in range(6):
            number, place = divmod(number, len(ALPHABET))
            letters = ALPHABET[place] + letters
        return letters
