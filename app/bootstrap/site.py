"""The WSGI application: every door and page, USSD hops in front, the proxies' word before all."""

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from app.bootstrap import doors
from app.db import migrations
from app.db.engine import Database
from app.domain.addresses import Addresses
from app.observability import metrics
from app.observability.logging import logger
from app.services.stored_state import stored_state
from app.sessions import connection
from app.web import health, ussd
from app.web.api.guard import no_resource
from app.web.application import create_app
from app.web.backoffice.guard import no_page
from app.web.front import front
from app.web.proxies import behind

if TYPE_CHECKING:
    from app.bootstrap import Parts

_log = logger("web")


def site(of: "Parts") -> Callable[..., Any]:
    """Everything that answers HTTP. Live mode has no simulator, answers people under its own names
    only, and says at its start which doors are open to every address."""
    wanted, live = of.settings, of.settings.nexustop_mode == "live"
    gateways = doors.ussd_doors(of)
    blueprints = [
        ussd.blueprint(gateways),
        *doors.sms_doors(of),
        *doors.vendor_doors(of),
        *doors.payment_doors(of),
        *doors.backoffice_doors(of),
        doors.api_door(of),
        health.blueprint(_checks(of), lambda: _metrics(of)),
    ]
    if not live:
        blueprints.append(doors.simulator(of, gateways))
    app = create_app(
        blueprints, no_page, no_resource, hosts=wanted.hosts if live else frozenset(),
        https_only=wanted.https_only,
    )  # fmt: skip
    if live and wanted.doors_open_to_all:
        _log.warning("doors_open_to_all", doors=", ".join(wanted.doors_open_to_all))
    return behind(Addresses(wanted.trusted_proxies), front(app, gateways))


def _checks(of: "Parts") -> dict[str, Callable[[], bool]]:
    """What /readyz asks."""
    newest = migrations.newest()
    return {
        "database": lambda: _holds(of.db, "select 1"),
        "migrations": lambda: _holds(
            of.db, "select (select version_num from alembic_version) = %s", newest
        ),
        "redis": lambda: connection.answers(of.redis),
    }


def _metrics(of: "Parts") -> bytes:
    shared = "PROMETHEUS_MULTIPROC_DIR" in os.environ
    return metrics.render(metrics.StoredState(lambda: stored_state(of.db)), shared=shared)


def _holds(db: Database, sql: str, *params: object) -> bool:
    try:
        with db.statement() as tx:
            return bool(tx.one(sql, params)[0])
    except Exception:  # noqa: BLE001 - any reason means "not ready"
        return False
