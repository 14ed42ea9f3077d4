"""How a screen is declared: what it shows, what it accepts, and where it can lead."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from menus.engine.session import Data, Value


@dataclass(frozen=True, slots=True)
class Scene:
    """What a state may look at: the session's data and the reply to its own request."""

    data: Data
    fact: Any = None

    def text(self, key: str) -> str:
        return str(self.data.get(key, ""))

    def number(self, key: str) -> int:
        return int(self.data.get(key, 0))


@dataclass(frozen=True, slots=True)
class Choice:
    """One option. `walk` is False for a personal one, whose digit a deep dial can't rely on."""

    label: str
    to: str
    put: Mapping[str, Value] = field(default_factory=dict)
    walk: bool = True


@dataclass(frozen=True, slots=True)
class Screen:
    """What is shown: a text, then options. `close` ends the session."""

    text: str
    choices: tuple[Choice, ...] = ()
    close: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """Go to another state, with something to remember and a line to show on top."""

    to: str
    put: Mapping[str, Value] = field(default_factory=dict)
    notice: str = ""


@dataclass(frozen=True, slots=True)
class Do:
    """Have a command run; the state's `after` table says where each kind of reply leads."""

    command: object


@dataclass(frozen=True, slots=True)
class Wrong:
    """The input can't be used; the same screen again with this line on top."""

    reason: str


@dataclass(frozen=True, slots=True)
class State:
    """One step of a flow.

    ask: a request made on entry; its reply is the scene's fact.
    screen: what to show; or route: where to go on without showing anything.
    accept: free input (a number, an amount, a PIN); without it only shown options count.
    after: reply type -> where to go, for commands of `accept`.
    goes: every state this one can lead to, so that the graph is known without running.
    walkable: a deep dial may press its options. secret: its input is shown and kept nowhere.
    reveals: its screen shows a secret, so a record of the session is kept sealed.
    back: False on a screen that has no way back.
    fresh: a journey of its own, wherever it is entered from: only what lasts is known in it, and
    Back leads home.
    """

    id: str
    screen: Callable[[Scene], Screen] | None = None
    route: Callable[[Scene], Move] | None = None
    ask: Callable[[Scene], object | None] | None = None
    accept: Callable[[Scene, str], Move | Do | Wrong] | None = None
    after: Mapping[type, Callable[[Scene], Move]] = field(default_factory=dict)
    goes: tuple[str, ...] = ()
    walkable: bool = False
    secret: bool = False
    reveals: bool = False
    back: bool = True
    fresh: bool = False
