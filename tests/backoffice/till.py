"""An agent's counter in front of a world: what is typed and what is in the till."""

import re
from itertools import count

from werkzeug.test import TestResponse

from app.domain.agent_postings import agent_float, commission
from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.services.run_agents import put_float
from tests.backoffice.site import Browser, Site, Someone

_KEY = re.compile(r'name="key"[^>]* value="([^"]+)"')
_TAGS = re.compile(r"<[^>]+>")
_receipts = count(1)


class Till:
    """One agent, signed in, with this much float."""

    def __init__(self, site: Site, naira: int = 10_000) -> None:
        self.site, self.world = site, site.world
        self.someone: Someone = site.someone("agent", new=True)
        assert self.someone.agent is not None
        self.msisdn: Msisdn = self.someone.agent
        if naira:
            put_float(
                self.world.context, self.msisdn, naira * 100, f"till{next(_receipts)}", "test", ""
            )
        self.browser: Browser = site.browser()
        self.browser.sign_in(self.someone)
        site.now = self.browser

    @property
    def id(self) -> int:
        return int(self.world.one("select id from subscribers where msisdn = %s", self.msisdn))

    @property
    def float_(self) -> Money:
        return self.world.balance(agent_float(self.id, "NGN"))

    @property
    def commission(self) -> Money:
        return self.world.balance(commission(self.id, "NGN"))

    def page(self, path: str) -> str:
        answer = self.browser.get(f"/backoffice/{path}")
        assert answer.status_code == 200, answer.text
        return answer.text

    def key(self, path: str = "cash/in") -> str:
        """One minted with a page."""
        found = _KEY.search(self.page(path))
        assert found
        return found.group(1)

    def send(self, path: str, **fields: str) -> TestResponse:
        return self.browser.post(f"/backoffice/{path}", **fields)

    def cash_in(self, number: str, amount: str, key: str = "") -> TestResponse:
        return self.send("cash/in", number=number, amount=amount, key=key or self.key())

    def sell(
        self, number: str, amount: str, key: str = "", operator: str = "mtn-ng"
    ) -> TestResponse:
        return self.send(
            "sell/airtime", number=number, amount=amount, operator=operator,
            key=key or self.key("sell/airtime"),
        )  # fmt: skip


def words(answer: TestResponse | str) -> str:
    """What a person reads of a page."""
    text = answer if isinstance(answer, str) else answer.text
    plain = _TAGS.sub(" ", text).replace("&#39;", "'").replace("&amp;", "&")
    return " ".join(plain.split())


def reference_of(answer: TestResponse) -> str:
    """Of the receipt that an act led to."""
    assert answer.status_code == 303, words(answer)
    return str(answer.location).rsplit("/", 1)[1]
