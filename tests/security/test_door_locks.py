"""Which addresses may call each door, and what a stranger learns of it: nothing."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.bootstrap import Parts, doors
from app.domain.addresses import Addresses
from app.ports.channels import UssdAnswer
from app.security_settings import DOORS
from app.web.application import create_app
from app.web.doors import Lock
from app.web.front import LONGEST_BODY, front
from app.web.proxies import behind
from app.web.ussd import UssdDoor, blueprint
from providers.channels.africastalking.ussd import AfricasTalkingUssd
from tests.factories.gateway import KANNEL, settings

THEIRS, STRANGER = "192.0.2.7", "198.51.100.9"
TOKEN = "t" * 24
HOP = b"sessionId=s1&serviceCode=*384*123%23&phoneNumber=%2B2348030000001&text="
NOWHERE = "http://127.0.0.1:1"


class Untouched(io.RawIOBase):
    """A body that nobody may read."""

    def read(self, size: int = -1) -> bytes:
        raise AssertionError("it was read")


def ask(
    application: Any, path: str, address: str, body: Any = None, method: str = "POST", **more: str
) -> tuple[str, dict[str, str], bytes]:
    seen: list[Any] = []
    content = body if isinstance(body, bytes) else b""
    environ = {
        "REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": "", "REMOTE_ADDR": address,
        "CONTENT_TYPE": "application/x-www-form-urlencoded", "CONTENT_LENGTH": str(len(content)),
        "SERVER_NAME": "test", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.input": io.BytesIO(content) if body is None or content else body,
        "wsgi.url_scheme": "http", "wsgi.errors": io.StringIO(), "wsgi.input_terminated": True,
        **more,
    }  # fmt: skip
    answer = b"".join(application(environ, lambda *args: seen.extend(args)))
    return seen[0], dict(seen[1]), answer


def quick(lock: Lock, **more: Any) -> Any:
    """The short cut for hops in front of the routes, with one door."""
    door = UssdDoor(
        AfricasTalkingUssd("*384*123#"), lock, lambda _: UssdAnswer("Hello", close=False),
        lambda _: None,
    )  # fmt: skip
    found = {"africastalking": door}
    return front(create_app([blueprint(found)]), found)


@pytest.mark.parametrize("token", ["", f"/{TOKEN}"])
def test_a_hop_from_elsewhere_is_answered_like_a_wrong_token_and_not_read(token: str) -> None:
    application = quick(Lock((TOKEN,) if token else (), Addresses([f"{THEIRS}/32"])))
    path = f"/ussd/africastalking{token}"
    assert ask(application, path, THEIRS, HOP)[2] == b"CON Hello"
    stranger = ask(application, path, STRANGER, Untouched(), CONTENT_LENGTH="30")
    wrong = ask(application, "/ussd/africastalking/wrong", STRANGER, HOP)
    nowhere = ask(application, "/ussd/nobody", STRANGER, HOP)
    assert stranger[0].startswith("404")
    assert stranger[2] == wrong[2] == nowhere[2]
    assert stranger[1].keys() == nowhere[1].keys()


def test_a_stranger_can_not_say_that_it_is_a_proxy_for_the_gateway() -> None:
    within = behind(Addresses(["10.0.0.0/8"]), quick(Lock((), Addresses([THEIRS]))))
    said = {"HTTP_X_FORWARDED_FOR": THEIRS}
    path = "/ussd/africastalking"
    assert ask(within, path, STRANGER, HOP, **said)[0].startswith("404")
    assert ask(within, path, "10.0.0.1", HOP, **said)[2] == b"CON Hello"
    both = {"HTTP_X_FORWARDED_FOR": f"{THEIRS}, {STRANGER}"}
    assert ask(within, path, "10.0.0.1", HOP, **both)[0].startswith("404")


@pytest.mark.parametrize(
    ("told", "body"),
    [
        ("-1", b""), ("+5", b""), ("²", b""), ("1e3", b""), ("0x10", b""), ("9" * 5000, b""),
        ("99999999999999999999", b""), (str(LONGEST_BODY + 1), b""), ("5 5", b""), ("\x00", b""),
    ],
)  # fmt: skip
def test_an_absurd_length_gets_an_end_that_a_handset_can_show(told: str, body: bytes) -> None:
    status, _, answer = ask(
        quick(Lock()), "/ussd/africastalking", THEIRS, Untouched(), CONTENT_LENGTH=told
    )
    assert status == "200 OK"
    assert answer.startswith(b"END We can't read this request. Nothing was charged.")


class _Stalls(io.RawIOBase):
    """A body that stops coming, as the server's reader says it."""

    def read(self, size: int = -1) -> bytes:
        raise TimeoutError


def test_a_body_that_stops_coming_gets_an_end_as_well() -> None:
    answer = ask(quick(Lock()), "/ussd/africastalking", THEIRS, _Stalls(), CONTENT_LENGTH="90")
    assert answer[2].startswith(b"END We can't read this request.")


def test_a_hop_whose_body_comes_in_chunks_is_read() -> None:
    chunks = {"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"}
    path = "/ussd/africastalking"
    assert ask(quick(Lock()), path, THEIRS, HOP, **chunks)[2] == b"CON Hello"
    endless = ask(quick(Lock()), path, THEIRS, HOP + b"1" * 200_000, **chunks)
    assert endless[2].startswith(b"END We can't read this request.")


# --- every door there is -------------------------------------------------------------------------


def every_door(**more: Any) -> Parts:
    wanted = settings(
        "postgresql:///nowhere", "unix:///nowhere", sms_gateways="africastalking,kannel",
        vending_providers="africastalking,vtpass,reloadly,dtone,flutterwave",
        funding_providers="paystack,flutterwave,mpesa,momo", sim_swap_provider="africastalking",
        africastalking_insights_base_url=NOWHERE, africastalking_bundles_base_url=NOWHERE,
        reloadly_base_url=NOWHERE, reloadly_auth_url=NOWHERE, reloadly_client_id="c",
        reloadly_client_secret="s", dtone_base_url=NOWHERE, dtone_api_key="k",
        dtone_api_secret="s", dtone_callback_base=NOWHERE, flutterwave_base_url=NOWHERE,
        flutterwave_secret_key="s", flutterwave_webhook_hash="h", mpesa_base_url=NOWHERE,
        mpesa_consumer_key="k", mpesa_consumer_secret="s", mpesa_short_code="174379",
        mpesa_passkey="p", mpesa_callback_base=NOWHERE, momo_base_url=NOWHERE, momo_user="u",
        momo_api_key="k", momo_subscription_key="s", momo_target_environment="mtnghana",
        momo_currencies="GHS", momo_callback_base=NOWHERE, **KANNEL, **more,
    )  # fmt: skip
    return Parts(wanted)


@pytest.fixture
def locked() -> Iterator[Parts]:
    """Every door, each with a token and an address."""
    each = {f"{name}_inbound_tokens": (TOKEN,) for name in DOORS}
    each |= {f"{name}_inbound_addresses": (THEIRS,) for name in DOORS}
    parts = every_door(**each)
    yield parts
    parts.close()


def paths_of(parts: Parts) -> dict[str, str]:
    """Path of each door without its token, and the name that its settings begin with."""
    made = create_app(
        [*doors.sms_doors(parts), *doors.vendor_doors(parts), *doors.payment_doors(parts)]
    )
    found = {
        rule.rule.removesuffix("/<token>"): rule.rule.split("/")[2]
        for rule in made.url_map.iter_rules()
    }
    return found | {f"/ussd/{name}": name for name in doors.ussd_doors(parts)}


def test_every_door_is_shut_to_other_addresses(locked: Parts) -> None:
    found = paths_of(locked)
    assert set(found.values()) == set(DOORS)
    for path in found:
        for address in (STRANGER, "", "garbage", "127.0.0.1"):
            answer = ask(
                locked.web, f"{path}/{TOKEN}", address, Untouched(), CONTENT_LENGTH="20"
            )  # fmt: skip
            assert answer[0].startswith("404"), (path, address)
        assert ask(locked.web, f"{path}/{'x' * 24}", THEIRS)[0].startswith("404"), path


def test_docs_doors_names_every_door_and_no_other(locked: Parts) -> None:
    text = (Path(__file__).resolve().parents[2] / "docs/doors.md").read_text()
    rows = {line.split("`")[1] for line in text.splitlines() if line.startswith("| `/")}
    assert rows == set(paths_of(locked))
