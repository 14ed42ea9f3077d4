"""`nexustop sandbox`."""

import argparse
import os
from pathlib import Path

HELP = "the vendors' stand-in: vending, funding and SMS with a book and faults, and handsets"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where it listens, where its callbacks go, how it behaves."""
    parser.add_argument("--port", type=int, default=8001)
    parser.add_argument("--callback-base", default="http://127.0.0.1:8000")
    parser.add_argument("--short-code", default="*384*123#", help="what handsets dial")
    parser.add_argument(
        "--gateways", help="USSD gateways that handsets can be behind, with commas (default: all)"
    )
    parser.add_argument("--sms-short-code", default="20880", help="what handsets write to")
    parser.add_argument(
        "--sms-gateways",
        help="SMS gateways that handsets can be behind, with commas (default: all)",
    )
    parser.add_argument("--book", type=Path, help="file that keeps its book between runs")
    parser.add_argument(
        "--no-same-recipient-rules", action="store_true",
        help="sell the same to the same number again at once (load tests)",
    )  # fmt: skip
    parser.add_argument("--pending-seconds", type=float, default=4.0)
    parser.add_argument(
        "--agrees-after-seconds", type=float, default=20.0,
        help="how long a customer takes to agree to a charge (default 20)",
    )  # fmt: skip


def run(arguments: argparse.Namespace) -> int:
    """Serve until asked to stop."""
    from setproctitle import setproctitle

    from providers.sandbox.phones import PHONES, TEXTS
    from providers.sandbox.serve import serve
    from providers.sandbox.settings import SandboxSettings

    setproctitle("nexustop-sandbox")
    port = arguments.callback_base.rsplit(":", 1)[-1]
    gateways = arguments.gateways.split(",") if arguments.gateways else PHONES
    sms_gateways = arguments.sms_gateways.split(",") if arguments.sms_gateways else TEXTS
    settings = SandboxSettings(
        callback_base=arguments.callback_base, book_path=arguments.book,
        same_recipient_rules=not arguments.no_same_recipient_rules,
        pending_seconds=arguments.pending_seconds,
        agrees_after_seconds=arguments.agrees_after_seconds,
        paystack_secret_key=os.environ.get("PAYSTACK_SECRET_KEY") or "demo-paystack",
        flutterwave_secret_key=os.environ.get("FLUTTERWAVE_SECRET_KEY") or "demo-flutterwave",
        flutterwave_webhook_hash=(
            os.environ.get("FLUTTERWAVE_WEBHOOK_HASH") or "demo-flutterwave-hash"
        ),
        short_code=arguments.short_code,
        sms_short_code=arguments.sms_short_code,
        ussd_gateways=tuple(name for name in gateways if name in PHONES),
        sms_gateways=tuple(name for name in sms_gateways if name in TEXTS),
        allowed_origins=(f"http://127.0.0.1:{port}", f"http://localhost:{port}"),
    )  # fmt: skip
    serve(settings, "127.0.0.1", arguments.port)
    return 0
