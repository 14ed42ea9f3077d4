"""The system that runs here, for commands that stand outside it as a handset does."""

import argparse
import http.client
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass

_SECONDS = 15
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class NoAnswer(Exception):
    """Nothing listens there, or what listens gave no answer that can be used; the text says so."""


@dataclass(frozen=True, slots=True)
class Running:
    """Addresses without a path, and what is dialled and written to."""

    web: str = "http://127.0.0.1:8000"
    sandbox: str = "http://127.0.0.1:8001"
    short_code: str = "*384*123#"
    sms_short_code: str = "20880"


def running() -> Running:
    """As this folder's settings say, or the defaults where none were made yet."""
    from app.bootstrap import SettingsProblem, parts

    try:
        settings = parts().settings
    except SettingsProblem:
        return Running()
    host = f"http://{settings.bind_address}"
    return Running(
        f"{host}:{settings.port}", f"{host}:{settings.sandbox_port}", settings.short_code,
        settings.sms_short_code,
    )  # fmt: skip


def address(text: str) -> str:
    """An argument like http://127.0.0.1:8000."""
    parts = urllib.parse.urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise argparse.ArgumentTypeError(f"{text} is not an address like http://127.0.0.1:8000")
    return text.rstrip("/")


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered; names of headers in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def get(url: str) -> str:
    """The body found there. Raises NoAnswer."""
    try:
        return ask("GET", url).body.decode()
    except UnicodeDecodeError:
        raise NoAnswer(f"{url.partition('?')[0]} answered something that isn't UTF-8") from None


def ask(
    method: str, url: str, headers: Mapping[str, str] | None = None, body: bytes = b""
) -> Answer:
    """One request. Raises NoAnswer, also when it is answered with an error; its text leaves the
    query out, which may hold a PIN."""
    request = urllib.request.Request(url, body or None, dict(headers or {}), method=method)  # noqa: S310 - http(s) only, see address()
    place = url.partition("?")[0]
    try:
        with _opener.open(request, timeout=_SECONDS) as answer:
            heads = {name.lower(): value for name, value in answer.headers.items()}
            return Answer(answer.status, heads, answer.read())
    except urllib.error.HTTPError as error:
        with error:
            raise NoAnswer(f"{place} answered {error.code}") from None
    except (OSError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", None) or error
        raise NoAnswer(f"nothing answers at {place} ({reason}). Is `make run` running?") from None
