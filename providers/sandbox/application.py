"""The sandbox's Flask application."""

from flask import Flask, Response
from werkzeug.exceptions import HTTPException

from providers.sandbox import (
    africastalking,
    africastalking_data,
    africastalking_insights,
    baxi,
    control,
    dingconnect,
    dtone,
    flutterwave,
    flutterwave_bills,
    identity,
    momo,
    mpesa,
    paystack,
    reloadly,
    smedata,
    vtpass,
)
from providers.sandbox.book import Book
from providers.sandbox.callbacks import CallbackSender, Later
from providers.sandbox.faults import FaultQueue
from providers.sandbox.floor import Floor
from providers.sandbox.settings import SandboxSettings


def create_sandbox(settings: SandboxSettings) -> tuple[Flask, Floor]:
    """Every vendor under its own path, and the control paths; and what they stand on."""
    later = Later()
    floor = Floor(
        settings, Book(settings.book_path), FaultQueue(),
        CallbackSender(settings.callback_base, later, settings.retry_seconds), later,
    )  # fmt: skip
    app = Flask("nexustop-sandbox", static_folder=None)
    app.json.sort_keys = False  # type: ignore[attr-defined]
    for vendor in (
        africastalking, africastalking_data, africastalking_insights, baxi, dingconnect, dtone,
        flutterwave_bills, reloadly, smedata, vtpass, paystack, flutterwave, mpesa, momo, identity,
        control
    ):  # fmt: skip
        app.register_blueprint(vendor.blueprint(floor))

    @app.errorhandler(HTTPException)
    def failed(error: HTTPException) -> Response:
        return Response(f"{error.name}\n", error.code or 500, content_type="text/plain")

    return app, floor
