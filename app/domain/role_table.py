"""The grants as people read them."""

from app.domain.roles import GRANTS, TWO_PEOPLE, Right, Role

_BEGINNING = """# Roles

Who may do what in the back-office, written by `nexustop staff roles --table` from
`app/domain/roles.py`, the only place that grants. A test keeps this page current, and another walks
every page for every role.

Whoever asks for money to move never lets it move: acts that need two people are below, and the same
person never does both, whatever the role.
"""


def role_page() -> str:
    """docs/roles.md."""
    roles = list(Role)
    rows = [
        _row("right", *(_said(role) for role in roles)),
        _row("---", *(":-:" for _ in roles)),
        *(_row(_said(right), *("x" if right in GRANTS[role] else "" for role in roles))
          for right in Right),
    ]  # fmt: skip
    acts = [
        _row("act", "who asks", "who approves"),
        _row("---", "---", "---"),
        *(_row(act.replace("_", " "), _holders(both.ask), _holders(both.approve))
          for act, both in TWO_PEOPLE.items()),
    ]  # fmt: skip
    return "\n".join((_BEGINNING, *rows, "", "## Two people", "", *acts))


def role_lists() -> str:
    """Each role with what it may, a line each."""
    return "\n".join(
        f"{role.value:<16} {', '.join(sorted(right.value for right in GRANTS[role]))}"
        for role in Role
    )


def _holders(right: Right) -> str:
    return ", ".join(_said(role) for role in Role if right in GRANTS[role])


def _said(name: Role | Right) -> str:
    return name.value.replace("_", " ")


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
