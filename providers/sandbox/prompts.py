"""Requests for money on a handset, as both mobile money vendors of the sandbox have them: shown,
answered by the customer, told to the program.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from providers.sandbox.book import Payment, Prompt, now
from providers.sandbox.faults import Course
from providers.sandbox.floor import Floor

PAID = "paid"
Told = Callable[[Prompt], Mapping[str, Any]]
"""How a vendor's callback reads."""


def show(floor: Floor, prompt: Prompt, course: Course, told: Told) -> bool:
    """Put it on the handset, whose owner may answer after a while; False when the vendor
    has its id already."""
    if not floor.book.prompt(prompt):
        return False
    if course.forged:
        _tell(floor, replace(prompt, state=PAID, receipt=_receipt()), told)
    state = PAID if course.final == "delivered" else course.final
    after = floor.settings.agrees_after_seconds
    if after is not None:
        floor.later.after(after, lambda: answer(floor, prompt, state, told))
    return True


def pays(floor: Floor, provider: str, reference: str, amount_minor: int | None, told: Told) -> bool:
    """The customer enters the PIN at the newest prompt with this reference; False when none is open
    there, or is for another amount: a prompt can't be paid otherwise than as it stands."""
    for prompt in reversed(floor.book.prompts(provider)):
        if prompt.reference == reference and amount_minor in {None, prompt.amount_minor}:
            return answer(floor, prompt, PAID, told)
    return False


def answer(floor: Floor, prompt: Prompt, state: str, told: Told) -> bool:
    """What the customer does about it, once, and the callbacks that follow."""
    receipt, payment = "", None
    if state == PAID:
        receipt = _receipt()
        payment = Payment(
            prompt.provider, int(receipt), prompt.reference, "", prompt.amount_minor, 0,
            prompt.currency, now(),
        )  # fmt: skip
    if not floor.book.end_prompt(prompt, state, payment, receipt):
        return False
    for _ in range(prompt.told):
        _tell(floor, prompt, told)
    return True


def is_busy(floor: Floor, provider: str, msisdn: str) -> bool:
    """Has this handset a prompt open?"""
    prompts = floor.book.prompts(provider)
    return any(prompt.msisdn == msisdn and prompt.state == "pending" for prompt in prompts)


def _tell(floor: Floor, prompt: Prompt, told: Told) -> None:
    path = urlsplit(prompt.callback_url).path
    if path:
        floor.callbacks.tell_json(path, dict(told(prompt)))


def _receipt() -> str:
    return str(10**9 + secrets.randbelow(9 * 10**9))
