"""Metrics: counted in each process's memory-mapped file (PROMETHEUS_MULTIPROC_DIR), summed when
scraped; what PostgreSQL knows better (orders, outbox) is read at the scrape."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from functools import cache

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from app.domain.msisdn import masked
from app.observability.lines import BufferedLines
from app.observability.logging import logger, where
from app.ports.channels import UssdHop
from app.sessions.store import HopLine

HOPS = Counter("nexustop_hops_total", "USSD hops answered", ["channel", "outcome"])
HOP_SECONDS = Histogram(
    "nexustop_hop_seconds", "Time to answer a USSD hop", ["channel"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5),
)  # fmt: skip
VENDS = Counter("nexustop_vend_outcomes_total", "Answers of vendors", ["provider", "outcome"])
SMS = Counter("nexustop_sms_total", "MT SMS by outcome", ["gateway", "outcome"])
SMS_AGAIN = Counter("nexustop_sms_sent_again_total", "SMS sent again after a sender died")
SMPP = Counter("nexustop_smpp_total", "What goes over the SMPP link", ["event", "outcome"])

_log = logger("ussd")


class HopLog:
    """Counts and logs hops; given ids and outcomes only."""

    def __init__(self, lines: BufferedLines) -> None:
        self._lines = lines

    def hop(self, line: HopLine) -> None:
        _hops(line.channel, line.outcome).inc()
        _hop_seconds(line.channel).observe(line.milliseconds / 1000)
        self._lines.write(
            {
                "event": "hop", "level": "info", "component": "ussd", "channel": line.channel,
                "session": line.session, "hop": line.hop, "msisdn": masked(line.msisdn),
                "label": line.label, "outcome": line.outcome, "ms": round(line.milliseconds, 2),
                "timestamp": datetime.fromtimestamp(line.at, UTC),
            }
        )  # fmt: skip

    def failed(self, hop: UssdHop, name: str, error: Exception) -> None:
        _log.error(
            "hop_failed", channel=hop.channel, session=name, hop=len(hop.inputs),
            msisdn=masked(hop.msisdn), error=where(error), cause=where(error.__cause__)
            if error.__cause__ else "",
        )  # fmt: skip


# Looking a labelled child up costs more than counting in it.
_hops = cache(HOPS.labels)
_hop_seconds = cache(HOP_SECONDS.labels)

Gauges = Mapping[str, tuple[str, str, Mapping[str, float]]]


class StoredState(Collector):
    """Gauges read from the database at each scrape: name -> (help, label, values)."""

    def __init__(
        self, read: Callable[[], Mapping[str, tuple[str, str, Mapping[str, float]]]]
    ) -> None:
        self._read = read

    def collect(self) -> Iterable[GaugeMetricFamily]:
        for name, (text, label, values) in self._read().items():
            family = GaugeMetricFamily(name, text, labels=[label] if label else [])
            for value_label, value in values.items():
                family.add_metric([value_label] if label else [], value)
            yield family


def render(stored: StoredState, *, shared: bool) -> bytes:
    """The text of /metrics. `shared`: several processes count into one folder."""
    registry = CollectorRegistry()
    if shared:
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        for metric in (HOPS, HOP_SECONDS, VENDS, SMS, SMS_AGAIN, SMPP):
            registry.register(metric)
    registry.register(stored)
    return generate_latest(registry)
