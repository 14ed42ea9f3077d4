"""Encrypted fields: what they cost a page, and a hop."""

import statistics
import time
from collections.abc import Callable

from app.db.virtual_accounts import AccountRow
from app.domain.secret import Secret
from app.ports.payments import VirtualAccount
from app.services.hop_number import HopName, seal
from app.services.payment_fields import account_indexes, open_account_row, seal_account
from app.services.verified_name import name_place
from tests.bench.results import ROUNDS, Row
from tests.bench.servers import Ground

_ON_A_PAGE, _PAGES, _HOPS = 50, 40, 2_000


def fields_50_ms(on: Ground) -> Row:
    """What a page of fifty subscribers pays for encryption: of each the verified name and the
    account to pay into read back, and the account's number looked for by its blind index."""
    fields = on.parts.fields
    names, accounts = [], []
    for number in range(_ON_A_PAGE):
        names.append(
            (number, fields.encrypt(Secret(f"ADAEZE OBI {number:04d}"), name_place(number)))
        )
        account = VirtualAccount("paystack", f"77{number:08d}", "Wema Bank", "NEXUSTOP/ADAEZE OBI")
        made = seal_account(fields, number, account)
        accounts.append(AccountRow(
            number, made.provider, made.bank, None, None, made.number_ciphertext,
            made.name_ciphertext,
        ))  # fmt: skip

    def page() -> None:
        for (number, name), account in zip(names, accounts, strict=True):
            fields.decrypt(name, name_place(number))
            account_indexes(fields, open_account_row(fields, account).number)

    rounds = [_milliseconds(page, _PAGES) for _ in range(ROUNDS)]
    name = HopName("africastalking", "ATUid_0123456789abcdef", 3)
    hop = _milliseconds(lambda: seal(fields, name, "+2348030000001"), _HOPS)
    value = statistics.median(rounds)
    note = f"150 fields and 50 indexes; sealing a hop's number {hop * 1000:.0f} us"
    return Row("fields_50_ms", value, "ms", "< 10", value < 10, rounds, note=note)


def _milliseconds(act: Callable[[], object], times: int) -> float:
    """Of one, by the CPU's clock: what else the machine does isn't counted."""
    began = time.process_time()
    for _ in range(times):
        act()
    return (time.process_time() - began) * 1000 / times


ROWS = (fields_50_ms,)
