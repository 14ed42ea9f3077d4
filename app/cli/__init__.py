"""`nexustop`: the program for people who operate it. One file here per command."""

import argparse
import importlib
import sys
from collections.abc import Sequence
from types import ModuleType

COMMANDS = (
    "run", "web", "worker", "scheduler", "smpp", "sandbox", "db", "dial", "sms", "menus", "funnel",
    "ledger", "audit", "subscriber", "number", "statement", "case", "find", "order", "agent",
    "merchant", "voucher", "provider", "catalogue", "route", "sms-gateway", "settings", "keys",
    "staff", "approval", "retention", "break", "reconcile", "rate", "api", "demo",
)  # fmt: skip
"""Each is a module here with HELP, add_arguments(parser) and run(arguments) -> exit code. Only the
one that runs is imported."""

_MODULES = {"break": "breaks", "sms-gateway": "sms_gateway"}
"""Commands whose word can't be a module's name."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; exit code 0 only on success."""
    words = list(sys.argv[1:] if argv is None else argv)
    if not words or words[0] not in COMMANDS:
        return _overview(words)
    module = _module(words[0])
    parser = argparse.ArgumentParser(f"nexustop {words[0]}", description=module.HELP)
    module.add_arguments(parser)
    from app.bootstrap import SettingsProblem
    from app.db.errors import DatabaseUnavailable

    try:
        code: int = module.run(parser.parse_args(words[1:]))
    except SettingsProblem as problem:
        print(f"The settings can't be used:\n{problem}", file=sys.stderr)
        return 2
    except DatabaseUnavailable:
        print("PostgreSQL doesn't answer, or doesn't let us in. Is the system running (make run),"
              " is DATABASE_URL right?", file=sys.stderr)  # fmt: skip
        return 1
    except KeyboardInterrupt:
        return 130
    return code


def _overview(words: list[str]) -> int:
    parser = argparse.ArgumentParser(
        "nexustop", description="Airtime and data over USSD and SMS, from a wallet.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="\n".join(f"  {name:<12}{_module(name).HELP}" for name in COMMANDS),
        usage="nexustop COMMAND ... (each has --help)",
    )  # fmt: skip
    parser.add_argument("command", choices=COMMANDS, metavar="COMMAND", help="one of these:")
    parser.parse_args(words)
    return 2


def _module(name: str) -> ModuleType:
    return importlib.import_module(f"app.cli.{_MODULES.get(name, name)}")
