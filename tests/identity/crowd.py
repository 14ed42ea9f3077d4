"""Numbers nobody has, money without limits, and many at once."""

import threading
from collections.abc import Callable
from itertools import count

from app.db import ledger, subscribers
from app.domain.ledger import fund, wallet
from app.domain.msisdn import Msisdn
from app.services.wallet_room import wallet_room
from tests.factories.world import World, naira

_strangers = count(1)


def stranger() -> Msisdn:
    return Msisdn(f"+2348095{next(_strangers):06d}")


def topped_up(world: World, msisdn: Msisdn, amount: int) -> None:
    """Money in by a way that knows no limit."""
    owner = int(world.one("select id from subscribers where msisdn = %s", msisdn))
    with world.db.transaction() as tx:
        account = wallet(owner, "NGN")
        ledger.post(tx, fund(f"test:more:{next(_strangers)}", account, naira(amount)))


def room(world: World, msisdn: Msisdn) -> object:
    with world.db.transaction() as tx:
        owner = subscribers.find_by_msisdn(tx, msisdn)
        assert owner is not None
        return wallet_room(world.context, tx, owner)


def at_once(number: int, act: Callable[[], object]) -> list[object]:
    replies: list[object] = []
    threads = [threading.Thread(target=lambda: replies.append(act())) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return replies
