"""`nexustop keys`: after a new first key in FIELD_ENCRYPTION_KEYS, encrypt everything under it."""

import argparse

HELP = "renew: encrypt stored fields under the first of FIELD_ENCRYPTION_KEYS"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """One verb."""
    parser.add_argument("verb", choices=["renew"])


def run(_: argparse.Namespace) -> int:
    """Exit code 1 when something can't be read under any key; it is left as it is."""
    from app.bootstrap import parts
    from app.services.renew_fields import renew_fields

    renewed = renew_fields(parts().context)
    print(f"{renewed.fields} fields are under the current key now")
    if renewed.unreadable:
        print(f"{renewed.unreadable} can't be read: put the key they need back into the settings")
        return 1
    print("every other key may be taken out of FIELD_ENCRYPTION_KEYS")
    return 0
