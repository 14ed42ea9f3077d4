"""What the services behind a screen are given. No vendor is reachable from here."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from app.db.engine import Database
from app.domain.days import day_of
from app.domain.licences import WalletAct, licensed
from app.domain.refunds import RefundRules
from app.domain.sign_in import SessionRules
from app.domain.sms_rules import MoSmsRules
from app.ports.clock import Clock
from app.security.codes import WithdrawalCodes
from app.security.factors import FactorSecrets
from app.security.field_encryption import FieldCipher
from app.security.pin import PinHasher
from app.security.vouchers import VoucherPins
from app.services.ways_in import WaysIn
from app.sessions.rate_limits import RateLimits


@dataclass(frozen=True, slots=True)
class SimChecks:
    """`asked`: a provider can be asked; its answer is good for `max_age`; a SIM counts as changed
    lately for `recent_for`."""

    asked: bool
    max_age: timedelta
    recent_for: timedelta


@dataclass(frozen=True, slots=True)
class LookUps:
    """`countries`: of whose numbers a vendor can be asked where they are; its answer is good for
    `max_age`."""

    countries: frozenset[str]
    max_age: timedelta


@dataclass(frozen=True, slots=True)
class Selling:
    """`providers` are those through which is sold; `samples`: what is known of them from a sample
    only is sold too."""

    providers: tuple[str, ...]
    samples: bool


@dataclass(frozen=True, slots=True)
class Context:
    """`new_reference` gives a fresh six-character reference, `random_digit` an unguessable digit;
    `nudge` wakes the relay and never fails; `short_code` is what people dial; `codes` makes the
    codes of withdrawals, `voucher_pins` recharge PINs; `factors` keeps the secrets of second
    factors; `fields` encrypts what is stored encrypted; `identity_checked`: somebody looks identity
    numbers up for us; `sims` says how SIMs are checked, `look_ups` how numbers are looked up;
    `selling` what of the catalogue is on sale; `licence_held`: somebody holds the licence that
    moving money between wallets and at agents needs; `ways_in`: how money can be added; `demo` is
    true in demo mode; `rate_max_age`: an exchange rate is good for as long as this, None: for ever;
    `sms` says what an SMS may do, `refunds` what one member of staff may give back alone,
    `web_sessions` how long a session of the back-office lasts; `webhook_loopback`: webhooks may go
    to this machine; `rate_limits` counts what is asked at doors, None: nobody does."""

    db: Database
    clock: Clock
    hasher: PinHasher
    new_reference: Callable[[], str]
    random_digit: Callable[[], str]
    nudge: Callable[[], None]
    first_attempt_within: timedelta
    slow_notice_after: timedelta
    start_pin_for: timedelta
    short_code: str
    codes: WithdrawalCodes
    voucher_pins: VoucherPins
    factors: FactorSecrets
    sims: SimChecks
    look_ups: LookUps
    selling: Selling
    fields: FieldCipher
    identity_checked: bool
    licence_held: bool
    ways_in: WaysIn
    demo: bool
    rate_max_age: timedelta | None = None
    sms: MoSmsRules = field(default_factory=MoSmsRules)
    refunds: RefundRules = field(default_factory=RefundRules)
    web_sessions: SessionRules = field(default_factory=SessionRules)
    webhook_loopback: bool = False
    rate_limits: RateLimits | None = None

    def may(self, act: WalletAct, country: str) -> bool:
        """Is this act licensed in the country today?"""
        today = day_of(self.clock.now(), country)
        return self.licence_held and licensed(act, country, today)
