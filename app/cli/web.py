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
    if settings.web_server == "granian":
        from app.launcher.web_servers import serve_with_granian as serve
    else:
        from app.launcher.web_servers import serve_with_gunicorn as serve
    serve(
        settings.bind_address, settings.port, workers=settings.web_workers,
        threads=settings.web_threads,
    )  # fmt: skip
    return 0
