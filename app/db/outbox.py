"""The outbox: what must happen after a commit, written in that commit.

A row per job (topic and the id it is about) for the relay, and a row per SMS. Redis only wakes
workers up; whatever it forgets is found here or by the sweeper.
"""

import json
from collections.abc import Mapping

from app.db.engine import Transaction
from app.domain.msisdn import Msisdn

VEND, ASK, NOTIFY = "vend", "ask", "notify"
PAYMENT, ACCOUNT, LOOK_AGAIN, CHARGE = "payment", "account", "look_again", "charge"
RECALL, RECONCILE = "recall", "reconcile"
SIM_SWAP, IDENTITY, LOOKUP = "sim_swap", "identity", "lookup"
SCHEDULE, EXPORT, BROADCAST = "schedule", "export", "broadcast"
SIGN_IN_CODE = "sign_in_code"


def put(tx: Transaction, topic: str, subject_id: int) -> None:
    """Have `topic` done for this id soon after the commit."""
    tx.run("insert into outbox (topic, subject_id) values (%s, %s)", (topic, subject_id))


def take(tx: Transaction, limit: int = 500) -> dict[str, list[int]]:
    """Take the oldest rows out, grouped by topic; they come back if the transaction fails."""
    rows = tx.all(
        """
        delete from outbox where id in (
            select id from outbox order by id limit %s for update skip locked)
        returning topic, subject_id
        """,
        (limit,),
    )
    taken: dict[str, list[int]] = {}
    for topic, subject_id in rows:
        taken.setdefault(topic, []).append(subject_id)
    return taken


def depth(tx: Transaction) -> int:
    """How many rows wait for the relay."""
    return int(tx.one("select count(*) from outbox")[0])


def queue_sms(
    tx: Transaction, msisdn: Msisdn, kind: str, language: str, params: Mapping[str, object], *,
    dedupe_key: str, order_id: int | None = None,
) -> bool:  # fmt: skip
    """Have an SMS sent after the commit; the same key is queued once, whatever is tried again:
    False when it was queued before.

    `kind` names a text of menus.texts.messages, which is rendered with `params` when it is sent.
    """
    queued = tx.run(
        """
        with queued as (
            insert into mt_sms (dedupe_key, msisdn, kind, language, params, order_id, due_at)
            values (%s, %s, %s, %s, %s::jsonb, %s, now() + interval '3 seconds')
            on conflict (dedupe_key) do nothing returning id)
        insert into outbox (topic, subject_id) select 'notify', id from queued
        """,
        (dedupe_key, msisdn, kind, language, json.dumps(params), order_id),
    )
    return queued == 1
