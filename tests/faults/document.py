"""docs/faults.md, written from what was found."""

from collections.abc import Callable

from tests.faults.cases import ALL, CASES, Case, End

_HEAD = """# What goes wrong with a sale, and how it ends

Written by `make faults`: each cell is one sale through the real services and the real adapter
against the sandbox, where the vendor misbehaves as the row says. Airtime is bought, a plan where
the vendor sells no airtime or the row is about plans. No other vendor is there: with others, what
is refunded here because of the vendor's own trouble is sold by the next. Of every sale it was
checked that the buyer is charged only for what the vendor's book shows as delivered, and what the
screen said; that nothing is delivered twice; that there is one receipt; and that the books balance.
"""
_WORDS = {
    End.DELIVERED: "once, charged, one receipt",
    End.REFUNDED: "nothing was delivered; the buyer has the money at once, and one receipt",
    End.TAKEN_BACK: "the vendor undid its delivery after the receipt; the buyer has the money and"
                    " an SMS, staff a break to look at",
    End.WHOLE: "nobody could say what became of it and nothing was sent again; after 24 hours the"
               " buyer has the money, staff a break (nothing had been delivered)",
    End.OUR_LOSS: "the same, and it had been delivered once: the buyer has both, we bear it",
}  # fmt: skip


def document(end: Callable[[str, Case], End]) -> str:
    """The whole file. `end` says how a sale at a vendor ended."""
    ends = "\n".join(f"- **{one}**: {words}." for one, words in _WORDS.items())
    rows = [
        f"| {case.title} | " + " | ".join(_cell(case, name, end) for name in ALL) + " |"
        for case in CASES
    ]
    table = "\n".join([f"| | {' | '.join(ALL)} |", "|---" * (len(ALL) + 1) + "|", *rows])
    hows = "\n".join(f"- **{case.title}**: {case.how}{_absences(case)}" for case in CASES)
    return "\n".join([_HEAD, ends, "", table, "", "## The rows", "", hows, ""])


def _cell(case: Case, name: str, end: Callable[[str, Case], End]) -> str:
    return "-" if name in case.not_there else str(end(name, case))


def _absences(case: Case) -> str:
    """Why it isn't there, vendors with the same reason together."""
    by_reason: dict[str, list[str]] = {}
    for name, why in case.not_there.items():
        by_reason.setdefault(why, []).append(name)
    return "".join(f"\n  - Not at {', '.join(names)}: {why}" for why, names in by_reason.items())
