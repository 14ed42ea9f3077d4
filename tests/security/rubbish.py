"""Rubbish made of a parser's own words, for tests that feed it."""

import ast
import json
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import urlencode

from hypothesis import strategies as some

ODD: list[Any] = [
    None, True, False, 0, -1, 10**18, 10**400, 1.5, 1e300, float("inf"), float("nan"), "", " ", "0",
    "-1", "1e9", "1e999999", "NaN", "Infinity", "200.00", "9" * 5_000, "A" * 20_000, "\0", "\n",
    "\u0663", "\U0001f4f1", "\ud800", "+2348030000001", "NGN", "NGN 200.00", "2026-03-02",
    "2026-03-02T11:00:00Z", "0000-00-00", "9999-12-31T23:59:59+14:00", [], {}, [[]], [{}],
    [[[[[]]]]], {"a": {"a": {}}},
]  # fmt: skip
CHUNKS = [
    b"", b"\xff\xfe", b"\x00", b"%FF", b"&&", b"==", b"[" * 60_000, b'{"a":' * 9_000,
    b"<a>" * 9_000, b"9" * 5_000, b"A" * 60_000, b"<!DOCTYPE a>", b'"', b"\\ud800",
    b"\r\n", b"1e999", b",", b";",
]  # fmt: skip


EVENTS: dict[str, Any] = {
    "paystack": {"event": "charge.success", "data": {
        "reference": "r-1", "amount": 100_000, "currency": "NGN", "channel": "dedicated_nuban",
        "authorization": {"receiver_bank_account_number": "1"}}},
    "flutterwave": {"event": "charge.completed", "data": {
        "id": 1, "tx_ref": "r-1", "amount": 1_000, "currency": "NGN", "status": "successful"}},
    "mpesa": {"Body": {"stkCallback": {
        "MerchantRequestID": "1", "CheckoutRequestID": "ws_CO_1", "ResultCode": 0,
        "ResultDesc": "ok", "CallbackMetadata": {"Item": [{"Name": "Amount", "Value": 1}]}}}},
    "momo": {"externalId": "7K3F9Q", "amount": "1",
             "currency": "GHS", "status": "SUCCESSFUL", "financialTransactionId": "1"},
}  # fmt: skip
"""A webhook of each payment provider that is read."""


def words_of(*modules: ModuleType) -> tuple[str, ...]:
    """The short texts in the source of these modules and those beside them."""
    found: set[str] = set()
    for module in modules:
        for file in sorted(Path(module.__file__ or "").parent.glob("*.py")):
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    found |= {node.value} if len(node.value) < 30 else set()
    return tuple(sorted(found))


def _values(words: tuple[str, ...]) -> some.SearchStrategy[Any]:
    word = some.sampled_from(words) if words else some.text(max_size=5)
    made = word | some.sampled_from(ODD) | some.integers() | some.text(max_size=8)
    for _ in range(3):
        made = made | some.lists(made, max_size=3) | some.dictionaries(word, made, max_size=8)
    return made


def octets_of(words: tuple[str, ...]) -> some.SearchStrategy[bytes]:
    """JSON, forms, XML, lines of words, and what is none of these."""
    word = some.sampled_from(words) if words else some.text(max_size=5)
    odd = word | some.sampled_from([one for one in ODD if isinstance(one, str)])
    objects = some.dictionaries(word, _values(words), max_size=10).map(json.dumps)
    pairs = some.lists(some.tuples(word, odd), max_size=6)
    lines = some.lists(odd | some.sampled_from(["|", ",", "\n", ":", " "]), max_size=8).map("".join)
    return (
        objects.map(str.encode)
        | pairs.map(lambda them: urlencode(them, errors="replace").encode())
        | pairs.map(_xml)
        | lines.map(lambda text: text.encode("utf-8", "replace"))
        | some.lists(some.sampled_from(CHUNKS) | some.binary(max_size=30), max_size=3).map(b"".join)
    )


def _xml(pairs: list[tuple[str, str]]) -> bytes:
    inner = "".join(f"<{name}>{value}</{name}>" for name, value in pairs)
    return f"<ussd>{inner}</ussd>".encode("utf-8", "replace")


@some.composite
def spoilt(draw: some.DrawFn, sample: Any) -> Any:
    """The sample with one thing in it replaced or left out."""
    if isinstance(sample, dict) and sample and draw(some.integers(0, 5)):
        name = draw(some.sampled_from(sorted(sample)))
        rest = {key: value for key, value in sample.items() if key != name}
        return rest if not draw(some.integers(0, 5)) else rest | {name: draw(spoilt(sample[name]))}
    if isinstance(sample, list) and sample and draw(some.integers(0, 5)):
        return [draw(spoilt(sample[0]))]
    return draw(some.sampled_from(ODD))
