"""What the rules of risk want to know, in one statement; and what was found of an order."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from app.db.engine import Transaction
from app.domain.risk import Facts, Score


def facts(
    tx: Transaction, subscriber_id: int, recipient: str, day: date
) -> tuple[Facts, Mapping[str, int]]:
    """What is known of a subscriber who acts for `recipient` (empty: nobody's), and the settings
    of risk that staff have changed. `day` is the subscriber's. Every look-up is by a key."""
    row = tx.one(
        """
        select s.registered_at, w.swapped_at,
               case when s.pin_changed_at > s.registered_at then s.pin_changed_at end,
               (select max(i.made_at) from api_sign_ins i
                where i.subscriber_id = s.id and i.ended_at is null),
               (select max(a.at) from audit a
                where a.subject = s.msisdn and a.act = 'subscriber.enrol'),
               case when s.guess_day = %(day)s then s.guesses else 0 end,
               coalesce(h.spends, (
                   exists (select from orders o where o.subscriber_id = s.id)
                   or exists (select from transfers t where t.sender_id = s.id))::integer),
               coalesce(h.most_minor, 0), coalesce(h.hours, 0),
               coalesce(%(recipient)s = any(h.recipients), false),
               coalesce((select c.wallets from crowded_recipients c
                         where c.recipient = %(recipient)s), 0),
               (select jsonb_object_agg(b.name, b.value) from business_settings b
                where starts_with(b.name, 'risk_'))
        from subscribers s
        left join sim_swaps w on w.msisdn = s.msisdn
        left join spending_habits h on h.subscriber_id = s.id
        where s.id = %(id)s
        """,
        {"id": subscriber_id, "recipient": recipient, "day": day},
    )
    *known, settings = row
    return Facts(*known), settings or {}


def as_json(score: Score) -> str:
    """The reasons of a score as they are kept."""
    return json.dumps(
        [{"rule": one.rule, "points": one.points, "why": one.why} for one in score.reasons]
    )


@dataclass(frozen=True, slots=True)
class RiskRow:
    """What the rules found of an order; `held` if that kept it for staff."""

    points: int
    reasons: list[dict[str, object]]
    held: bool

    def __str__(self) -> str:
        parts = ", ".join(f"{one['why']} +{one['points']}" for one in self.reasons)
        return f"score {self.points}: {parts}"


def of_order(tx: Transaction, order_id: int) -> RiskRow | None:
    """None where no rule held, or nobody looked: the amount was small."""
    row = tx.maybe("select points, reasons, held from order_risks where order_id = %s", (order_id,))
    return RiskRow(*row) if row else None
