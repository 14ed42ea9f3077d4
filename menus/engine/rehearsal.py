"""Walk a machine everywhere it can go, given every kind of reply, and keep what was seen.

Nothing is proved about a menu by looking at its code: here each option is pressed, each reply
given and each wrong input made, and what the handset would have shown is collected.
"""

from collections.abc import Callable, Iterable, Iterator, Set
from dataclasses import dataclass, field

from menus.engine.machine import MISTAKES_ALLOWED, Ask, Machine, Show, Turn
from menus.engine.paging import BACK, HOME
from menus.engine.session import Data, Session

NONSENSE = "#"


@dataclass(frozen=True, slots=True)
class Cast:
    """What a rehearsal plays with: the longest there is of everything.

    openings: session data to begin with, with what was left behind. replies: every reply a
    request can get. typed: what is typed on screens that take free input, right and wrong.
    dialled: stable codes. lengths: data whose value makes a text longer or shorter and nothing
    else; of these the value played last in each list counts.
    """

    openings: tuple[Data, ...]
    replies: Callable[[object], Iterable[object]]
    typed: tuple[str, ...]
    dialled: tuple[str, ...]
    lengths: Set[str]


@dataclass(slots=True)
class Rehearsal:
    """Every screen with another text or other options, every text shown after a wrong input (by
    state), and every move between states that was made."""

    screens: list[Show] = field(default_factory=list)
    scolded: set[tuple[str, str]] = field(default_factory=set)
    moves: set[tuple[str, str]] = field(default_factory=set)


def rehearse(machine: Machine, casts: Iterable[Cast]) -> Rehearsal:
    """Go everywhere that each of the casts leads to. Raises UndeclaredMove where a flow breaks its
    own declaration."""
    rehearsal = Rehearsal()
    for cast in casts:
        _walk(machine, cast, rehearsal)
    return rehearsal


def _walk(machine: Machine, cast: Cast, rehearsal: Rehearsal) -> None:
    texts: set[object] = set()
    places: set[object] = set()
    waiting: list[Turn] = [machine.open(data) for data in cast.openings]
    while waiting:
        turn = waiting.pop()
        session = turn.session
        if isinstance(turn, Ask):
            asked = (session.waiting, type(turn.request), _place(session, cast.lengths))
            if asked not in places:
                places.add(asked)
                waiting += _replied(machine, cast, rehearsal, turn)
            continue
        if (text := (session.state, session.pages)) not in texts:
            texts.add(text)
            rehearsal.screens.append(turn)
            rehearsal.scolded.update((session.state, text) for text in _scolded(machine, turn))
        if not turn.close and (place := _place(session, cast.lengths)) not in places:
            places.add(place)
            waiting += _inputs(machine, cast, rehearsal, session)


def _place(session: Session, lengths: Set[str]) -> object:
    """Where a session stands, whatever is written there: what can be done, and with what. What only
    makes a text longer isn't looked at, not even whether it is there: half of it is left over from
    another journey, and each leftover would double the places."""

    def telling(data: Data) -> frozenset[object]:
        return frozenset(item for item in data.items() if item[0] not in lengths)

    offers = tuple((offer.to, telling(offer.put)) for offer in session.offers)
    return session.state, offers, telling(session.data), len(session.trail) > 1


def _replied(machine: Machine, cast: Cast, rehearsal: Rehearsal, ask: Ask) -> Iterator[Turn]:
    here = ask.session.state
    for reply in cast.replies(ask.request):
        turn = machine.resume(ask.session, reply)
        if turn.session.state != here or ask.session.waiting == "command":
            rehearsal.moves.add((here, turn.session.state))
        yield turn


def _inputs(machine: Machine, cast: Cast, rehearsal: Rehearsal, session: Session) -> Iterator[Turn]:
    """The turns after every input that leads somewhere."""
    here = session.state
    typed = cast.typed if machine.states[here].accept else ()
    for text in (*(offer.key for offer in session.offers), *typed):
        turn = machine.feed(session, text)
        if isinstance(turn, Show) and turn.session.mistakes:
            rehearsal.scolded.add((here, turn.text))
            continue
        if turn.session.waiting != "command":
            rehearsal.moves.add((here, turn.session.state))
        yield turn
    for text in cast.dialled:
        if (dialled := machine.dial(session, text)) is not None:
            rehearsal.moves.add((here, dialled.session.state))
            yield dialled
    for way in (BACK, HOME):
        turn = machine.feed(session, way)
        if turn.session.state != here:
            yield turn


def _scolded(machine: Machine, show: Show) -> Iterator[str]:
    """What nonsense is answered with, on each page and when it is too much."""
    if show.close:
        return
    sessions = [show.session.but(page=page) for page in range(len(show.session.pages))]
    for session in (*sessions, show.session.but(mistakes=MISTAKES_ALLOWED - 1)):
        turn = machine.feed(session, NONSENSE)
        if isinstance(turn, Show):
            yield turn.text
