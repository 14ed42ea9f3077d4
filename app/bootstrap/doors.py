"""The web's doors to gateways and vendors: which path is read by whom and does what."""

import hmac
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from app.ports.channels import SessionEnd
from app.services import check_sim, mo_sms, record_reports, take_payment, vendor_callback
from app.services.demo import AGENT, PIN, SUBSCRIBER, WALLET
from app.web import callbacks, webhooks
from app.web.backoffice.desk import Desk
from app.web.backoffice.site import backoffice
from app.web.doors import Lock
from app.web.simulator import Line, Persona, simulator_blueprint
from app.web.ussd import UssdDoor
from providers import registry
from providers.sandbox.phones import PHONES, TEXTS

if TYPE_CHECKING:
    from app.bootstrap import Parts

_UPDATES = {"vtpass": callbacks.said_success, "reloadly": callbacks.said_ok}
"""Vendors that tell of a sale at `/webhooks/<vendor>`, and the answer each expects."""


def _lock(of: "Parts", name: str) -> Lock:
    """Of the doors of one gateway or vendor."""
    tokens: tuple[str, ...] = getattr(of.settings, f"{name}_inbound_tokens")
    return Lock(tokens, of.settings.inbound_addresses(name))


def ussd_doors(of: "Parts") -> dict[str, UssdDoor]:
    """By gateway. Gateways whose screens have the same room share a menu."""

    def ended(end: SessionEnd) -> None:
        name = of.sessions.name(end.channel, end.session)
        record_reports.record_session_end(of.context, replace(end, session=name))

    made = {}
    for name in of.settings.ussd_gateways:
        dialect = registry.USSD_GATEWAYS[name](of.settings.short_code)
        answer = of.hops_within(dialect.budget or of.settings.ussd_budget_septets).answer
        made[name] = UssdDoor(dialect, _lock(of, name), answer, ended)
    return made


def sms_doors(of: "Parts") -> list[Any]:
    """`/sms/<gateway>/...` for every SMS gateway in use that calls us, read by its own parser."""
    handle: dict[str, tuple[str, Callable[[Any], object]]] = {
        "inbound": ("parse_inbound",
                    lambda sms: mo_sms.handle(of.context, sms, of.settings.short_code)),
        "delivery": ("parse_delivery",
                     lambda report: record_reports.record_delivery(of.context, report)),
        "opt-out": ("parse_opt_out", lambda wish: record_reports.record_opt_out(of.context, wish)),
    }  # fmt: skip
    made = []
    for name in of.settings.sms_gateways:
        dialect = registry.SMS_DIALECTS.get(name)
        if dialect is None:
            continue
        spoken = {
            path: (getattr(dialect, parse), act)
            for path, (parse, act) in handle.items()
            if hasattr(dialect, parse)
        }
        made.append(
            callbacks.sms_blueprint(name, _lock(of, name), spoken, dialect.SAID, dialect.METHODS)
        )
    return made


def vendor_doors(of: "Parts") -> list[Any]:
    wanted = of.settings
    airtime = registry.CALLBACKS["africastalking"]
    data = registry.CALLBACKS["africastalking_data"]

    def hear(callback: Any) -> bool:
        heard = vendor_callback.hear_status(of.vending, callback)
        of.context.nudge()
        return heard

    return [
        callbacks.vendor_blueprint(
            "africastalking", _lock(of, "africastalking"), airtime.BadCallback,
            {
                "/airtime/status": (airtime.parse_status, hear, callbacks.said_ok),
                "/airtime/validation": (
                    airtime.parse_validation,
                    lambda request: vendor_callback.validate(of.vending, request),
                    callbacks.said_validation,
                ),
            },
        ),
        callbacks.vendor_blueprint(
            "africastalking/data", _lock(of, "africastalking"), data.BadCallback,
            {"/status": (data.parse_status, hear, callbacks.said_ok)},
        ),
        *(
            callbacks.vendor_blueprint(
                name, _lock(of, name), registry.CALLBACKS[name].BadCallback,
                {"": (registry.CALLBACKS[name].parse_update, hear, said)},
            )
            for name, said in _UPDATES.items()
            if name in wanted.vending_names
        ),
        *_bills_door(of, hear),
        *_dtone_door(of, hear),
        *_sim_swap_door(of),
    ]  # fmt: skip


def _bills_door(of: "Parts", hear: Callable[[Any], bool]) -> list[Any]:
    if "flutterwave" not in of.settings.vending_names:
        return []
    dialect = registry.CALLBACKS["flutterwave"]
    return [
        callbacks.vendor_blueprint(
            "flutterwave",
            _lock(of, "flutterwave"),
            dialect.BadCallback,
            {"/bills": (dialect.parse_update, hear, callbacks.said_ok)},
        )
    ]


def _dtone_door(of: "Parts", hear: Callable[[Any], bool]) -> list[Any]:
    """Only where it is told of: it is asked as well."""
    if not of.settings.dtone_callback_base:
        return []
    dialect = registry.CALLBACKS["dtone"]
    return [
        callbacks.vendor_blueprint(
            "dtone", _lock(of, "dtone"), dialect.BadCallback,
            {"": (dialect.parse_update, hear, callbacks.said_ok)},
        )
    ]  # fmt: skip


def _sim_swap_door(of: "Parts") -> list[Any]:
    name = of.settings.sim_swap_provider
    if not name:
        return []
    dialect = registry.SIM_SWAP_CALLBACKS[name]
    return [
        callbacks.vendor_blueprint(
            f"{name}/sim-swap", _lock(of, name), dialect.BadCallback,
            {"": (dialect.parse, partial(check_sim.hear_swap, of.context, name),
                  callbacks.said_ok)},
        )
    ]  # fmt: skip


def payment_doors(of: "Parts") -> list[Any]:
    """Of the providers in use, and of those that may still send what was begun with them; live,
    nothing is heard without a token."""
    demo = of.settings.nexustop_mode == "demo"
    return [
        *(
            webhooks.blueprint(
                name, _lock(of, name), provider.authentic,
                partial(take_payment.hear_payment_event, of.context, name),
            )
            for name, provider in of.funding.readers.items()
        ),
        *(
            webhooks.out_of_use(
                name, _lock(of, name),
                partial(take_payment.hear_provider_that_left, of.context, name),
            )
            for name in registry.PAYMENTS
            if name not in of.funding.readers and (demo or _lock(of, name).tokens)
        ),
    ]  # fmt: skip


def simulator(of: "Parts", gateways: Mapping[str, UssdDoor]) -> Any:
    """The phone in the browser, behind each gateway that the sandbox has handsets for."""
    wanted = of.settings
    return simulator_blueprint(
        wanted.short_code, f"http://{wanted.bind_address}:{wanted.sandbox_port}",
        [
            Persona(SUBSCRIBER, "subscriber", f"registered with {WALLET}"),
            Persona(AGENT, "agent", "the demo agent"),
        ],
        [
            Line(name, door.dialect.budget or wanted.ussd_budget_septets)
            for name, door in gateways.items()
            if name in PHONES
        ],
        [name for name in wanted.sms_gateways if name in TEXTS],
        PIN.value,
    )  # fmt: skip


def backoffice_doors(of: "Parts") -> list[Any]:
    """`/backoffice/`: staff and agents."""
    wanted = of.settings
    key = wanted.secret_key.get_secret_value().encode()
    return backoffice(
        Desk(
            context=of.context, vending=of.vending, funding=of.funding,
            reconcile=of.reconciliation, sms=of.sms, redis=of.redis, settings=wanted,
            secret_key=hmac.digest(key, b"back-office cookies", "sha256"),
            limits_at=_limits_address(wanted.redis_url),
            tries=f"{wanted.backoffice_tries_a_minute} per minute",
            secure=wanted.nexustop_mode == "live" or wanted.public_url.startswith("https://"),
        )
    )  # fmt: skip


def api_door(of: "Parts") -> Any:
    """`/api/`: subscribers' apps and merchants' programs."""
    # What it is made with takes a tenth of a second to import, which only a web process pays.
    from app.security.api_tokens import ApiTokens
    from app.services.merchants.who_calls import merchant_of
    from app.web.api.desk import ApiDesk
    from app.web.api.site import api

    wanted = of.settings
    key = wanted.secret_key.get_secret_value().encode()
    return api(
        ApiDesk(
            context=of.context, tokens=ApiTokens(wanted.api_signing_keys.get_secret_value()),
            limits=of.rate_limits,
            settings=wanted, key=hmac.digest(key, b"api bodies", "sha256"),
            merchant_of=partial(merchant_of, of.context),
        )
    )  # fmt: skip


def _limits_address(redis_url: str) -> str:
    """The same server in the words of Flask-Limiter."""
    return redis_url.replace("unix://", "redis+unix://", 1)
