"""Demo mode's settings: keys generated once, addresses of the embedded servers and the sandbox.

Written into DATA_DIR so that `nexustop` commands in another terminal find the same system.
"""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from dotenv import dotenv_values

from app.channel_settings import USSD_GATEWAYS
from providers.sandbox import africastalking_data, smedata

_VENDING = (
    "africastalking", "africastalking_data", "baxi", "dingconnect", "dtone", "flutterwave",
    "reloadly", "smedata", "vtpass",
)  # fmt: skip

MARK = "demo-"
"""Every secret made here begins with it, or its key does, so that live mode can refuse it."""


def secret_settings(data_dir: Path) -> None:
    """Generate keys and the demo staff's password into `secrets.env` (0600) unless they are
    there."""
    file = data_dir / "secrets.env"
    known = {name: value or "" for name, value in dotenv_values(file).items()}
    made = {
        "SECRET_KEY": MARK + secrets.token_urlsafe(32),
        "PIN_PEPPERS": f"p1:{MARK}{secrets.token_urlsafe(32)}",
        "FIELD_ENCRYPTION_KEYS": f"f1:{MARK}{secrets.token_urlsafe(32)}",
        "API_SIGNING_KEYS": f"a1:{MARK}{secrets.token_urlsafe(32)}",
        "DEMO_STAFF_PASSWORD": MARK + secrets.token_urlsafe(9),
    }
    if not made.keys() <= known.keys():
        _write(file, {**made, **known})


def run_settings(data_dir: Path, servers: Mapping[str, str]) -> dict[str, str]:
    """Write `run.env`: where this run's servers and sandbox are, unless the environment says
    otherwise; what was written."""
    port = os.environ.get("PORT") or "8000"
    sandbox_port = os.environ.get("SANDBOX_PORT") or "8001"
    sandbox = f"http://127.0.0.1:{sandbox_port}"
    wanted = {
        "NEXUSTOP_MODE": "demo",
        "PORT": port,
        "SANDBOX_PORT": sandbox_port,
        "AFRICASTALKING_BASE_URL": f"{sandbox}/africastalking",
        "AFRICASTALKING_INSIGHTS_BASE_URL": f"{sandbox}/africastalking/insights",
        "SIM_SWAP_PROVIDER": "africastalking",
        "AFRICASTALKING_USERNAME": "demo",
        "AFRICASTALKING_API_KEY": f"{MARK}africastalking",
        "AFRICASTALKING_BUNDLES_BASE_URL": f"{sandbox}/africastalking",
        "AFRICASTALKING_PRODUCT": "demo",
        "AFRICASTALKING_PLANS": str(data_dir / "africastalking-plans.csv"),
        "SMEDATA_BASE_URL": f"{sandbox}/smedata",
        "SMEDATA_TOKEN": f"{MARK}smedata",
        "SMEDATA_NETWORKS": smedata.networks(),
        "SMEDATA_PLANS": str(data_dir / "smedata-plans.csv"),
        "VTPASS_BASE_URL": f"{sandbox}/vtpass",
        "VTPASS_API_KEY": f"{MARK}vtpass-api",
        "VTPASS_PUBLIC_KEY": f"{MARK}vtpass-public",
        "VTPASS_SECRET_KEY": f"{MARK}vtpass-secret",
        "DINGCONNECT_BASE_URL": f"{sandbox}/dingconnect",
        "DINGCONNECT_API_KEY": f"{MARK}dingconnect",
        "RELOADLY_BASE_URL": f"{sandbox}/reloadly",
        "RELOADLY_AUTH_URL": f"{sandbox}/reloadly",
        "RELOADLY_CLIENT_ID": f"{MARK}reloadly-id",
        "RELOADLY_CLIENT_SECRET": f"{MARK}reloadly-secret",
        "DTONE_BASE_URL": f"{sandbox}/dtone",
        "DTONE_API_KEY": f"{MARK}dtone-key",
        "DTONE_API_SECRET": f"{MARK}dtone-secret",
        "DTONE_CALLBACK_BASE": f"http://127.0.0.1:{port}",
        "USSD_GATEWAYS": ",".join(USSD_GATEWAYS),
        "VENDING_PROVIDERS": ",".join(_VENDING),
        "FUNDING_PROVIDERS": "paystack,flutterwave,mpesa,momo",
        "PAYSTACK_BASE_URL": f"{sandbox}/paystack",
        "PAYSTACK_SECRET_KEY": f"{MARK}paystack",
        "FLUTTERWAVE_BASE_URL": f"{sandbox}/flutterwave",
        "FLUTTERWAVE_SECRET_KEY": f"{MARK}flutterwave",
        "FLUTTERWAVE_WEBHOOK_HASH": f"{MARK}flutterwave-hash",
        "FLUTTERWAVE_BVN": "22222222222",
        "BAXI_BASE_URL": f"{sandbox}/baxi",
        "BAXI_API_KEY": f"{MARK}baxi",
        "BAXI_AGENT_ID": "1999",
        "MPESA_BASE_URL": f"{sandbox}/mpesa",
        "MPESA_CONSUMER_KEY": f"{MARK}mpesa-key",
        "MPESA_CONSUMER_SECRET": f"{MARK}mpesa-secret",
        "MPESA_SHORT_CODE": "174379",
        "MPESA_PASSKEY": f"{MARK}mpesa-passkey",
        "MPESA_CALLBACK_BASE": f"http://127.0.0.1:{port}",
        "MOMO_BASE_URL": f"{sandbox}/momo",
        "MOMO_USER": "5f0c1c5e-7a53-4f0b-9d0e-2d6f6a1b8c11",
        "MOMO_API_KEY": f"{MARK}momo-key",
        "MOMO_SUBSCRIPTION_KEY": f"{MARK}momo-subscription",
        "MOMO_TARGET_ENVIRONMENT": "sandbox",
        "MOMO_CURRENCIES": "GHS,UGX,RWF",
        "MOMO_CALLBACK_BASE": f"http://127.0.0.1:{port}",
        "IDENTITY_BASE_URL": f"{sandbox}/identity",
        "IDENTITY_API_KEY": f"{MARK}identity",
        "API_CODES_PER_NUMBER": "100",
        "API_CODES_PER_ADDRESS": "1000",
        "API_CODES_PER_PREFIX": "1000",
        "API_TRIES_PER_ADDRESS": "1000",
        "DATABASE_URL": "",
        "MIGRATION_DATABASE_URL": "",
        "REDIS_URL": "",
        **servers,
    }
    _write_plans(data_dir)
    chosen = {name: os.environ.get(name) or value for name, value in wanted.items()}
    _write(data_dir / "run.env", chosen)
    return chosen


def _write_plans(data_dir: Path) -> None:
    """Samples of the files that live settings name: what the sandbox's vendors sell."""
    (data_dir / "africastalking-plans.csv").write_text(africastalking_data.plan_file())
    (data_dir / "smedata-plans.csv").write_text(smedata.plan_file())


def _write(file: Path, values: Mapping[str, str]) -> None:
    text = "".join(f"{name}={value}\n" for name, value in values.items())
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as out:
        out.write(text)
