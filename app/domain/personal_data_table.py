"""The list of personal data as people read it."""

from app.domain.personal_data import HELD


def held_table() -> str:
    """The table in docs/data-protection.md."""
    lines = ["| table | columns | kind | erasing does | kept |", "|---|---|---|---|---|"]
    for one in HELD:
        columns = ", ".join(sorted(one.columns)) or "the row"
        lines.append(
            f"| {one.table} | {columns} | {one.kind} | {one.erasure} | {one.kept} |"
        )  # fmt: skip
    return "\n".join(lines)
