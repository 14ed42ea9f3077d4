"""`nexustop sms-gateway`: how SMS leave, what they cost, what was kept back."""

import argparse
import getpass
import sys

from app.domain.msisdn import masked

HELP = "list, stop, start NAME, limits: how SMS leave, and what was kept back"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Verb and gateway."""
    parser.add_argument("verb", choices=["list", "stop", "start", "limits"])
    parser.add_argument("name", nargs="?", default="", help="e.g. africastalking")
    parser.add_argument("--reason", default="", help="kept in the audit log")


def run(arguments: argparse.Namespace) -> int:
    """Do it and print how every gateway stands."""
    from app.bootstrap import parts
    from app.services.run_sms_gateways import (
        NoSuchGateway,
        list_sms_gateways,
        spent,
        start_sms_gateway,
        stop_sms_gateway,
        turned_away,
    )

    sms, actor = parts().sms, f"cli:{getpass.getuser()}"
    if arguments.verb == "limits":
        for day in spent(sms):
            cap = "no cap" if day.cap is None else f"cap {day.cap}"
            print(f"{day.day} {day.country}: {day.parts} parts, {cap}")
        for one in turned_away(sms):
            subject = masked(one.subject) if one.guard == "number" else one.subject
            print(f"kept back by {one.guard} {subject}: {one.turned_away} of {one.asked}")
        return 0
    try:
        match arguments.verb:
            case "stop":
                stop_sms_gateway(sms, arguments.name, actor, arguments.reason)
            case "start":
                start_sms_gateway(sms, arguments.name, actor, arguments.reason)
    except NoSuchGateway:
        print(f"no gateway {arguments.name!r}; there are {', '.join(sms.names)}", file=sys.stderr)
        return 1
    for line in list_sms_gateways(sms):
        state = "stopped" if line.standing.stopped else f"weight {line.standing.weight}"
        reach = "everywhere" if line.reach is None else "+".join(sorted(line.reach))
        print(f"{line.standing.name}: {state}, {reach}" + (f" ({line.why})" if line.why else ""))
    return 0
