"""Runs the SMS scripts: plain text that a non-programmer reads and writes (scripts/README.md)."""

import re
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest

from app.db.engine import Database
from app.domain.msisdn import Msisdn
from app.ports.channels import GatewayRequest, MoSms, MtSms, OptOut, SmsAccepted, SmsOutcome
from app.services.mo_sms import handle
from app.services.record_reports import record_opt_out
from app.services.run_agents import add_agent, put_float
from app.services.send_sms import SmsContext, send_sms
from menus.keywords.vocabulary import COMMANDS
from menus.texts.catalogue import LANGUAGES
from providers import registry
from providers.sandbox.phones import TEXTS, Text
from tests.agents.counter import Counter
from tests.factories.world import World, naira
from tests.fakes.clock import FixedClock
from tests.fakes.vendor import ScriptedVendor

SCRIPTS = sorted((Path(__file__).parent / "scripts").glob("*.txt"))
DOCUMENTATION = (Path(__file__).parents[2] / "docs" / "sms.md").read_text()
_ids = count(1)
_ACT = re.compile(
    r"^(?=< |forged < |late < |repeated$|wait |later$|meanwhile |then )", re.MULTILINE
)


class Inbox:
    """A gateway that hands every SMS over."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.texts: list[tuple[str, str]] = []

    def send(self, sms: MtSms) -> SmsOutcome:
        self.texts.append((sms.to, sms.text))
        return SmsAccepted(f"id-{next(_ids)}")


@pytest.fixture
def world(db: Database, clock: FixedClock) -> World:
    made = World(db, clock, {"vtpass": ScriptedVendor(clock)})
    made.stock_plans()
    return made


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_script(path: Path, world: World) -> None:
    Script(world, path.read_text()).run()
    assert world.books_differ() == []


@pytest.mark.parametrize(
    ("language", "who", "number"),
    [("sms", "registered with NGN 5,000.00", "+2348030000001"),
     ("sms-agent", "an agent with NGN 50,000.00", "+2348030000002")],
)  # fmt: skip
def test_the_examples_of_the_documentation(
    world: World, language: str, who: str, number: str
) -> None:
    blocks = re.findall(rf"^```{language}\n(.*?)^```$", DOCUMENTATION, re.MULTILINE | re.DOTALL)
    assert blocks
    Script(world, f"as: {who}\nnumber: {number}\n\n{''.join(blocks)}").run()


def test_the_documentation_shows_every_word_of_every_command() -> None:
    rows = DOCUMENTATION[DOCUMENTATION.index("| English |") :].splitlines()
    shown = [tuple(cell.strip() for cell in row.strip("|").split("|")) for row in rows]
    wanted = [
        tuple(words[language].replace(" ", ", ") for language in LANGUAGES)
        for words in COMMANDS.values()
    ]
    assert shown == [tuple(LANGUAGES.values()), ("---",) * len(LANGUAGES), *wanted]


class Script:
    """Facts, then SMS from the handset, as the gateway brings them, and what comes to it."""

    def __init__(self, world: World, text: str, gateway: str = "africastalking") -> None:
        self.world, self.gateway, self.inbox = world, gateway, Inbox(gateway)
        head, *self.steps = _ACT.split(text)
        self.facts = dict(re.findall(r"^(\w+): (.+)$", head, re.MULTILINE))
        self.me = Msisdn(self.facts["number"])
        self.known: dict[str, str] = {}
        self.latest: MoSms | None = None
        self.out = SmsContext(world.context, (self.inbox,), timedelta(seconds=18), lambda *_: None)

    def run(self) -> None:
        for number in self.facts.get("registered", "").split():
            self.world.subscriber(naira(5_000), msisdn=Msisdn(number))
        self._become(self.facts["as"])
        self._deliver()
        for step in self.steps:
            act, *expected = step.rstrip().split("\n")
            self.inbox.texts.clear()
            self._do(act)
            self._deliver()
            came = "\n".join(f"> {text}" for to, text in self.inbox.texts if to == self.me)
            self._expect(act, "\n".join(expected).strip(), came)

    def _become(self, who: str) -> None:
        said = re.fullmatch(r"(registered|an agent) with NGN ([\d,]+)\.00", who)
        if said is None:
            return
        amount = naira(int(said[2].replace(",", "")))
        if said[1] == "registered":
            self.world.subscriber(amount, msisdn=self.me)
            return
        self.world.subscriber(msisdn=self.me)
        context = self.world.context
        above = self.facts.get("above")
        if above:
            add_agent(context, Msisdn(above), "Head shop", None, 0, "test")
        add_agent(context, self.me, "Corner shop", Msisdn(above) if above else None, 0, "test")
        for below in self.facts.get("below", "").split():
            add_agent(context, Msisdn(below), "Kiosk", self.me, 0, "test")
        put_float(context, self.me, amount.amount_minor, f"r-{self.me}", "test", "")

    def _do(self, act: str) -> None:
        acts: tuple[tuple[str, Callable[[str], None]], ...] = (
            (r"(?:forged )?< (.*)", lambda text: self._write(text, 0)),
            (r"late < (.*)", lambda text: self._write(text, 16)),
            (r"repeated()", lambda _: self._again()),
            (r"wait (\d+) minutes", lambda n: self.world.pass_time(int(n) * 60, 60)),
            (r"later()", lambda _: self.world.pass_time(3)),
            (r"meanwhile (.+)", self._meanwhile),
            (r"then (.+)", self._then),
        )
        for pattern, do in acts:
            found = re.fullmatch(pattern, act)
            if found:
                do(found[1])
                return
        raise AssertionError(f"no such step: {act}")

    def _write(self, text: str, minutes_ago: int) -> None:
        for name, value in self.known.items():
            text = text.replace(f"{{{name}}}", value)
        sent = self.world.clock.now() - timedelta(minutes=minutes_ago)
        wire = TEXTS[self.gateway](
            Text(f"script-{next(_ids)}", self.me, "20880", text, "62130", sent)
        )
        asked = GatewayRequest(
            wire.method, "", wire.query, wire.headers["Content-Type"], wire.body
        )  # fmt: skip
        self.latest = registry.SMS_DIALECTS[self.gateway].parse_inbound(asked)
        self._again()

    def _again(self) -> None:
        assert self.latest is not None
        handle(self.world.context, self.latest, self.world.context.short_code)

    def _meanwhile(self, what: str) -> None:
        asked = re.fullmatch(r"(\S+) withdraws NGN ([\d,]+)", what)
        if asked:
            amount = int(asked[2].replace(",", ""))
            ready = Counter(self.world).ready(Msisdn(asked[1]), amount)
            self.known["customer code"] = ready.code.value
            return
        assert what == "the balance is hidden"
        with self.world.db.statement() as tx:
            tx.run("update subscribers set balance_hidden = true where msisdn = %s", (self.me,))

    def _then(self, what: str) -> None:
        """What is true now."""
        with_float = re.fullmatch(r"(the wallet|the float) has (NGN [\d,.]+)", what)
        if with_float and with_float[1] == "the wallet":
            assert str(self.world.spendable(self.me)) == with_float[2]
        elif with_float:
            assert str(Counter(self.world).float_of(self.me)) == with_float[2]
        else:
            wanted = re.fullmatch(r"news are (welcome|unwelcome)", what)
            assert wanted, what
            opted = self.world.one("select 1 from opt_outs where msisdn = %s", self.me)
            assert (opted is None) == (wanted[1] == "welcome")

    def _deliver(self) -> None:
        for (sms_id,) in self.world.all("select id from mt_sms where state = 'queued' order by id"):
            send_sms(self.out, sms_id)

    def _expect(self, act: str, wanted: str, came: str) -> None:
        pattern = re.escape(wanted).replace(r"\.\.\.", ".*").replace(r"\{code\}", r"(\d{6})")
        found = re.fullmatch(f"(?s){pattern}", came)
        assert found, f"{act}\n{came}\n--- wanted\n{wanted}"
        if found.groups():
            code = found[1]
            self.known |= {"code": code, "wrong": f"{(int(code) + 1) % 10**6:06d}"}


def test_no_pin_and_no_code_of_the_scripts_is_stored(world: World) -> None:
    """Run after them: their module shares one database."""
    stored = world.all("select redacted from mo_sms")
    assert stored
    assert [text for (text,) in stored if "7392" in text or "1111" in text] == []
    sent = world.all(
        "select coalesce(sent_text, '') || params::text from mt_sms where kind = 'wish_code'"
    )
    assert sent
    assert [text for (text,) in sent if re.search(r"YES \d", text)] == []


def test_the_gateways_opt_out_and_stop_are_the_same_to_start(world: World) -> None:
    msisdn = world.subscriber(naira(100))
    for sender in ("NexusTop", "20880"):
        record_opt_out(world.context, OptOut(msisdn, sender))
    sms = MoSms("africastalking", f"start-{msisdn}", msisdn, "20880", "START", None, None)
    handle(world.context, sms, "*384*123#")
    assert world.one("select count(*) from opt_outs where msisdn = %s", msisdn) == 0
