"""`nexustop web`: serve USSD, SMS and callbacks."""

import argparse

HELP = "serve USSD, SMS, callbacks and pages (gunicorn, or granian with WEB_SERVER=granian)"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """It takes everything from the settings."""
    parser.add_argument("--check", action="store_true", help="check the settings and leave")


def run(arguments: argparse.Namespace) -> int:
    """Serve until asked to stop."""
    from app.bootstrap import parts

    settings = parts().settings
    if arguments.check:
        return 0
    from app.launcher.web_servers import SERVERS

    server = SERVERS[settings.web_server]
    server.serve(
        settings.bind_address, settings.port, settings.web_workers or server.workers,
        settings.web_threads or server.threads,
    )  # fmt: skip
    return 0
