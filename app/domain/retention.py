"""How long what isn't money is kept, before a daily job removes it.

What short-lived rows (codes, API keys of requests, sign-ins, exports, unmaskings) keep is ended by
the scheduler every few seconds, in app.services.sweep. Rows of money are never touched.
"""

from dataclasses import dataclass

LONGEST_DAYS = 3_650


@dataclass(frozen=True, slots=True)
class Retention:
    """Rows of `table` whose `at` is `days` past go, or lose their `blank` columns (column -> what
    is left); only those for which `over` holds. `days` may be lengthened by staff."""

    table: str
    at: str
    days: int
    label: str
    over: str = "true"
    blank: tuple[tuple[str, str], ...] = ()

    @property
    def setting(self) -> str:
        """The name of the setting that lengthens it."""
        return f"keep_days_{self.table}"


RETENTION = (
    Retention("ussd_hops", "at", 90, "dials, screen by screen"),
    Retention("ussd_session_ends", "at", 90, "ends of USSD sessions"),
    Retention("exchanges", "started_at", 90, "what was said with vendors"),
    Retention(
        "payment_events", "received_at", 90, "webhooks of payment providers",
        "handled_at is not null",
    ),
    Retention("mo_sms", "received_at", 90, "SMS that came in", "handled_at is not null"),
    Retention(
        "mt_sms", "queued_at", 90, "texts of SMS that went out",
        "state not in ('queued', 'sending') and (params <> '{}' or sent_text is not null)",
        (("params", "'{}'"), ("sent_text", "null")),
    ),
    Retention("smpp_parts", "queued_at", 90, "parts of SMS by SMPP",
              "state not in ('queued', 'sending')"),
    Retention("pin_attempts", "at", 90, "tries of PINs", "verdict is not null"),
    Retention("factor_attempts", "at", 90, "tries of codes"),
    Retention("factor_proofs", "expires_at", 90, "proofs by a second factor"),
)  # fmt: skip
