"""The SME-data dialect: what goes out, its plan file, its settings, its sandbox."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from app.domain.money import Money
from app.domain.operators import OPERATORS
from app.domain.outcomes import Declined, Misconfigured, Scope, Unknown
from app.domain.products import Family, ProductKind
from app.ports.catalogue import CatalogueUnavailable
from app.ports.vending import VendRequest
from providers import plan_files
from providers.http_client import HttpClient
from providers.sandbox import smedata as sandbox
from tests.factories import gateway
from tests.fakes.clock import FixedClock
from tests.fakes.http import Remembered, saying
from tests.providers.vending.contract import Wanted
from tests.providers.vending.smedata import NETWORKS, VENDOR, make

HEADER = ",".join(plan_files.COLUMNS)


@pytest.fixture
def http(clock: FixedClock) -> Iterator[HttpClient]:
    client = HttpClient(clock, Remembered())
    yield client
    client.close()


def asked(wanted: Wanted, clock: FixedClock) -> VendRequest:
    return wanted.request("202603021200ABCDEF", clock.now() + timedelta(seconds=5))


def test_a_plan_is_asked_for_by_network_number_and_plan(
    clock: FixedClock, http: HttpClient
) -> None:
    assert VENDOR.data is not None
    with saying(201, "{}") as (base, requests):
        make(base, http).vend(asked(VENDOR.data, clock))
    [(path, headers, body)] = requests.seen
    assert path == "/smedata/api/data/"
    assert headers["Authorization"] == "Token t"
    assert json.loads(body) == {
        "network": 1, "mobile_number": "08031234567", "Ported_number": True,
        "ident": "202603021200ABCDEF", "plan": 203,
    }  # fmt: skip


def test_airtime_is_asked_for_in_whole_naira(clock: FixedClock, http: HttpClient) -> None:
    with saying(201, "{}") as (base, requests):
        make(base, http).vend(asked(VENDOR.airtime, clock))
    [(path, _, body)] = requests.seen
    assert path == "/smedata/api/topup/"
    assert json.loads(body)["amount"] == 200
    assert json.loads(body)["airtime_type"] == "VTU"


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted("VTU", amount=Money(200_50, "NGN")),
        Wanted("VTU", amount=Money(200_00, "KES")),
        Wanted("VTU", operator="smile-ng"),
        Wanted("gold", kind=ProductKind.DATA),
        Wanted("", kind=ProductKind.DATA),
    ],
)
def test_what_it_has_no_words_for_is_refused_before_sending(
    wanted: Wanted, clock: FixedClock, http: HttpClient
) -> None:
    with saying(201, "{}") as (base, requests):
        outcome = make(base, http).vend(asked(wanted, clock))
    assert isinstance(outcome, Declined)
    assert outcome.scope is Scope.PROVIDER
    assert requests.seen == []


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (200, '{"user": {"wallet_balance": "20176.49999999992"}}', Money(20_176_49, "NGN")),
        (200, '{"user": {"Account_Balance": 12.5}}', Money(12_50, "NGN")),
        (200, '{"user": {"wallet_balance": 1e999999999}}', Unknown("unreadable")),
        (200, '{"user": {"wallet_balance": NaN}}', Unknown("unreadable")),
        (200, '{"user": {}}', Unknown("unreadable")),
        (200, "[]", Unknown("unreadable")),
        (500, '{"user": {"wallet_balance": "1.00"}}', Unknown("unreadable")),
        (401, "", Misconfigured("401")),
    ],
)
def test_the_balance_is_what_we_have_at_least(
    http: HttpClient, status: int, body: str, expected: object
) -> None:
    with saying(status, body) as (base, _):
        assert make(base, http).probe() == expected


def test_the_sandbox_s_own_list_is_offered_whole(http: HttpClient, tmp_path: Path) -> None:
    file = tmp_path / "plans.csv"
    file.write_text(sandbox.plan_file())
    offered = list(make("http://127.0.0.1:1", http, file).offers())
    airtime = [one for one in offered if one.kind is ProductKind.AIRTIME]
    assert {one.operator for one in airtime} == set(NETWORKS)
    assert all(one.least == OPERATORS[one.operator].airtime_min for one in airtime)
    [weekly] = [one for one in offered if one.code == "203"]
    assert (weekly.operator, weekly.size_mb, weekly.validity_days) == ("mtn-ng", 1024, 7)
    assert (weekly.family, weekly.cost) == (Family.SME, Money(720_00, "NGN"))


def test_a_json_list_says_the_same_and_other_networks_are_not_offered(
    http: HttpClient, tmp_path: Path
) -> None:
    file = tmp_path / "plans.json"
    row = dict(zip(plan_files.COLUMNS, ("mtn-ng", 353, "cg", 1024, "30", 250_00), strict=True))
    file.write_text(json.dumps([row, row | {"operator": "smile-ng"}]))
    data = [one for one in make("x", http, file).offers() if one.kind is ProductKind.DATA]
    assert [(one.operator, one.code, one.cost) for one in data] == [
        ("mtn-ng", "353", Money(250_00, "NGN"))
    ]


def test_a_plan_that_is_no_number_stops_the_list(http: HttpClient, tmp_path: Path) -> None:
    file = tmp_path / "plans.csv"
    file.write_text(f"{HEADER}\nmtn-ng,gold,sme,1024,30,25000\n")
    with pytest.raises(CatalogueUnavailable, match="mtn-ng gold: plans are numbers"):
        make("x", http, file).offers()


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("p.csv", f"{HEADER}\nmtn-ng,353,sme,1024,30,25000\nmtx-ng,1,sme,1,1,1\n", "3: operator"),
        ("p.csv", f"{HEADER}\nmtn-ng,353,gold,1024,30,25000\n", "2: operator, plan or family"),
        ("p.csv", f"{HEADER}\nmtn-ng,,sme,1024,30,25000\n", "2: operator, plan or family"),
        ("p.csv", f"{HEADER}\nmtn-ng,353,sme,1024,30,250.00\n", "whole numbers"),
        ("p.csv", f"{HEADER}\nmtn-ng,353,sme,1024,0,25000\n", "whole numbers"),
        ("p.csv", f"{HEADER}\nmtn-ng,353,sme,-1,30,25000\n", "whole numbers"),
        ("p.csv", f"{HEADER}\nmtn-ng,353,sme\n", "whole numbers"),
        ("p.csv", "mtn-ng,353,sme,1024,30,25000\nmtn-ng,354,sme,1024,30,25000\n", "2: operator"),
        ("p.csv", f"{HEADER}\n" + "mtn-ng,353,sme,1024,30,25000\n" * 2, "once: mtn-ng 353"),
        ("p.json", "{}", "not a list"),
        ("p.json", "[1]", "not a list"),
        ("p.json", "nonsense", "neither CSV nor JSON"),
        ("p.json", '[{"operator": "mtn-ng", "plan": 353}]', "1: operator, plan or family"),
        ("nowhere.csv", None, "FileNotFoundError"),
    ],
)
def test_a_file_that_cannot_be_read_whole_concludes_nothing_and_says_where(
    tmp_path: Path, name: str, text: str | None, said: str
) -> None:
    if text is not None:
        (tmp_path / name).write_text(text)
    with pytest.raises(CatalogueUnavailable, match=said):
        plan_files.read(tmp_path / name)


def settings(tmp_path: Path, **more: Any) -> Any:
    file = tmp_path / "plans.csv"
    file.write_text(sandbox.plan_file())
    wanted = {
        "vending_order": "vtpass,smedata", "smedata_base_url": "https://sme.test",
        "smedata_token": "t", "smedata_networks": "mtn-ng=1,glo-ng=2", "smedata_plans": str(file),
    }  # fmt: skip
    return gateway.settings("postgresql://nowhere/x", "redis://nowhere", **(wanted | more))


def test_networks_are_read_as_pairs(tmp_path: Path) -> None:
    assert settings(tmp_path).smedata_network_numbers == (("mtn-ng", "1"), ("glo-ng", "2"))


def test_a_provider_that_is_not_used_needs_nothing(tmp_path: Path) -> None:
    assert settings(tmp_path, vending_order="vtpass", smedata_token="", smedata_plans="nowhere")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"smedata_token": ""}, "SMEDATA_TOKEN is missing"),
        ({"smedata_base_url": ""}, "SMEDATA_BASE_URL is missing"),
        ({"smedata_networks": ""}, "SMEDATA_NETWORKS is missing"),
        ({"smedata_plans": ""}, "SMEDATA_PLANS is missing"),
        ({"smedata_plans": "nowhere.csv"}, "SMEDATA_PLANS is not a file"),
        ({"smedata_networks": "mtn-ng:1"}, "must be operator=number"),
        ({"smedata_networks": "mtx-ng=1"}, "unknown operator mtx-ng"),
        ({"smedata_networks": "safaricom-ke=1"}, "must be operator=number"),
        ({"smedata_networks": "mtn-ng=1,glo-ng=1"}, "twice"),
        ({"smedata_networks": "mtn-ng=1,mtn-ng=2"}, "twice"),
        ({"smedata_base_url": "sme.test"}, "must begin with http"),
        ({"vending_order": "africastalking_data"}, "AFRICASTALKING_BUNDLES_BASE_URL is missing"),
        ({"vending_order": "nobody"}, "unknown provider nobody"),
    ],
)
def test_what_is_missing_or_wrong_is_said_before_anything_starts(
    tmp_path: Path, change: dict[str, str], said: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        settings(tmp_path, **change)
    assert said in str(refused.value)
