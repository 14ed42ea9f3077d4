"""Take a movement of money to a certain end although the database goes away in the middle."""

import threading
from collections.abc import Callable
from typing import TypeVar

from app.db.errors import AnswerLost, DatabaseUnavailable

_AGAIN_AFTER_SECONDS = (0.2, 0.5, 0.8)
_waiting = threading.Event()
_Placed = TypeVar("_Placed")


class Unsure(Exception):
    """The database went away and didn't come back: nobody can say if the money was moved."""


def surely(place: Callable[[], _Placed]) -> _Placed:
    """What `place` gives. After a lost answer it is asked again, for as long as a hop can wait;
    it must find what it placed before. Raises Unsure when no answer came."""
    try:
        return place()
    except AnswerLost:
        pass
    for pause in _AGAIN_AFTER_SECONDS:
        _waiting.wait(pause)
        try:
            return place()
        except DatabaseUnavailable:
            continue
    raise Unsure
