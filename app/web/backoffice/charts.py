"""Charts of the dashboard: their figures for the script that draws them, and what they show in
words, for whoever doesn't see them drawn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from app.domain.waiting_times import LONGER
from app.services.backoffice.dashboard import Dashboard, Step

_UNITS = (
    (86_400_000, "d"), (3_600_000, "h"), (60_000, "min"), (1_000, "s"), (1, "ms"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chart:
    """`kind`: `bars` that stand on each other, or a `line`; `series` by what they are called;
    `unit` is what the axis counts, `ms` for times."""

    name: str
    title: str
    kind: str
    unit: str
    at: Sequence[datetime]
    series: Mapping[str, Sequence[int | None]]
    words: str
    step: str
    zone: str

    def for_the_script(self) -> dict[str, object]:
        return {
            "kind": self.kind, "unit": self.unit, "step": self.step, "zone": self.zone,
            "at": [int(moment.timestamp()) for moment in self.at],
            "series": [[name, list(values)] for name, values in self.series.items()],
        }  # fmt: skip


def orders_chart(of: Dashboard) -> Chart:
    """How many orders were delivered, and how many were not."""
    delivered = [step.sales.outcomes["delivered"] for step in of.steps]
    failed = [step.sales.failed for step in of.steps]
    return _chart(
        of, "orders", f"Orders by {of.span.step}", "bars", "orders",
        {"Delivered": delivered, "Not delivered": failed}, _said_of_orders(of),
    )  # fmt: skip


def waiting_chart(of: Dashboard) -> Chart:
    """Within what time 95 of 100 deliveries came."""
    times = [
        None if (ms := step.sales.delivered_p95_ms) is None else min(ms, _LONGEST)
        for step in of.steps
    ]
    return _chart(
        of, "waiting", f"95 of 100 delivered within, by {of.span.step}", "line", "ms",
        {"95 of 100 within": times}, _said_of_waiting(of),
    )  # fmt: skip


_LONGEST = 7 * 86_400_000
"""Where the axis ends."""


def time_in_words(ms: int | None) -> str:
    """`750 ms`, `2.5 s`, `1 min 30 s`; a dash for nothing."""
    if ms is None:
        return "–"
    if ms >= LONGER:
        return "over 7 d"
    if 1_000 <= ms < 60_000:
        return f"{ms / 1_000:g} s"
    words = []
    for length, name in _UNITS:
        count, ms = divmod(ms, length)
        if count:
            words.append(f"{count} {name}")
    return " ".join(words[:2]) or "0 ms"


def share_in_words(part: float | None) -> str:
    """`98.7%`; never 100% unless it is all, a dash for nothing."""
    if part is None:
        return "–"
    return "100%" if part == 1 else f"{int(part * 1_000) / 10:.1f}%"


def step_in_words(at: datetime, step: str, zone: str) -> str:
    """`14:00`, `Mon 2 Mar`."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{local:%H:%M}" if step == "hour" else f"{local:%a} {local.day} {local:%b}"


def _chart(
    of: Dashboard, name: str, title: str, kind: str, unit: str,
    series: Mapping[str, Sequence[int | None]], words: str,
) -> Chart:  # fmt: skip
    return Chart(
        name, title, kind, unit, [step.at for step in of.steps], series, words, of.span.step,
        of.span.zone,
    )  # fmt: skip


def _said_of_orders(of: Dashboard) -> str:
    delivered, failed = of.total.outcomes["delivered"], of.total.failed
    if not of.total.ended:
        return "No order has ended in this time."
    most = max(of.steps, key=lambda step: step.sales.outcomes["delivered"])
    return (
        f"{delivered:,} orders were delivered and {failed:,} were not; the most in one"
        f" {of.span.step}, {most.sales.outcomes['delivered']:,}, {_beginning(of, most)}."
    )


def _said_of_waiting(of: Dashboard) -> str:
    timed = [step for step in of.steps if step.sales.delivered_p95_ms is not None]
    if not timed:
        return "Nothing was delivered in this time."
    slowest = max(timed, key=lambda step: step.sales.delivered_p95_ms or 0)
    return (
        f"95 of 100 orders came within {time_in_words(of.total.delivered_p95_ms)} of being placed;"
        f" the slowest {of.span.step}, {time_in_words(slowest.sales.delivered_p95_ms)},"
        f" {_beginning(of, slowest)}."
    )


def _beginning(of: Dashboard, step: Step) -> str:
    word = "from" if of.span.step == "hour" else "on"
    return f"{word} {step_in_words(step.at, of.span.step, of.span.zone)}"
