"""`python -m tests.bench [row ...]`: measure, print the table, write var/bench.json."""

import sys
from pathlib import Path
from typing import Any

from tests.bench import (
    api,
    dashboard,
    dialects,
    fields,
    hops,
    orders,
    road,
    routes,
    smpp,
    sms,
    webhooks,
)
from tests.bench.results import Row, show, write
from tests.bench.servers import ground

GROUPS: tuple[tuple[tuple[Any, ...], dict[str, str]], ...] = (
    (hops.ROWS, {}),
    (dialects.ROWS, dialects.ENVIRONMENT),
    (orders.ROWS, {}),
    (road.ROWS, {"VENDING_ORDER": "vtpass"}),
    (routes.ROWS, routes.ENVIRONMENT),
    (webhooks.ROWS, {}),
    (sms.ROWS, sms.ENVIRONMENT),
    (smpp.ROWS, smpp.ENVIRONMENT),
    (dashboard.ROWS, {}),
    (fields.ROWS, {}),
    (api.ROWS, {}),
)
RESULT = Path("var/bench.json")


def main() -> int:
    """Exit code 0 when every row could be measured, whether or not it met its target."""
    wanted = set(sys.argv[1:])
    if not smpp.ROWS:
        print("no row smpp_out: run `make peers` first", file=sys.stderr)
    rows: list[Row] = []
    for members, environment in GROUPS:
        for measure in members:
            if wanted and measure.__name__ not in wanted:
                continue
            print(f"measuring {measure.__name__} ...", file=sys.stderr, flush=True)
            with ground(**environment) as on:
                rows.append(measure(on))
    show(rows)
    write(rows, RESULT)
    return 0


if __name__ == "__main__":
    sys.exit(main())
