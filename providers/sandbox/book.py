"""What was sold and which SMS were handed over; kept in a file, so a restart forgets nothing."""

import json
import threading
from collections import Counter
from collections.abc import Callable
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
class Charge:
    """A charge that was accepted: the customer hasn't agreed yet. `reference` is the caller's,
    `method` the provider's word for it; `course` is the name of the fault it suffers."""

    provider: str
    reference: str
    external_id: str
    customer: str
    method: str
    amount_minor: int
    currency: str
    account_number: str
    course: str
    at: str


@dataclass(slots=True)
class Payment:
    """Money that came in, into a virtual account or for a charge; amounts in minor units.
    `taken_back_minor` of it went back since."""

    provider: str
    id: int
    reference: str
    account_number: str
    amount_minor: int
    fee_minor: int
    currency: str
    at: str
    channel: str = ""
    taken_back_minor: int = 0
    taken_back_at: str = ""


@dataclass(slots=True)
class Prompt:
    """A request for money on a handset: `id` is the vendor's (or what it was given for one),
    `reference` ours. `state`: pending, paid, or why it wasn't; `receipt` is given when it was. The
    program is called back `told` times."""

    provider: str
    id: str
    reference: str
    msisdn: str
    amount_minor: int
    currency: str
    callback_url: str
    told: int
    state: str = "pending"
    receipt: str = ""


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
        self._prompts: dict[tuple[str, str], Prompt] = {}
        self._charges: list[Charge] = []
        self._agreed: set[tuple[str, str]] = set()
        self._sold_minor: Counter[str] = Counter()
        self._notes: dict[str, dict[str, dict[str, Any]]] = {}
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

    def undo(self, provider: str, reference: str) -> None:
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

    def prompt(self, prompt: Prompt) -> bool:
        """A handset is asked for money; False when the provider has this id already."""
        with self._lock:
            if (prompt.provider, prompt.id) in self._prompts:
                return False
            self._prompts[prompt.provider, prompt.id] = prompt
            self._write("prompt", asdict(prompt))
            return True

    def end_prompt(self, prompt: Prompt, state: str, payment: Payment | None, receipt: str) -> bool:
        """Paid, with the payment it brought, or not; False when it had ended before."""
        with self._lock:
            if prompt.state != "pending":
                return False
            prompt.state, prompt.receipt = state, receipt
            self._write("prompt", asdict(prompt))
            if payment is not None:
                self.receive(payment)
            return True

    def prompts(self, provider: str) -> list[Prompt]:
        """Every prompt of this provider, oldest first."""
        with self._lock:
            return [prompt for prompt in self._prompts.values() if prompt.provider == provider]

    def find_prompt(self, provider: str, id_: str) -> Prompt | None:
        with self._lock:
            return self._prompts.get((provider, id_))

    def note(self, shelf: str, key: str, value: dict[str, Any]) -> None:
        """Keep what one vendor must remember of itself; the last note under a key counts."""
        with self._lock:
            self._notes.setdefault(shelf, {})[key] = value
            self._write("note", [shelf, key, value])

    def one_noted(self, shelf: str, key: str) -> dict[str, Any] | None:
        """The last note on a shelf under a key."""
        with self._lock:
            return self._notes.get(shelf, {}).get(key)

    def noted(self, shelf: str) -> dict[str, dict[str, Any]]:
        """Every note on a shelf by its key, oldest first."""
        with self._lock:
            return dict(self._notes.get(shelf, {}))

    def payment(self, provider: str, reference: str) -> Payment | None:
        """The latest payment with this reference."""
        found = [one for one in self.payments(provider) if one.reference == reference]
        return found[-1] if found else None

    def take_back(self, payment: Payment, amount_minor: int) -> None:
        """So much of it, in all, went back."""
        with self._lock:
            self._taken_back([payment.provider, payment.id, amount_minor, now()])
            said = [payment.provider, payment.id, amount_minor, payment.taken_back_at]
            self._write("taken_back", said)

    def start(self, charge: Charge) -> bool:
        """A charge was accepted; False when its reference was used before."""
        with self._lock:
            if self.charge(charge.provider, charge.reference) is not None:
                return False
            self._charges.append(charge)
            self._write("charge", asdict(charge))
            return True

    def charge(self, provider: str, reference: str) -> Charge | None:
        return self._a_charge(provider, lambda one: one.reference == reference)

    def agree(self, provider: str, reference: str) -> Charge | None:
        """The customer agrees to this charge; None when there is none, or they agreed before."""
        with self._lock:
            charge = self.charge(provider, reference)
            key = provider, reference
            if charge is None or key in self._agreed or self.payment(provider, reference):
                return None
            self._agreed.add(key)
            return charge

    def charge_at(self, provider: str, account_number: str) -> Charge | None:
        """The charge that a one-time account was opened for."""
        return self._a_charge(provider, lambda one: one.account_number == account_number)

    def close(self) -> None:
        """Write no more."""
        if self._file is not None:
            self._file.close()

    def _a_charge(self, provider: str, wanted: Callable[[Charge], bool]) -> Charge | None:
        with self._lock:
            mine = (one for one in self._charges if one.provider == provider)
            return next((one for one in mine if wanted(one)), None)

    def _taken_back(self, said: list[Any]) -> None:
        provider, id_, amount_minor, at = said
        for payment in self._payments:
            if (payment.provider, payment.id) == (provider, id_):
                payment.taken_back_minor, payment.taken_back_at = amount_minor, at

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
            elif kind == "prompt":
                self._prompts[value["provider"], value["id"]] = Prompt(**value)
            elif kind == "note":
                self._notes.setdefault(value[0], {})[value[1]] = value[2]
            elif kind == "charge":
                self._charges.append(Charge(**value))
            elif kind == "taken_back":
                self._taken_back(value)
            else:
                provider, reference, state, at = value
                self._end(self._vends[self._by_reference[provider, reference]], state, at)
