"""What was sold and which SMS were handed over; kept in a file, so a restart forgets nothing."""

import json
import threading
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


@dataclass(slots=True)
class Vend:
    """One purchase that was accepted. `state`: pending, delivered, failed, or
    reversed when it was delivered and undone; `amount_minor` in
    minor units; `at` when value reached the phone, or when it was accepted."""

    provider: str
    reference: str
    external_id: str
    msisdn: str
    product: str
    amount_minor: int
    currency: str
    state: str
    at: str


@dataclass(slots=True)
class BankAccount:
    """A virtual account that was opened for a customer."""

    provider: str
    number: str
    email: str


@dataclass(slots=True)
class Payment:
    """Money that came into a virtual account; amounts in minor units."""

    provider: str
    id: int
    reference: str
    account_number: str
    amount_minor: int
    fee_minor: int
    currency: str
    at: str


@dataclass(slots=True)
class Sms:
    """One MT SMS handed over."""

    to: str
    sender: str
    text: str
    at: str


def now() -> str:
    return datetime.now(UTC).isoformat()


class Book:
    """Thread-safe. With a `path`, every change is appended to it and read again at the start."""

    def __init__(self, path: Path | None = None) -> None:
        self._lock = threading.RLock()
        self._vends: list[Vend] = []
        self._by_reference: dict[tuple[str, str], int] = {}
        self._sms: list[Sms] = []
        self._accounts: list[BankAccount] = []
        self._payments: list[Payment] = []
        self._sold_minor: Counter[str] = Counter()
        if path is not None and path.exists():
            self._read(path)
        self._file = path.open("a", buffering=1) if path is not None else None

    def accept(self, vend: Vend) -> None:
        """A purchase was accepted."""
        with self._lock:
            self._add(vend)
            self._write("vend", asdict(vend))

    def settle(self, provider: str, reference: str, state: str) -> None:
        """Its final state, once."""
        with self._lock:
            vend = self._vends[self._by_reference[provider, reference]]
            if vend.state == "pending":
                self._end(vend, state, now())
                self._write("settle", [provider, reference, state, vend.at])

    def take_back(self, provider: str, reference: str) -> None:
        """What was delivered is undone, once."""
        with self._lock:
            vend = self._vends[self._by_reference[provider, reference]]
            if vend.state == "delivered":
                self._end(vend, "reversed", now())
                self._write("settle", [provider, reference, "reversed", vend.at])

    def find(self, provider: str, reference: str) -> Vend | None:
        with self._lock:
            place = self._by_reference.get((provider, reference))
            return None if place is None else self._vends[place]

    def vends(self) -> list[dict[str, Any]]:
        """Every purchase, oldest first."""
        with self._lock:
            return [asdict(vend) for vend in self._vends]

    def sold_minor(self, provider: str) -> int:
        """What left this provider's float, in minor units."""
        return self._sold_minor[provider]

    def add_sms(self, sms: Sms) -> None:
        with self._lock:
            self._sms.append(sms)
            self._write("sms", asdict(sms))

    def sms_to(self, msisdn: str) -> list[dict[str, Any]]:
        """SMS to a number (all when empty), newest last."""
        with self._lock:
            return [asdict(sms) for sms in self._sms if msisdn in {"", sms.to}]

    def account_for(self, provider: str, email: str, number: str) -> BankAccount:
        """The customer's account, opened under this number if there is none."""
        with self._lock:
            for account in self._accounts:
                if (account.provider, account.email) == (provider, email):
                    return account
            opened = BankAccount(provider, number, email)
            self._accounts.append(opened)
            self._write("account", asdict(opened))
            return opened

    def account_numbered(self, number: str) -> BankAccount | None:
        with self._lock:
            return next((a for a in self._accounts if a.number == number), None)

    def receive(self, payment: Payment) -> None:
        """Money came in."""
        with self._lock:
            self._payments.append(payment)
            self._write("payment", asdict(payment))

    def payments(self, provider: str) -> list[Payment]:
        """Every payment at this provider, oldest first."""
        with self._lock:
            return [payment for payment in self._payments if payment.provider == provider]

    def close(self) -> None:
        """Write no more."""
        if self._file is not None:
            self._file.close()

    def _add(self, vend: Vend) -> None:
        self._by_reference[vend.provider, vend.reference] = len(self._vends)
        self._vends.append(vend)
        if vend.state != "failed":
            self._sold_minor[vend.provider] += vend.amount_minor

    def _end(self, vend: Vend, state: str, at: str) -> None:
        vend.state, vend.at = state, at
        if state in {"failed", "reversed"}:
            self._sold_minor[vend.provider] -= vend.amount_minor

    def _write(self, kind: str, value: object) -> None:
        if self._file is not None:
            self._file.write(json.dumps([kind, value]) + "\n")

    def _read(self, path: Path) -> None:
        for line in path.read_text().splitlines():
            kind, value = json.loads(line)
            if kind == "vend":
                self._add(Vend(**value))
            elif kind == "sms":
                self._sms.append(Sms(**value))
            elif kind == "account":
                self._accounts.append(BankAccount(**value))
            elif kind == "payment":
                self._payments.append(Payment(**value))
            else:
                provider, reference, state, at = value
                self._end(self._vends[self._by_reference[provider, reference]], state, at)
