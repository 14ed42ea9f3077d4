"""The one place that picks concrete classes and reads settings; everything else is given its parts.

`Parts` makes each part once, when it is first asked for, so a command pays only for what it uses.
"""

import hmac
import os
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import redis

from app.bootstrap.smpp import smpp_process
from app.bootstrap.sms_gateways import sms_context
from app.bootstrap.vendors import PAYMENTS, VENDING, identity_provider, sim_swap
from app.config import Settings, SettingsProblem, load, read
from app.db.engine import Database
from app.domain.aliases import meanings
from app.domain.catalogue import PriceRules
from app.domain.references import reference
from app.domain.vending import VendingRules
from app.observability import metrics
from app.observability.lines import BufferedLines
from app.observability.vending import Watched
from app.ports.vending import VendingProvider
from app.security.codes import WithdrawalCodes
from app.security.factors import FactorSecrets
from app.security.field_encryption import FieldCipher
from app.security.pin import PinHasher
from app.security.vouchers import VoucherPins
from app.services.bulkheads import Bulkheads
from app.services.case_context import CaseContext
from app.services.check_identity import IdentityContext
from app.services.check_sim import SimSwapContext
from app.services.context import Context, LookUps, Selling, SimChecks
from app.services.exchange_log import BatchedExchanges
from app.services.funding_context import FundingContext
from app.services.hop import Hops, MenuFacts
from app.services.look_up_operator import LookUpContext
from app.services.merchants.deliver import Places, WebhookContext
from app.services.perform import perform
from app.services.reconcile import ReconcileContext
from app.services.session_end import find_end
from app.services.sms_context import SmsContext
from app.services.vending_context import BreakerRules, VendingContext
from app.services.ways_in import Collects, WaysIn
from app.sessions import connection
from app.sessions.lean import LeanRedis
from app.sessions.nudge import Nudge
from app.sessions.rate_limits import RateLimits
from app.sessions.store import SessionStore
from app.setting_values import plain
from menus.flows import build_machine
from providers import registry
from providers.http_client import HttpClient
from providers.webhook_client import WebhookClient

__all__ = [
    "PAYMENT_PROVIDERS",
    "KNOWN_PROVIDERS",
    "Parts",
    "Settings",
    "SettingsProblem",
    "SystemClock",
    "parts",
    "sources",
    "statement_file",
]

statement_file = registry.StatementFile
KNOWN_PROVIDERS = tuple(VENDING)
PAYMENT_PROVIDERS = tuple(PAYMENTS)


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


def parts(data_dir: Path | None = None, *, threads: int | None = None) -> "Parts":
    """The parts of this process, from its settings. Raises SettingsProblem."""
    folder = data_dir or Path(os.environ.get("DATA_DIR", "var"))
    return Parts(load(folder), threads=threads)


def sources() -> list[tuple[str, str]]:
    """Every setting that is given, and where it comes from; of lists of keys their ids as well,
    never a value. Raises SettingsProblem."""
    settings, found = read(Path(os.environ.get("DATA_DIR", "var")))
    told = [
        (name, f"{found.origins[name]}{_keys_of(name, settings)}") for name in sorted(found.origins)
        if name.lower() in Settings.model_fields
    ]  # fmt: skip
    return told + [(name, "is in the AWS secret and no setting of ours") for name in found.unknown]


_KEY_LISTS = {"PIN_PEPPERS", "FIELD_ENCRYPTION_KEYS", "API_SIGNING_KEYS"}


def _keys_of(name: str, settings: Settings) -> str:
    if name not in _KEY_LISTS:
        return ""
    entries = str(plain(getattr(settings, name.lower()))).split(",")
    ids = ", ".join(entry.strip().split(":", 1)[0] for entry in entries)
    return f"; keys {ids}, the first is current"


class Parts:
    """Every part of a process. `threads` is how many may use the database at once."""

    def __init__(self, settings: Settings, *, threads: int | None = None) -> None:
        self.settings = settings
        self.clock = SystemClock()
        self._threads = threads
        self._hops: dict[int, Hops] = {}

    def close(self) -> None:
        """Close the connections of what was made; the process is about to end."""
        for name, end in (("db", "dispose"), ("redis", "close"), ("lean", "close"),
                          ("http", "close"), ("lines", "close")):  # fmt: skip
            if name in self.__dict__:
                getattr(self.__dict__[name], end)()

    # --- what everything stands on -------------------------------------------------------------

    @cached_property
    def db(self) -> Database:
        size = self.settings.database_pool_size
        if self._threads is None:
            # A hop must be answered within two seconds, whatever the database is busy with.
            return Database(self.settings.database_url, pool_size=size, statement_seconds=1.8)
        return Database(
            self.settings.database_url, pool_size=min(self._threads, 3 * size), wait_seconds=10
        )

    @cached_property
    def redis(self) -> "redis.Redis":
        return connection.connect(self.settings.redis_url)

    @cached_property
    def lean(self) -> LeanRedis:
        return LeanRedis(self.settings.redis_url)

    @cached_property
    def http(self) -> HttpClient:
        return HttpClient(
            self.clock, self.exchanges,
            connect_seconds=self.settings.vendor_connect_timeout_seconds,
            read_seconds=self.settings.vendor_read_timeout_seconds,
        )  # fmt: skip

    @cached_property
    def exchanges(self) -> BatchedExchanges:
        return BatchedExchanges(self.db, self.fields)

    @cached_property
    def fields(self) -> FieldCipher:
        return FieldCipher(self.settings.field_encryption_keys.get_secret_value())

    # --- services ------------------------------------------------------------------------------

    @cached_property
    def context(self) -> Context:
        wanted = self.settings
        key = wanted.secret_key.get_secret_value().encode()
        return Context(
            db=self.db,
            clock=self.clock,
            hasher=PinHasher(wanted.pin_peppers.get_secret_value()),
            new_reference=lambda: reference(secrets.choice),
            random_digit=lambda: secrets.choice("0123456789"),
            nudge=Nudge(self.redis),
            first_attempt_within=timedelta(seconds=wanted.first_attempt_within_seconds),
            slow_notice_after=timedelta(seconds=wanted.slow_notice_after_seconds),
            start_pin_for=timedelta(hours=wanted.start_pin_hours),
            short_code=wanted.short_code,
            ways_in=self._ways_in(),
            codes=WithdrawalCodes(key),
            voucher_pins=VoucherPins(key),
            factors=FactorSecrets(key, self.fields),
            fields=self.fields,
            identity_checked=bool(wanted.identity_base_url),
            sims=SimChecks(
                bool(wanted.sim_swap_provider),
                timedelta(hours=wanted.sim_swap_max_age_hours),
                timedelta(hours=wanted.sim_swap_recent_hours),
            ),
            look_ups=LookUps(
                frozenset(country for one in self.lookup_vendors for country in one.countries),
                timedelta(days=wanted.look_up_max_age_days),
            ),
            selling=Selling(wanted.vending_names, samples=wanted.nexustop_mode == "demo"),
            licence_held=bool(wanted.wallet_licence_holder) or wanted.nexustop_mode == "demo",
            demo=wanted.nexustop_mode == "demo",
            rate_max_age=wanted.rate_max_age,
            sms=wanted.sms_rules,
            web_sessions=wanted.session_rules,
            refunds=wanted.refund_rules,
            webhook_loopback=wanted.webhook_loopback,
            rate_limits=self.rate_limits,
        )

    @cached_property
    def rate_limits(self) -> RateLimits:
        key = self.settings.secret_key.get_secret_value().encode()
        return RateLimits(self.lean, hmac.digest(key, b"rate limits", "sha256"))

    @cached_property
    def vending(self) -> VendingContext:
        wanted = self.settings
        rules = VendingRules(
            first_attempt_within=timedelta(seconds=wanted.first_attempt_within_seconds),
            send_window=timedelta(seconds=wanted.send_window_seconds),
            read_timeout=timedelta(seconds=wanted.vendor_read_timeout_seconds),
            ask_after=wanted.ask_after,
            pair_blocked_for=timedelta(seconds=wanted.pair_blocked_seconds),
            give_up_after=timedelta(hours=wanted.give_up_after_hours),
            slow_notice_after=timedelta(seconds=wanted.slow_notice_after_seconds),
        )
        breaker = BreakerRules(wanted.breaker_opens_after, wanted.breaker_pause_seconds)
        traits = {name: provider.traits for name, provider in self.providers.items()}
        share = max(wanted.worker_threads // 2, 1) if len(traits) > 1 else wanted.worker_threads
        return VendingContext(
            self.db, self.clock, rules, breaker, self.providers, Bulkheads(traits, share),
            order=wanted.vending_order, live=wanted.nexustop_mode == "live",
            open_items={name: registry.OPEN_ITEMS[name] for name in traits},
            prices=PriceRules(wanted.catalogue_margin_bp, wanted.catalogue_moves_percent),
        )  # fmt: skip

    @cached_property
    def vendors(self) -> dict[str, Any]:
        """The adapters of the vending providers in use. One object sells, lists what it sells and,
        where it can, says whose a number is: it keeps one access token."""
        return {name: VENDING[name](self) for name in self.settings.vending_names}

    @cached_property
    def providers(self) -> dict[str, VendingProvider]:
        return {name: Watched(vendor) for name, vendor in self.vendors.items()}

    @cached_property
    def funding(self) -> FundingContext:
        return FundingContext(
            self.context, self.payments, self._payments(registry.OPEN_ACCOUNTS),
            self._payments(registry.TAKE_CHARGES), self._payments(registry.TELL_REFUNDS_APART),
        )  # fmt: skip

    @cached_property
    def payments(self) -> dict[str, Any]:
        """Payment providers by name, in the order of FUNDING_PROVIDERS."""
        return {name: PAYMENTS[name](self) for name in self.settings.funding_providers}

    def _payments(self, able: frozenset[str]) -> dict[str, Any]:
        return {name: made for name, made in self.payments.items() if name in able}

    def _ways_in(self) -> WaysIn:
        accounts = self._payments(registry.OPEN_ACCOUNTS).items()
        charges = self._payments(registry.TAKE_CHARGES).items()
        return WaysIn(
            {name: made.account_currencies for name, made in accounts},
            {
                name: Collects(made.methods, made.charge_currencies, made.banks)
                for name, made in charges
            },
        )

    @cached_property
    def cases(self) -> CaseContext:
        made: dict[str, Any] = {
            name: VENDING[name](self)
            for name in self.settings.vending_names
            if name in registry.TAKE_RECALLS
        }
        return CaseContext(self.context, made)

    @cached_property
    def lookup_vendors(self) -> tuple[Any, ...]:
        """Vending providers that know where a number is, in the order of VENDING_ORDER."""
        able = registry.LOOK_UPS
        return tuple(vendor for name, vendor in self.vendors.items() if name in able)

    @cached_property
    def look_ups(self) -> LookUpContext:
        return LookUpContext(self.context, self.lookup_vendors)

    @cached_property
    def sim_swap(self) -> SimSwapContext:
        return SimSwapContext(self.context, sim_swap(self))

    @cached_property
    def webhooks(self) -> WebhookContext:
        wanted = self.settings
        client = WebhookClient(wanted.webhook_timeout_seconds, loopback=wanted.webhook_loopback)
        return WebhookContext(self.context, client, Places(max(wanted.worker_threads // 4, 1)))

    @cached_property
    def identity(self) -> IdentityContext:
        return IdentityContext(self.context, identity_provider(self))

    @cached_property
    def reconciliation(self) -> ReconcileContext:
        able: dict[str, Any] = {
            name: provider for name, provider in self.funding.readers.items()
            if name in registry.GIVE_STATEMENTS
        }  # fmt: skip
        return ReconcileContext(self.funding, able, registry.EXPORTS)

    @cached_property
    def sms(self) -> SmsContext:
        return sms_context(self)

    def smpp(self, say: Callable[..., None]) -> Any:
        """What carries SMPP; `say` writes its log."""
        return smpp_process(self, say)

    @cached_property
    def hops(self) -> Hops:
        """Hops of channels that have no room of their own."""
        return self.hops_within(self.settings.ussd_budget_septets)

    def hops_within(self, septets: int) -> Hops:
        """What answers the hops of channels whose screens may take so much."""
        if septets not in self._hops:
            self._hops[septets] = self._make_hops(septets)
        return self._hops[septets]

    @cached_property
    def lines(self) -> BufferedLines:
        return BufferedLines()

    @cached_property
    def sessions(self) -> SessionStore:
        wanted = self.settings
        return SessionStore(self.lean, wanted.session_seconds, wanted.resume_minutes * 60)

    def _make_hops(self, septets: int) -> Hops:
        wanted = self.settings
        key = wanted.secret_key.get_secret_value().encode()
        return Hops(
            self.sessions,
            build_machine(septets, meanings(wanted.dial_aliases)),
            lambda origin, request: perform(self.context, origin, request),
            lambda channel, session, msisdn: find_end(self.context, channel, session, msisdn),
            key,
            self.fields,
            MenuFacts(wanted.sms_short_code),
            metrics.HopLog(self.lines),
        )

    # --- the web -------------------------------------------------------------------------------

    @cached_property
    def web(self) -> Callable[..., Any]:
        """The WSGI application. Two fifths of all there is to import are for it, so only a process
        that serves pages imports them."""
        from app.bootstrap.site import site

        return site(self)
