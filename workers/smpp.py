"""The SMPP process: one link to an operator's SMSC."""

import asyncio
import signal
import sys

from app.bootstrap import Parts
from app.observability.logging import logger

_log = logger("smpp")


def run(parts: Parts) -> int:
    """Carry SMS and USSD until asked to stop, then unbind."""
    if not parts.settings.smpp_host:
        print("SMPP_HOST is missing: there is no SMSC to bind to", file=sys.stderr)  # noqa: T201 - said to whoever started it
        return 2
    asyncio.run(_until_stopped(parts))
    parts.close()
    _log.info("smpp_stopped")
    return 0


async def _until_stopped(parts: Parts) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, stopping.set)
    await parts.smpp(_log.info).run(stopping)
