"""Structured logs: one JSON object a line on standard output."""

import sys
from typing import Any, BinaryIO

import orjson
import structlog


def configure(out: BinaryIO | None = None) -> None:
    """Set structlog up once per process. Lines go to `out` (standard output)."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(serializer=_dumps),
        ],
        logger_factory=structlog.BytesLoggerFactory(file=out or sys.stdout.buffer),
        cache_logger_on_first_use=out is None,
    )


def logger(name: str) -> Any:
    """A logger; `name` is the component."""
    return structlog.get_logger(component=name)


def where(error: BaseException) -> str:
    """Type and place of an exception: its message and its locals may hold what a person typed."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = (
        f"{trace.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}"
        if trace
        else "?"
    )
    return f"{type(error).__name__} at {place}"


def _dumps(event: Any, **_: Any) -> bytes:
    return orjson.dumps(event, default=str)
