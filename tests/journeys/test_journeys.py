"""Runs the journeys: plain text that a non-programmer reads and writes (see README.md)."""

import re
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from app.bootstrap import SystemClock
from app.db import ledger, rates, subscribers
from app.domain.ledger import fund, wallet
from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.domain.rates import Rate, parse_rate
from app.domain.secret import Secret
from app.services.run_routes import switch_operator
from app.services.sweep import take_outbox
from providers import registry
from providers.sandbox.phones import PHONES, Call
from tests.conftest import Servers, Urls, fresh_database
from tests.factories.gateway import Gateway, settings
from tests.factories.plans import PLANS, mtn, stock
from tests.fakes.lookups import ScriptedLookup
from tests.fakes.vendor import ScriptedVendor
from tests.journeys import pages
from workers.runtime import ACTS

JOURNEYS = sorted(Path(__file__).parent.glob("*.txt"))
PIN = "7392"
SHORT_CODE = "*384*123#"
READ_ON = f"> {pages.MORE}"
_numbers = count(1)
_sessions = count(1)


@pytest.fixture(scope="module", params=PHONES)
def name(request: pytest.FixtureRequest) -> str:
    """The gateway that all journeys go through, before any goes through the next."""
    return str(request.param)


@pytest.fixture(scope="module")
def urls(servers: Servers, template: str, name: str) -> Iterator[Urls]:
    """A database for each gateway: the scripts name numbers."""
    with fresh_database(servers, template) as made:
        yield made


@pytest.fixture(scope="module")
def program(urls: Urls, servers: Servers) -> Iterator[Gateway]:
    """One program for all journeys through a gateway."""
    vendor, lookup = ScriptedVendor(SystemClock(), "vtpass"), ScriptedLookup()
    stand_ins = {"providers": {"vtpass": vendor}, "lookup_vendors": (lookup,)}
    wanted = settings(urls.program, servers.redis_url, resume_minutes=10)
    with Gateway.to(wanted, **stand_ins) as made:
        yield made


@pytest.fixture
def gateway(program: Gateway, redis_url: str) -> Gateway:
    """The program, with a full shop, all of it on sale, and no session."""
    switch_operator(program.parts.vending, "mtn-ng", "staff", "journeys", closed=False)
    for provider in program.parts.vending.providers:
        stock(program.parts.vending, provider, mtn())
    return program


@pytest.mark.parametrize("path", JOURNEYS, ids=lambda path: path.stem)
def test_journey(name: str, path: Path, gateway: Gateway) -> None:
    """The same screens, whichever gateway stands between."""
    script = path.read_text()
    facts = dict(re.findall(r"^(\w+): (.+)$", script, re.MULTILINE))
    if name != facts.get("through", name) or name in facts.get("not_through", "").split():
        return
    Journey(gateway, name, script).run()


class Journey:
    """One script: facts, then dials and replies, each with the screen it must give."""

    def __init__(self, gateway: Gateway, name: str, script: str) -> None:
        self._gateway, self._name = gateway, name
        head, *steps = re.split(r"^(?=dial |> |later$|meanwhile )", script, flags=re.MULTILINE)
        self._facts = dict(re.findall(r"^(\w+): (.+)$", head, re.MULTILINE))
        self._steps = steps
        self._msisdn = self._facts.get("number", f"+2348034{next(_numbers):06d}")
        self._call, self._typed = Call("", "", "", "", ""), [""]
        usual = gateway.parts.settings.ussd_budget_septets
        budget = registry.USSD_GATEWAYS[name](SHORT_CODE).budget
        self._in_less_room, self._whole = (budget or usual) < usual, ""

    def run(self) -> None:
        registered = re.fullmatch(r"registered with NGN ([\d,]+)\.00", self._facts["as"])
        if registered:
            self._register(int(registered[1].replace(",", "")) * 100)
        for number, operator in re.findall(r"(\S+) is with (\S+)", self._facts.get("really", "")):
            self._gateway.parts.lookup_vendors[0].knows[number] = operator
        if "rate" in self._facts:
            self._set_rate(*self._facts["rate"].split())
        for step in self._steps:
            act, *expected = step.rstrip().split("\n")
            if act.startswith("meanwhile "):
                self._meanwhile(act.removeprefix("meanwhile "))
                continue
            shown = self._do(act)
            wanted = "\n".join(line[2:] for line in expected)
            assert self._is_same(act, wanted, shown), f"{act}\n{shown}\n--- wanted\n{wanted}"

    def _do(self, act: str) -> str:
        if act == "later":
            return self._work()
        if act == READ_ON and self._in_less_room:
            # All pages were read when the screen came, and they are cut elsewhere.
            return self._whole
        if act.startswith("dial "):
            code = act.removeprefix("dial ").strip()
            network = self._facts.get("network", "62130")
            session = f"journey-{next(_sessions)}"
            self._call = Call(session, self._msisdn, code, SHORT_CODE, network)
            self._typed = []
        else:
            self._typed.append(act.removeprefix("> "))
        return self._read_on(self._shown()) if self._in_less_room else self._shown()

    def _is_same(self, act: str, wanted: str, shown: str) -> bool:
        if not self._in_less_room:
            return re.fullmatch(pages.pattern(wanted), shown) is not None
        expected = pages.pattern_in_pages(wanted, read_on=act == READ_ON)
        return re.fullmatch(expected, pages.in_a_line(shown)) is not None

    def _read_on(self, page: str) -> str:
        """All pages of the screen; the session is put back to where it stood before them."""
        sessions, key = self._gateway.parts.redis, f"ussd:{self._name}:{self._call.session}"
        stood, read = sessions.get(key), [page]
        while pages.goes_on(read[-1]):
            read.append(self._shown(pages.MORE))
        assert isinstance(stood, bytes), "the session is known"
        sessions.set(key, stood, keepttl=True)
        self._whole = pages.together(read)
        return self._whole

    def _shown(self, *more: str) -> str:
        sent = PHONES[self._name].hop(self._call, (*self._typed, *more))
        screen = self._gateway.show(self._name, sent)
        return ("END " if screen.close else "") + screen.text

    def _work(self) -> str:
        """Sales are vended and numbers looked up, as workers do it."""
        while due := take_outbox(self._gateway.parts.db):
            for topic in ("vend", "lookup"):
                for subject in due.jobs.get(topic, ()):
                    ACTS[topic](self._gateway.parts, subject)
        return ""

    def _set_rate(self, base: str, quote: str, rate: str, margin_bp: str) -> None:
        context = self._gateway.parts.context
        now = context.clock.now()
        sample = Rate(base, quote, parse_rate(rate), int(margin_bp), now, sample=True)
        with context.db.transaction() as tx:
            rates.add_samples(tx, [sample], now)

    def _meanwhile(self, what: str) -> None:
        """A plan of MTN's gets another price, or is withdrawn; or staff stop MTN."""
        if what == "MTN is stopped":
            vending = self._gateway.parts.vending
            switch_operator(vending, "mtn-ng", "staff", "journeys", closed=True)
            return
        name, price = re.fullmatch(r"(.+?) (?:costs NGN ([\d,]+)|is withdrawn)", what).groups()  # type: ignore[union-attr]
        others = [plan for plan in PLANS if plan[0] != name]
        [changed] = [plan for plan in PLANS if plan[0] == name]
        if price is not None:
            others.append((*changed[:3], int(price.replace(",", ""))))
        for provider in self._gateway.parts.vending.providers:
            stock(self._gateway.parts.vending, provider, mtn(others))

    def _register(self, amount_minor: int) -> None:
        context = self._gateway.parts.context
        msisdn = Msisdn(self._msisdn)
        pin = context.hasher.hash(Secret(PIN), msisdn)
        with context.db.transaction() as tx:
            new = subscribers.NewSubscriber(
                msisdn, "en", "NG", "NGN", pin.hash, pin.pepper_id, context.clock.now()
            )
            owner = subscribers.register(tx, new)
            assert owner is not None
            account = wallet(owner, "NGN")
            ledger.open_account(tx, account)
            ledger.post(tx, fund(f"journey:{owner}", account, Money(amount_minor, "NGN")))
