"""The program's own WSGI application, called as a gateway calls it, without a server between."""

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import urlencode

from app.bootstrap import KNOWN_PROVIDERS, PAYMENT_PROVIDERS, Parts
from app.config import Settings
from app.services.demo import load_demo
from app.services.open_books import open_books
from app.services.sample_catalogue import load_sample
from providers import registry
from providers.sandbox.phones import PHONES, Screen, Wire

_sessions = count(1)
SUBSCRIBER = "+2348030000001"
KANNEL = {
    "kannel_base_url": "http://127.0.0.1:1", "kannel_username": "us",
    "kannel_password": "demo-kannel",
}  # fmt: skip
"""What `kannel` among the SMS gateways asks for."""


def settings(database_url: str, redis_url: str, **more: Any) -> Settings:
    """Demo settings whose vendors are nowhere."""
    nowhere = "http://127.0.0.1:1"
    wanted = {
        "nexustop_mode": "demo", "database_url": database_url, "redis_url": redis_url,
        "secret_key": "demo-key", "pin_peppers": "p1:demo-pepper-of-tests",
        "field_encryption_keys": "f1:demo-field-of-tests",
        "api_signing_keys": f"a1:demo-{'signing-key-of-tests-' * 2}",
        "africastalking_base_url": nowhere,
        "africastalking_username": "demo", "africastalking_api_key": "demo-at",
        "vtpass_base_url": nowhere, "vtpass_api_key": "demo-vt", "vtpass_public_key": "demo-vp",
        "vtpass_secret_key": "demo-vs", "funding_providers": "paystack",
        "paystack_base_url": nowhere, "paystack_secret_key": "demo-ps",
        "identity_base_url": nowhere, "identity_api_key": "demo-id",
        # A test dials again and again for one subscriber, and means a new session each time.
        "resume_minutes": 0,
    }  # fmt: skip
    if more.get("nexustop_mode", "demo") == "demo":
        wanted["ussd_gateways"] = ",".join(registry.USSD_GATEWAYS)
    return Settings(**(wanted | more), _env_file=None)  # type: ignore[call-arg]


@dataclass
class Gateway:
    """A gateway in front of a program made of real parts."""

    parts: Parts
    headers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def to(cls, wanted: Settings, **made: object) -> "Gateway":
        """`made`: parts by their name that stand in for the real ones."""
        parts = Parts(wanted)
        vars(parts).update(made)
        open_books(parts.db, KNOWN_PROVIDERS, PAYMENT_PROVIDERS)
        load_demo(parts.context)
        load_sample(parts.vending)
        return cls(parts)

    def __enter__(self) -> "Gateway":
        return self

    def __exit__(self, *_: object) -> None:
        self.parts.close()

    def call(
        self, path: str, body: bytes = b"", method: str = "POST",
        kind: str = "application/x-www-form-urlencoded",
        headers: Mapping[str, str] | None = None,
    ) -> tuple[str, str]:  # fmt: skip
        """Status line and body; the headers are kept in `headers`."""
        seen: list[str] = []

        def start(status: str, headers: list[tuple[str, str]], *_: object) -> None:
            seen.append(status)
            self.headers = dict(headers)

        path, _, query = path.partition("?")
        environ = {
            "REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query,
            "CONTENT_TYPE": kind, "CONTENT_LENGTH": str(len(body)),
            "SERVER_NAME": "test", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1",
            "wsgi.input": io.BytesIO(body), "wsgi.url_scheme": "http", "wsgi.errors": io.StringIO(),
        }  # fmt: skip
        for name, value in (headers or {}).items():
            environ[f"HTTP_{name.upper().replace('-', '_')}"] = value
        answer = b"".join(self.parts.web(environ, start))
        return seen[0], answer.decode()

    def hop(self, session: str, text: str, msisdn: str = SUBSCRIBER, **more: str) -> str:
        """One hop in Africa's Talking's form; the body, and never anything but 200 text/plain."""
        fields = {"sessionId": session, "serviceCode": "*384*123#", "phoneNumber": msisdn,
                  "networkCode": "62130", "text": text, **more}  # fmt: skip
        return self.raw(urlencode(fields).encode())

    def raw(self, body: bytes) -> str:
        status, answer = self.call("/ussd/africastalking", body)
        assert status == "200 OK"
        assert self.headers["Content-Type"].startswith("text/plain")
        assert answer[:4] in {"CON ", "END "}
        return answer

    def show(self, gateway: str, wire: Wire) -> Screen:
        """What a handset behind `gateway` shows when it has sent this."""
        path = f"/ussd/{gateway}{wire.tail}" + (f"?{wire.query}" if wire.query else "")
        kind = wire.headers.get("Content-Type", "")
        status, body = self.call(path, wire.body, wire.method, kind, wire.headers)
        heads = {name.lower(): value for name, value in self.headers.items()}
        return PHONES[gateway].read(int(status.split()[0]), heads, body.encode())

    def dial(self, *inputs: str, msisdn: str = SUBSCRIBER) -> list[str]:
        """A whole session, hop by hop; every screen."""
        session = f"dial-{next(_sessions)}"
        return [
            self.hop(session, "*".join(inputs[:step]), msisdn) for step in range(len(inputs) + 1)
        ]
