"""Sign in with the code from an SMS, read the wallet, and buy airtime twice with one key: it is
charged once. `nexustop_client` is generated, see docs/api-client.md.

    export NEXUSTOP_PIN=...
    python buy_airtime.py http://127.0.0.1:8000 http://127.0.0.1:8001 +2348030000001
"""

import os
import re
import sys
import time
import uuid

import httpx
from nexustop_client import AuthenticatedClient, Client
from nexustop_client.api.auth import post_api_auth_otp, post_api_auth_token
from nexustop_client.api.purchases import get_api_purchases_reference, post_api_purchase
from nexustop_client.api.wallet import get_api_wallet
from nexustop_client.models import CodeWanted, PurchaseWanted, TokenWanted

AMOUNT_MINOR = 200_00


def main(api: str, sandbox: str, msisdn: str, pin: str) -> None:
    """Raises RuntimeError with the API's words where it refuses."""
    anyone = Client(base_url=api)
    seen = len(texts(sandbox, msisdn))
    good(post_api_auth_otp.sync_detailed(client=anyone, body=CodeWanted(msisdn=msisdn)))
    code = code_from_sms(sandbox, msisdn, seen)
    asked = TokenWanted(msisdn=msisdn, code=code)
    tokens = good(post_api_auth_token.sync_detailed(client=anyone, body=asked))

    with AuthenticatedClient(base_url=api, token=tokens.access_token) as client:
        before = good(get_api_wallet.sync_detailed(client=client))
        print(f"wallet: {before.currency} {before.balance_minor / 100:,.2f}")

        wanted = PurchaseWanted.from_dict(
            {
                "product": "airtime", "msisdn": msisdn, "amount_minor": AMOUNT_MINOR,
                "currency": before.currency, "operator": "mtn-ng", "pin": pin,
            }
        )  # fmt: skip
        key = str(uuid.uuid4())  # Keep it with your order: after a crash the same key is safe.
        for _ in range(2):
            bought = good(
                post_api_purchase.sync_detailed(client=client, body=wanted, idempotency_key=key)
            )
            print(f"purchase {bought.id}: {bought.state}")

        after = good(get_api_wallet.sync_detailed(client=client))
        print(f"charged: {(before.balance_minor - after.balance_minor) / 100:,.2f}")
        shown = good(get_api_purchases_reference.sync_detailed(bought.id, client=client))
        print(f"now: {shown.state}")


def good(answer):
    """What the API answered. Raises RuntimeError with its problem where it refused."""
    if answer.status_code >= 400:
        raise RuntimeError(f"{answer.parsed.code}: {answer.parsed.detail}")
    return answer.parsed


def texts(sandbox: str, msisdn: str) -> list[str]:
    """What was sent to the number; only the sandbox shows that."""
    found = httpx.get(f"{sandbox}/control/sms", params={"to": msisdn}).raise_for_status().json()
    return [sms["text"] for sms in found]


def code_from_sms(sandbox: str, msisdn: str, seen: int) -> str:
    """The six digits of the SMS that came after so many others."""
    for _ in range(60):
        for text in texts(sandbox, msisdn)[seen:]:
            if code := re.search(r"\b\d{6}\b", text):
                return code.group()
        time.sleep(0.5)
    raise RuntimeError("no code came by SMS")


if __name__ == "__main__":
    main(*sys.argv[1:], pin=os.environ["NEXUSTOP_PIN"])
