"""What is held about a subscriber, table by table: the one list that exporting, erasing and
docs/data-protection.md go by. A test walks the database and fails for a column that is missing.

The order is that of erasing: what refers to a row stands before it.
"""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a column tells about somebody. SECRET is never exported."""

    IDENTITY = "identity"
    CONTACT = "contact"
    MONEY = "money"
    BEHAVIOUR = "behaviour"
    SECRET = "secret"  # noqa: S105 - a word


class Erasure(StrEnum):
    """What erasing does: to the whole row, to the columns, or (with a reason) nothing."""

    DELETE = "delete"
    BLANK = "blank"
    PSEUDONYM = "pseudonym"
    KEEP = "keep"


class Whose(StrEnum):
    """What of the subscriber stands in a key column."""

    ID = "id"
    NAME = "name"  # the id written as text, also `subscriber:<id>`
    NUMBER = "number"
    HOP_INDEX = "hop index"


@dataclass(frozen=True, slots=True)
class Key:
    """The rows whose `column` holds that; with `table`, whose `column` is the `there` of such a
    row of `table`."""

    column: str
    whose: Whose
    table: str = ""
    there: str = ""
    inner: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """Some columns of a table. `key` None: nobody's rows can be found by the subscriber. `kept`
    says for how long, or why nothing is erased."""

    table: str
    key: Key | None
    kind: Kind
    columns: frozenset[str]
    erasure: Erasure
    kept: str


def pseudonym(subscriber_id: int) -> str:
    """Stands for a number that was erased. +888 belongs to no country, and twelve digits are one
    too many for it: this can't be dialled, enrolled or sent to, and reads like a number."""
    return f"+888{subscriber_id:012d}"


def _id(column: str = "subscriber_id") -> Key:
    return Key(column, Whose.ID)


def _number(column: str = "msisdn") -> Key:
    return Key(column, Whose.NUMBER)


def _name(column: str) -> Key:
    return Key(column, Whose.NAME)


def _through(
    column: str, table: str, there: str, inner: str = "subscriber_id", whose: Whose = Whose.ID
) -> Key:  # fmt: skip
    return Key(column, whose, table, there, inner)


_order = _through("order_id", "orders", "id")
_I, _C, _M, _B, _S = Kind.IDENTITY, Kind.CONTACT, Kind.MONEY, Kind.BEHAVIOUR, Kind.SECRET
_DELETE, _BLANK, _PSEUDONYM, _KEEP = (
    Erasure.DELETE, Erasure.BLANK, Erasure.PSEUDONYM, Erasure.KEEP
)  # fmt: skip
_BOOKS = "record of money: as long as the books"
_AGENCY = "an agent's: erasing waits until there is no agency"
_AGREED = "as long as the books, which are checked for what was agreed to"
_WHILE = "until erased"
_RECEIPTS = "as long as the books, which are checked for one receipt of each order"


def _held(
    table: str, key: Key | None, kind: Kind, columns: str, erasure: Erasure, kept: str
) -> Held:  # fmt: skip
    return Held(table, key, kind, frozenset(columns.split()), erasure, kept)


HELD: tuple[Held, ...] = (
    # What was said and dialled.
    _held("ussd_hops", Key("msisdn_index", Whose.HOP_INDEX), _B,
          "channel session label outcome language network", _DELETE, "90 days"),
    _held("ussd_hops", _number(), _C, "msisdn", _DELETE, "90 days"),
    _held("ussd_hops", Key("msisdn_index", Whose.HOP_INDEX), _S,
          "msisdn_ciphertext msisdn_index", _DELETE, "90 days"),
    _held("mo_sms", _number(), _B, "channel gateway_id msisdn redacted outcome", _DELETE,
          "90 days"),
    _held("sms_attempts", _through("sms_id", "mt_sms", "id", "msisdn", Whose.NUMBER), _B,
          "gateway outcome code", _KEEP, _RECEIPTS),
    _held("mt_sms", _number(), _B, "params sent_text", _BLANK, "90 days"),
    _held("mt_sms", _number(), _B,
          "kind language state gateway gateway_id code via lost_by cost", _KEEP,
          _RECEIPTS),
    _held("mt_sms", _number(), _C, "dedupe_key msisdn", _PSEUDONYM, _RECEIPTS),
    _held("smpp_parts", _number(), _B, "reference sender msisdn state message_id code", _DELETE,
          "90 days"),
    _held("smpp_parts", _number(), _S, "sealed", _DELETE, "until sent"),
    _held("smpp_mo_parts", _number("sender"), _B, "sender code", _DELETE, "1 day"),
    _held("smpp_mo_parts", _number("sender"), _S, "sealed", _DELETE, "1 day"),
    _held("opt_outs", _number(), _B, "msisdn sender", _DELETE, _WHILE),
    _held("sms_refusals", _number(), _B, "msisdn gateway code", _DELETE, _WHILE),
    _held("sms_asked", _number("subject"), _B, "guard subject", _DELETE, "days"),
    _held("sms_code_tries", _through("wish_id", "sms_wishes", "id"), _B, "channel session",
          _DELETE, _WHILE),
    _held("sms_wishes", _id(), _B,
          "channel session kind recipient operator product state taken_channel taken_session",
          _DELETE, _WHILE),
    _held("sms_wishes", _id(), _S, "digest", _DELETE, _WHILE),
    # Signing in, codes, PINs.
    _held("pending_pins", _number(), _B, "channel session msisdn purpose", _DELETE, "minutes"),
    _held("pending_pins", _number(), _S, "hash pepper_id", _DELETE, "minutes"),
    _held("pin_attempts", _id(), _B, "channel session door verdict", _DELETE, "90 days"),
    _held("factor_attempts", _id(), _B, "channel session kind", _DELETE, "90 days"),
    _held("factor_counts", _id(), _B, "", _DELETE, _WHILE),
    _held("factor_proofs", _id(), _B,
          "kind act recipient channel session used_channel used_session", _DELETE, "90 days"),
    _held("list_codes", _through("list_id", "code_lists", "id"), _S, "digest", _DELETE, _WHILE),
    _held("code_lists", _id(), _B, "made_by", _DELETE, _WHILE),
    _held("code_apps", _id(), _B, "added_by", _DELETE, _WHILE),
    _held("code_apps", _id(), _S, "sealed_key", _DELETE, _WHILE),
    _held("sign_in_codes", _number(), _C, "msisdn", _DELETE, "minutes"),
    _held("sign_in_codes", _number(), _S, "nonce", _DELETE, "minutes"),
    _held("api_sign_ins", _id(), _B, "address client ended_why", _DELETE, "30 days"),
    _held("api_requests", _name("caller"), _B, "caller answer", _DELETE, "24 hours"),
    _held("api_requests", _name("caller"), _S, "key body", _DELETE, "24 hours"),
    _held("client_references", _name("caller"), _B, "caller reference session", _DELETE, _WHILE),
    # Whom they know and how they buy.
    _held("beneficiaries", _id(), _C, "msisdn name", _DELETE, _WHILE),
    _held("schedules", _id(), _B, "recipient", _PSEUDONYM, _AGREED),
    _held("schedules", _id(), _B, "channel session product operator every state why", _KEEP,
          _AGREED),
    _held("spending_habits", _id(), _B, "recipients", _DELETE, _WHILE),
    _held("daily_spend", _id(), _B, "", _DELETE, _WHILE),
    _held("recipient_payers", _id(), _B, "", _DELETE, "days"),
    _held("recipient_payers", _number("recipient"), _C, "recipient", _DELETE, "days"),
    _held("crowded_recipients", _number("recipient"), _C, "recipient", _DELETE, "days"),
    _held("order_risks", _order, _B, "reasons", _DELETE, _WHILE),
    # The SIM and its operator.
    _held("number_operators", _number(), _B, "msisdn source operator", _DELETE, _WHILE),
    _held("operator_lookups", _number(), _B, "msisdn", _DELETE, _WHILE),
    _held("sim_swaps", _number(), _B, "msisdn source", _DELETE, _WHILE),
    _held("sim_swap_requests", _number(), _B, "provider request_id msisdn", _DELETE, _WHILE),
    # Who they are.
    _held("identity_checks", _id(), _I, "document state code channel session", _DELETE, _WHILE),
    _held("identity_checks", _id(), _S, "number_ciphertext number_index", _DELETE, _WHILE),
    _held("account_requests", _id(), _B, "provider state code", _DELETE, _WHILE),
    _held("virtual_accounts", _id(), _M, "provider number bank name", _DELETE, _WHILE),
    _held("virtual_accounts", _id(), _S, "number_ciphertext number_index name_ciphertext",
          _DELETE, _WHILE),
    # Money: what moved is kept under the pseudonym.
    _held("exchanges", _through("subject", "orders", "reference"), _M,
          "peer subject method path fault", _DELETE, "90 days"),
    _held("exchanges", _through("subject", "orders", "reference"), _S,
          "request_body response_body bodies_ciphertext", _DELETE, "90 days"),
    _held("vend_attempts", _through("order_id", "orders", "id"), _M, "recipient", _PSEUDONYM,
          _BOOKS),
    _held("vend_attempts", _order, _M,
          "provider reference state outcome code external_id transaction_id final_word product_code"
          " answered", _KEEP, _BOOKS),
    _held("breaks", _order, _M, "detail", _PSEUDONYM, _BOOKS),
    _held("breaks", _order, _M, "kind owner resolution closed_by provider external_id", _KEEP,
          _BOOKS),
    _held("refunds", _order, _M, "reason", _PSEUDONYM, _BOOKS),
    _held("refunds", _order, _M, "asked_by key", _KEEP, _BOOKS),
    _held("case_steps", _through("case_id", "cases", "id"), _B, "detail", _PSEUDONYM, _BOOKS),
    _held("case_steps", _through("case_id", "cases", "id"), _B, "actor step", _KEEP, _BOOKS),
    _held("cases", _id(), _B, "subject", _PSEUDONYM, _BOOKS),
    _held("cases", _id(), _B, "kind state recall owner", _KEEP, _BOOKS),
    _held("approvals", _number("detail->>'msisdn'"), _B, "detail reason outcome", _PSEUDONYM,
          _BOOKS),
    _held("approvals", _number("detail->>'msisdn'"), _B, "act asked_by state decided_by key",
          _KEEP, _BOOKS),
    _held("orders", _id(), _M, "recipient", _PSEUDONYM, _BOOKS),
    _held("orders", _id(), _M,
          "channel session product operator state code provider external_id paid_from sold_by",
          _KEEP, _BOOKS),
    _held("transfers", _id("sender_id"), _M, "channel session state", _KEEP, _BOOKS),
    _held("transfers", _id("recipient_id"), _M, "recipient", _PSEUDONYM, _BOOKS),
    _held("purchase_approvals", _id("customer_id"), _M, "recipient", _PSEUDONYM, _BOOKS),
    _held("purchase_approvals", _id("customer_id"), _M, "act channel session state", _KEEP, _BOOKS),
    _held("topups", _id(), _M, "account_number", _BLANK, _BOOKS),
    _held("topups", _id(), _S, "account_ciphertext", _BLANK, _BOOKS),
    _held("topups", _id(), _M, "provider external_id state code", _KEEP, _BOOKS),
    _held("charges", _id(), _M, "account account_bank dial link", _BLANK, _BOOKS),
    _held("charges", _id(), _M,
          "provider method bank state code external_id channel session", _KEEP, _BOOKS),
    _held("cash_ins", _id("customer_id"), _M, "channel session done_by", _KEEP, _BOOKS),
    _held("withdrawals", _id("customer_id"), _M, "state why channel session paid_by", _KEEP,
          _BOOKS),
    _held("vouchers", _id(), _M, "channel session", _KEEP, _BOOKS),
    _held("vouchers", _id(), _S, "digest", _KEEP, _BOOKS),
    _held("voucher_tries", _number(), _B, "channel session msisdn verdict", _DELETE, "30 days"),
    _held("voucher_tries", _number(), _S, "digest", _DELETE, "30 days"),
    _held("accounts", _name("owner"), _M, "kind owner", _KEEP, "the books name an id only"),
    _held("audit", _number("subject"), _B, "subject detail before after", _KEEP,
          "a chain of digests: docs/decisions/0043"),
    _held("audit", _name("subject"), _B, "actor act address", _KEEP,
          "a chain of digests: docs/decisions/0043"),
    # An agent's own; erasing is refused before it comes to them.
    _held("agents", _id(), _I, "number name", _KEEP, _AGENCY),
    _held("agent_users", _id("agent_id"), _C, "msisdn role zone added_by", _KEEP, _AGENCY),
    _held("agent_users", _id("agent_id"), _S, "password_hash sealed_key", _KEEP, _AGENCY),
    _held("api_keys", _id("agent_id"), _B, "key_id scopes label made_by revoked_by networks", _KEEP,
          _AGENCY),
    _held("api_keys", _id("agent_id"), _S, "digest", _KEEP, _AGENCY),
    _held("approval_tries", _id("agent_id"), _B, "channel session", _KEEP, _AGENCY),
    _held("payout_tries", _id("agent_id"), _B, "channel session", _KEEP, _AGENCY),
    _held("commission_payouts", _id("agent_id"), _M, "channel session paid_into", _KEEP, _AGENCY),
    _held("float_moves", _id("giver_id"), _M, "source state channel session", _KEEP, _AGENCY),
    _held("float_moves", _id("taker_id"), _M, "", _KEEP, _AGENCY),
    _held("merchants", _id("agent_id"), _B, "let_by ticket", _KEEP, _AGENCY),
    _held("test_purchases", _id("agent_id"), _B,
          "reference client_reference key_id operator product recipient state code", _KEEP,
          _AGENCY),
    _held("webhook_endpoints", _id("agent_id"), _B, "url events state state_why made_by", _KEEP,
          _AGENCY),
    _held("webhook_endpoints", _id("agent_id"), _S, "secret secret_before", _KEEP, _AGENCY),
    _held("webhook_events", _id("agent_id"), _B, "event_id kind subject data", _KEEP, _AGENCY),
    _held("webhook_deliveries", _id("agent_id"), _B, "state last_fault", _KEEP, _AGENCY),
    # Of many people at once; no key leads from a subscriber to a row.
    _held("payment_events", None, _I, "provider outcome", _KEEP, "90 days"),
    _held("payment_events", None, _S, "digest body body_ciphertext", _KEEP, "90 days"),
    _held("statement_files", None, _M, "content", _KEEP, _BOOKS),
    _held("statement_lines", None, _M, "provider external_id kind reference", _KEEP, _BOOKS),
    _held("export_pieces", None, _I, "content", _DELETE, "24 hours; all with whole numbers go"),
    _held("consents", _id(), _B, "kind version channel session", _KEEP,
          "what was agreed to must be shown; under the pseudonym"),
    # Last, since everything refers to it.
    _held("subscribers", _id("id"), _C, "msisdn", _PSEUDONYM, _BOOKS),
    _held("subscribers", _id("id"), _S, "name_ciphertext pin_hash pepper_id", _BLANK, _WHILE),
    _held("subscribers", _id("id"), _B, "language", _KEEP, _BOOKS),
)  # fmt: skip
