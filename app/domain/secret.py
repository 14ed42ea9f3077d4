"""A value that must not be shown: a PIN on its way to its hash."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Secret:
    """Wraps a PIN so that printing, logging or a traceback never shows it."""

    value: str = field(repr=False)

    def __str__(self) -> str:
        return "***"
