"""Each step of a case: kept for staff, and told to whoever complained."""

from datetime import datetime

from app.db import cases, outbox
from app.db.cases import CaseRow
from app.db.engine import Transaction
from app.domain.days import day_of


def tell_step(
    tx: Transaction, case: CaseRow, actor: str, step: str, detail: str, now: datetime
) -> None:
    """`step` is also the kind of SMS (menus.texts.case_messages), sent once per case; `detail` is
    for staff, except in an answer, which is what the subscriber reads."""
    cases.keep_step(tx, case.id, actor, step, detail, now)
    outbox.queue_sms(
        tx, case.msisdn, step, case.language,
        {
            "ticket": case.ticket, "answer": detail,
            "day": day_of(case.answer_by, case.country).strftime("%d/%m"),
        },
        dedupe_key=f"case:{case.ticket}:{step}",
    )  # fmt: skip
