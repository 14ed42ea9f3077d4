"""Who is at the keyboard: commands that move money or decide ask for a member of staff."""

import argparse
import getpass
import os

from app.domain.roles import Right
from app.domain.secret import Secret
from app.services.context import Context

PASSWORD = "NEXUSTOP_STAFF_PASSWORD"  # noqa: S105 - the name of the variable


def add_actor(parser: argparse.ArgumentParser) -> None:
    """`--as EMAIL`."""
    said = f"who you are; the password is asked for, or read from {PASSWORD}"
    parser.add_argument("--as", dest="actor", required=True, metavar="EMAIL", help=said)


def signed_in(context: Context, email: str, right: Right) -> str:
    """The member of staff, once the password is right and the role grants it. Raises NotSignedIn,
    MayNot."""
    from app.services.run_staff import sign_in
    from app.services.staff_may import check_may

    actor = sign_in(context, email, password(f"Password of {email}: "))
    with context.db.statement() as tx:
        check_may(tx, actor, right)
    return actor


def password(prompt: str) -> Secret:
    """From the environment, else typed without an echo."""
    return Secret(os.environ.get(PASSWORD) or getpass.getpass(prompt))
