"""`nexustop keys`: after a new first key in FIELD_ENCRYPTION_KEYS, encrypt everything under it."""

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.services.context import Context

HELP = (
    "renew: encrypt stored fields under the first of FIELD_ENCRYPTION_KEYS; status: how far it is"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Two verbs."""
    parser.add_argument("verb", choices=["renew", "status"])


def run(arguments: argparse.Namespace) -> int:
    """Exit code 1 when something can't be read under any key (it is left as it is), and of `status`
    when something is still to be done."""
    from app.bootstrap import parts

    context = parts().context
    return _renew(context) if arguments.verb == "renew" else _status(context)


def _renew(context: "Context") -> int:
    from app.services.renew_fields import renew_fields

    renewed = renew_fields(context, lambda kind, so_far: print(f"{kind}: {so_far.fields}"))
    print(f"{renewed.fields} fields were put under the current key")
    if renewed.unreadable:
        print(f"{renewed.unreadable} can't be read: put the key they need back into the settings")
        return 1
    print("every other key may be taken out of FIELD_ENCRYPTION_KEYS")
    return 0


def _status(context: "Context") -> int:
    from app.services.renew_fields import progress_of
    from app.services.renewable import RENEWABLE

    left = False
    for kind, so_far in progress_of(context):
        if so_far is None and not (context.fields.rotating or RENEWABLE[kind].begins_plain):
            told, done = "there is one key only", True
        elif so_far is None:
            told, done = "not looked at under this key", False
        elif so_far.ended_at is None:
            told, done = f"under way, {so_far.fields} so far", False
        else:
            told, done = f"through at {so_far.ended_at:%Y-%m-%d %H:%M}, {so_far.fields}", True
        if so_far is not None and so_far.unreadable:
            told, done = f"{told}, {so_far.unreadable} can't be read", False
        print(f"{kind:<24} {told}")
        left = left or not done
    return 1 if left else 0
