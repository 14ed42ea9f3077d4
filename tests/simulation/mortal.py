"""A database at whose commits the process can die, lose the answer, or be overtaken by another."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from app.db.engine import Database, Transaction


class Killed(BaseException):
    """The process died here. No `except Exception` of the program can notice."""


class MortalDatabase(Database):
    """Calls `between` with "before" a transaction or statement begins, "within" a transaction just
    before its commit, and "after" a commit. It may raise Killed or AnswerLost, or run something
    else first: nothing is open then on behalf of the one who is kept waiting."""

    between: Callable[[str], None] = staticmethod(lambda _: None)

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        self.between("before")
        with super().transaction() as tx:
            yield tx
            self.between("within")
        self.between("after")

    @contextmanager
    def statement(self) -> Iterator[Transaction]:
        self.between("before")
        with super().statement() as tx:
            yield tx
        self.between("after")
