"""`nexustop voucher`: ask for batches of recharge PINs, print those that another person approved,
void them, see what became of one."""

import argparse
import os
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.signing_in import add_actor, signed_in
from app.domain.roles import Right

if TYPE_CHECKING:
    from app.db.vouchers import BatchRow

HELP = "ask for recharge PINs for shops, print TICKET once approved; void BATCH, list, show SERIAL"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Five verbs."""
    verbs = parser.add_subparsers(dest="verb", required=True)
    ask = verbs.add_parser("ask", help="ask for a batch, which another person approves")
    ask.add_argument("--count", type=int, required=True, metavar="N")
    ask.add_argument("--amount-minor", type=int, required=True, metavar="M",
                     help="face value of each, in kobo, cents, ...")  # fmt: skip
    ask.add_argument("--currency", required=True, metavar="NGN")
    ask.add_argument("--expires", type=date.fromisoformat, required=True, metavar="YYYY-MM-DD",
                     help="the last day on which they are good")  # fmt: skip
    out = verbs.add_parser("print", help="issue what was approved; its PINs are in the file only")
    out.add_argument("ticket", help="e.g. 7K3F9Q")
    out.add_argument("--out", type=Path, required=True, metavar="FILE",
                     help="a new .pdf to print and cut, or .csv for a printing house")  # fmt: skip
    void = verbs.add_parser("void", help="no PIN of the batch is good any more")
    void.add_argument("batch", help="e.g. 7K3F9Q")
    for verb in (ask, void):
        verb.add_argument("--reason", required=True, help="kept in the audit log")
    for verb in (ask, out, void):
        add_actor(verb)
    verbs.add_parser("list", help="every batch, newest first")
    show = verbs.add_parser("show", help="what became of a voucher")
    show.add_argument("serial", help="printed on it, e.g. 7K3F9Q-00012")


def run(arguments: argparse.Namespace) -> int:
    """Do it and say so; audited under the name of whoever signs in."""
    from app.services.run_vouchers import BatchHasEnded, NoSuchBatch, NoSuchVoucher
    from app.services.staff_refused import StaffRefused

    try:
        print(_VERBS[arguments.verb](arguments))
    except NoSuchBatch as error:
        return _refused(f"there is no batch {error}")
    except BatchHasEnded as error:
        return _refused(f"this batch is {error} already")
    except NoSuchVoucher:
        return _refused("no voucher has this serial")
    except FileExistsError:
        return _refused(f"{arguments.out} is there already; nothing was issued")
    except OSError as error:
        return _refused(f"{arguments.out}: {error.strerror}; nothing was issued")
    except (StaffRefused, ValueError) as error:
        return _refused(str(error))
    return 0


def _refused(why: str) -> int:
    print(why, file=sys.stderr)
    return 1


def _ask(arguments: argparse.Namespace) -> str:
    from app.bootstrap import parts
    from app.domain.money import Money
    from app.services.run_vouchers import Wanted, ask_batch

    context = parts().context
    actor = signed_in(context, arguments.actor, Right.MANAGE_VOUCHERS)
    face = Money(arguments.amount_minor, arguments.currency.upper())
    wanted = Wanted(arguments.count, face, arguments.expires)
    ticket = ask_batch(context, wanted, arguments.reason, actor)
    return (
        f"asked for: {wanted.count:,} x {face}, {wanted.total} in all; another member of staff must"
        f" approve {ticket} (nexustop approval), then print it"
    )


def _print(arguments: argparse.Namespace) -> str:
    from app.bootstrap import parts
    from app.db.errors import AnswerLost
    from app.services.print_vouchers import FORMATS, HowTo
    from app.services.run_vouchers import Issued, issue_vouchers

    out: Path = arguments.out
    form = FORMATS.get(out.suffix.lower())
    if form is None:
        raise ValueError(f"--out must end in {' or '.join(FORMATS)}")
    made = parts()
    actor = signed_in(made.context, arguments.actor, Right.MANAGE_VOUCHERS)
    how = HowTo(made.settings.short_code, made.settings.sms_short_code)
    file = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(file, "wb") as opened:

            def write(issued: Issued) -> None:
                opened.write(form(issued, how))
                opened.flush()
                os.fsync(opened.fileno())

            batch = issue_vouchers(made.context, arguments.ticket.upper(), actor, write)
    except AnswerLost:
        raise ValueError(
            f"the database went away: if `voucher list` shows the batch printed in {out}, it is"
            " good; else delete the file"
        ) from None
    except BaseException:
        out.unlink()
        raise
    return f"batch {batch.reference}: {batch.count:,} x {batch.face} in {out}, for its owner only"


def _void(arguments: argparse.Namespace) -> str:
    from app.bootstrap import parts
    from app.services.run_vouchers import void_vouchers

    context, reference = parts().context, arguments.batch.upper()
    actor = signed_in(context, arguments.actor, Right.MANAGE_VOUCHERS)
    left = void_vouchers(context, reference, actor, arguments.reason)
    return f"batch {reference} is void; {left} of it was not redeemed"


def _list(_: argparse.Namespace) -> str:
    from app.bootstrap import parts
    from app.services.run_vouchers import list_vouchers

    lines = [
        f"{_described(batch)}  {redeemed:,} redeemed  made {batch.made_at:%Y-%m-%d} by"
        f" {batch.made_by}"
        for batch, redeemed in list_vouchers(parts().context)
    ]
    return "\n".join(lines) or "No vouchers yet: nexustop voucher ask --help"


def _show(arguments: argparse.Namespace) -> str:
    from app.bootstrap import parts
    from app.services.run_vouchers import show_voucher

    voucher = show_voucher(parts().context, arguments.serial)
    done = voucher.redeemed
    became = (
        f"redeemed {done.at:%Y-%m-%d %H:%M:%S} UTC by {done.msisdn}, ref {done.reference}"
        if done
        else "not redeemed"
    )
    why = f": {voucher.batch.reason}" if voucher.batch.reason else ""
    return f"{voucher.serial}  {became}\nbatch {_described(voucher.batch)}{why}"


def _described(batch: "BatchRow") -> str:
    return (
        f"{batch.reference}  {batch.state:<7}  {batch.count:,} x {batch.face}"
        f"  good through {batch.last_day}"
    )


_VERBS = {"ask": _ask, "print": _print, "void": _void, "list": _list, "show": _show}
