"""Finds the pages of the back-office as a person does, by what pages lead to: links, parts that a
page loads, and forms of filters. New pages are found by themselves."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter

ROOT = "/backoffice/"
SAMPLES_OF_A_PAGE = 3
_LEADS = ("href", "hx-get", "data-src")
_FILES = "format"

Fetch = Callable[[str], str]
"""An address -> its HTML; empty when it is no page."""


@dataclass
class Page:
    """A view with one shape of address: which names its query has, and which word where there are
    few. `addresses` are some of that shape."""

    endpoint: str
    shape: str
    addresses: list[str] = field(default_factory=list)


class _Leads(HTMLParser):
    """Where a page leads: addresses, and of each GET form its fields with their words (none: it
    is typed)."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.forms: list[tuple[str, dict[str, list[str]]]] = []
        self._fields: dict[str, list[str]] | None = None
        self._select: list[str] | None = None
        self._option: str | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.addresses += [given[name] for name in _LEADS if name in given and tag != "link"]
        if tag == "form":
            self._fields = {} if given.get("method", "get").lower() == "get" else None
            if self._fields is not None:
                self.forms.append((given.get("action", ""), self._fields))
        elif self._fields is None:
            return
        elif tag == "select":
            self._select = self._fields.setdefault(given.get("name", ""), [])
        elif tag == "option" and self._select is not None:
            self._option = given.get("value")
            if self._option:
                self._select.append(self._option)
        elif tag == "input" and given.get("type") not in ("checkbox", "hidden", "submit"):
            self._fields.setdefault(given.get("name", ""), [])

    def handle_data(self, data: str) -> None:
        if self._select is not None and self._option is None and data.strip():
            self._select.append(data.strip())

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = None
        elif tag == "form":
            self._fields = None


def crawl(
    starts: list[str], fetch: Fetch, routes: MapAdapter, typed: Mapping[str, list[str]],
    opens: Callable[[str], bool],
) -> dict[tuple[str, str], Page]:  # fmt: skip
    """Every shape of page that is reached from `starts`, of views that `opens` says yes to.
    `typed`: what to type into a field."""
    found: dict[tuple[str, str], Page] = {}
    waiting = deque((start, frozenset[str]()) for start in starts)
    while waiting:
        address, words = waiting.popleft()
        match = _view(routes, address)
        if match is None or not opens(match):
            continue
        names = dict(parse_qsl(urlsplit(address).query))
        shape = " ".join(
            f"{name}={value}" if f"{name}={value}" in words else name
            for name, value in sorted(names.items())
        )
        page = found.setdefault((match, shape), Page(match, shape))
        if address in page.addresses or len(page.addresses) >= SAMPLES_OF_A_PAGE:
            continue
        html = fetch(address)
        if not html:
            continue
        page.addresses.append(address)
        if len(names) < 2:
            waiting.extend(_led(address, html, typed))
    return {key: page for key, page in found.items() if page.addresses}


def _led(
    address: str, html: str, typed: Mapping[str, list[str]]
) -> Iterator[tuple[str, frozenset[str]]]:
    leads = _Leads(html)
    for one in leads.addresses:
        yield urljoin(address, one).partition("#")[0], frozenset()
    if urlsplit(address).query:
        return
    for action, fields in leads.forms:
        for name, words in fields.items():
            place = urljoin(address, action).partition("?")[0]
            for word in words or typed.get(name, []):
                told = frozenset([f"{name}={word}"] if words else [])
                yield f"{place}?{urlencode({name: word})}", told


def _view(routes: MapAdapter, address: str) -> str | None:
    """The name of the view; None of what is no page of ours."""
    parts = urlsplit(address)
    if parts.netloc or not parts.path.startswith(ROOT) or _FILES in dict(parse_qsl(parts.query)):
        return None
    try:
        endpoint, _ = routes.match(parts.path, "GET")
    except HTTPException:
        return None
    return str(endpoint)
