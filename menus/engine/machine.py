"""The session-state machine: one input in, one turn out, nothing touched on the way.

It knows no product, no clock and no channel. What a screen needs to know, and what an input asks
to be done, is handed out as an opaque request (Ask); the caller answers it and resumes. The same
session and the same input always give the same turn, so a hop may be run twice.
"""

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass

from menus.engine.gsm7 import fold
from menus.engine.left import Left
from menus.engine.paging import BACK, HOME, MORE, pages
from menus.engine.session import Data, Offer, Session
from menus.engine.state import Do, Move, Scene, Screen, State, Wrong

LONGEST_INPUT = 40
MISTAKES_ALLOWED = 3


@dataclass(frozen=True, slots=True)
class Show:
    """A screen for the handset."""

    text: str
    close: bool
    session: Session


@dataclass(frozen=True, slots=True)
class Ask:
    """A request to be answered before the screen is known; resume with its reply."""

    request: object
    session: Session


Turn = Show | Ask


@dataclass(frozen=True, slots=True)
class Phrases:
    """The engine's own words, each given the session's data (for its language)."""

    back: Callable[[Data], str]
    home: Callable[[Data], str]
    more: Callable[[Data], str]
    choose: Callable[[Data, str, str], str]
    not_understood: Callable[[Data], str]
    too_many_mistakes: Callable[[Data], str]


Alias = Callable[[Data, str], Move | None]


class UndeclaredMove(Exception):
    """A state led somewhere it didn't declare: a mistake in a flow, found by its tests."""


class Machine:
    """States and the way between them.

    `start` is entered first, `home` by pressing 00. `lasting` names the data that outlives a
    journey: the rest is forgotten at home. `takes_up` are the states in which a dropped session is
    worth going on with, and what of its data is kept for that; `offer` is the one that asks.
    `alias` finds what a stable code stands for that is dialled behind the short code.
    """

    def __init__(
        self, states: Mapping[str, State], *, start: str, home: str, lasting: Set[str],
        phrases: Phrases, budget: int, takes_up: Mapping[str, tuple[str, ...]], offer: str,
        alias: Alias,
    ) -> None:  # fmt: skip
        self.states = states
        self.start = start
        self.home = home
        self.offer = offer
        self._takes_up = takes_up
        self._alias = alias
        self._lasting = lasting
        self._phrases = phrases
        self._budget = budget

    def open(self, data: Data, left: Left | None = None) -> Turn:
        """A new session; `left` is what the same subscriber's last one left behind."""
        carried = {**data, **left.carried()} if left and self._knows(left) else data
        return self._enter(Session(self.start, carried), self.start)

    def feed(self, session: Session, typed: str) -> Turn:
        """One input of the subscriber."""
        text = typed.strip()
        state = self.states[session.state]
        if text == MORE and session.page + 1 < len(session.pages):
            return self._again(session.but(page=session.page + 1, mistakes=0))
        if text == BACK and (session.page or (state.back and session.trail)):
            return self._back(session)
        if text == HOME and self.home in session.trail:
            return self._enter(self._journey_over(session), self.home)
        for offer in session.offers:
            if offer.key == text:
                return self._go(session, state, Move(offer.to, offer.put))
        if state.accept is None:
            return self._mistake(session, self._which(session))
        if len(text) > LONGEST_INPUT or not text.isprintable() or not text:
            return self._mistake(session, self._phrases.not_understood(session.data))
        return self._accepted(session, state, state.accept(Scene(session.data), text))

    def resume(self, session: Session, reply: object) -> Turn:
        """Go on with the reply to what was asked."""
        state = self.states[session.state]
        scene = Scene(session.data, reply)
        if session.waiting == "command":
            after = state.after.get(type(reply))
            if after is None:
                raise UndeclaredMove(f"{state.id}: no way on after {type(reply).__name__}")
            return self._go(session.but(waiting=""), state, after(scene))
        return self._arrive(session.but(waiting=""), state, scene)

    def walks(self, session: Session, typed: str) -> bool:
        """May a deep dial press this here? Only a shown, impersonal option of a walkable state."""
        if not self.states[session.state].walkable:
            return False
        return any(offer.key == typed and offer.walk for offer in session.offers)

    def dial(self, session: Session, typed: str) -> Turn | None:
        """Where a stable code leads from the main menu; None when it is none."""
        if session.state != self.home:
            return None
        move = self._alias(session.data, typed)
        return self._go(session, self.states[self.home], move) if move else None

    def leaves(self, session: Session) -> Left | None:
        """What this session leaves behind if it drops now; None: nothing worth going on with. Its
        way back leaves out the screens that need more than is kept."""
        kept = self._takes_up.get(session.state)
        if kept is None:
            return None
        way = tuple(state for state in session.trail if state not in self._takes_up)
        return Left(session.state, {key: session.data[key] for key in kept}, way)

    def _knows(self, left: Left) -> bool:
        """Was it left by a program with the same states?"""
        kept = self._takes_up.get(left.state)
        return (
            kept is not None and left.data.keys() == set(kept)
            and all(state in self.states for state in left.trail)
        )  # fmt: skip

    def reveals(self, session: Session) -> bool:
        """Does the screen show a secret?"""
        return self.states[session.state].reveals

    # --- between states ----------------------------------------------------------------------

    def _accepted(self, session: Session, state: State, outcome: Move | Do | Wrong) -> Turn:
        match outcome:
            case Wrong():
                return self._mistake(session, outcome.reason)
            case Do():
                return Ask(outcome.command, session.but(waiting="command", mistakes=0))
            case Move():
                return self._go(session, state, outcome)

    def _go(self, session: Session, state: State, move: Move) -> Turn:
        if move.to not in state.goes:
            raise UndeclaredMove(f"{state.id} to {move.to}")
        if state.id == self.offer:
            return self._enter(self._taken_up(session, move), move.to)
        if state.id == self.start and move.to != self.offer:
            session = session.but(data=Left.forgotten(session.data))
        session = session.with_data(move.put).but(notice=move.notice)
        if move.to == self.home:
            return self._enter(self._journey_over(session), self.home)
        if self.states[move.to].fresh:
            begun = self._journey_over(session).but(trail=(self.home,))
            return self._enter(begun, move.to)
        return self._enter(session.but(trail=_trail(session.trail, state, move.to)), move.to)

    def _taken_up(self, session: Session, move: Move) -> Session:
        """Going on has the way back of the session that dropped; declining has none."""
        left = Left.found(session.data) if self.states[move.to].back else None
        begun = self._journey_over(session).with_data(move.put)
        return begun.but(trail=left.trail) if left else begun

    def _journey_over(self, session: Session) -> Session:
        lasting = {key: value for key, value in session.data.items() if key in self._lasting}
        return session.but(trail=(), data=lasting)

    def _enter(self, session: Session, to: str) -> Turn:
        state = self.states[to]
        session = session.but(state=to, page=0, mistakes=0, offers=(), pages=())
        request = state.ask(Scene(session.data)) if state.ask else None
        if request is not None:
            return Ask(request, session.but(waiting="fact"))
        return self._arrive(session, state, Scene(session.data))

    def _arrive(self, session: Session, state: State, scene: Scene) -> Turn:
        if state.route is not None:
            return self._go(session, state, state.route(scene))
        if state.screen is None:
            raise UndeclaredMove(f"{state.id} neither shows nor leads on")
        return self._show(session, state, state.screen(scene))

    def _back(self, session: Session) -> Turn:
        if session.page:
            return self._again(session.but(page=session.page - 1, mistakes=0))
        before = session.trail[-1]
        if before == self.home:
            return self._enter(self._journey_over(session), self.home)
        return self._enter(session.but(trail=session.trail[:-1]), before)

    # --- what is shown -----------------------------------------------------------------------

    def _show(self, session: Session, state: State, screen: Screen) -> Turn:
        offers = tuple(
            Offer(str(number), choice.to, choice.put, choice.walk)
            for number, choice in enumerate(screen.choices, start=1)
        )
        options = [
            f"{offer.key}. {fold(choice.label)}"
            for offer, choice in zip(offers, screen.choices, strict=True)
        ]
        text = fold(f"{session.notice}\n{screen.text}" if session.notice else screen.text)
        cut = (text,) if screen.close else self._pages(session, state, text, options)
        shown = session.but(pages=cut, offers=offers, notice="")
        return Show(cut[0], screen.close, shown)

    def _pages(
        self, session: Session, state: State, text: str, options: list[str]
    ) -> tuple[str, ...]:
        back = f"{BACK}. {fold(self._phrases.back(session.data))}"
        home = f"{HOME}. {fold(self._phrases.home(session.data))}"
        ways_home = [home] if self.home in session.trail[:-1] else []
        ways = [back, *ways_home] if state.back and session.trail else []
        more = f"{MORE}. {fold(self._phrases.more(session.data))}"
        return pages(text, options, ways, [back, *ways_home], more, self._budget)

    def _again(self, session: Session, reason: str = "") -> Show:
        page = session.pages[session.page]
        return Show(f"{fold(reason)}\n{page}" if reason else page, close=False, session=session)

    def _mistake(self, session: Session, reason: str) -> Show:
        mistakes = session.mistakes + 1
        session = session.but(mistakes=mistakes)
        if mistakes >= MISTAKES_ALLOWED:
            farewell = fold(self._phrases.too_many_mistakes(session.data))
            return Show(farewell, close=True, session=session)
        return self._again(session, reason)

    def _which(self, session: Session) -> str:
        if not session.offers:
            return self._phrases.not_understood(session.data)
        return self._phrases.choose(session.data, session.offers[0].key, session.offers[-1].key)


def _trail(trail: tuple[str, ...], state: State, to: str) -> tuple[str, ...]:
    """The way back from `to`, with no screen twice in it."""
    if to in trail:
        return trail[: trail.index(to)]
    return trail if to == state.id or state.screen is None else (*trail, state.id)
