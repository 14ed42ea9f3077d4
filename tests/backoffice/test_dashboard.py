"""The staff's front page and the dashboard."""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.db import breaks, providers
from app.db.engine import Database, Transaction
from app.domain.money import Money
from app.domain.outcomes import Declined, Delivered, Pending, Scope
from app.domain.roles import AGENT_ROLES, GRANTS, Right, Role
from app.services.fold_orders import fold_orders
from tests.backoffice.site import Site, make_site
from tests.factories.world import World
from tests.fakes.clock import FixedClock
from tests.fakes.vendor import ScriptedVendor

DASHBOARD = "/backoffice/dashboard"


@pytest.fixture
def vendor(clock: FixedClock) -> ScriptedVendor:
    return ScriptedVendor(clock, "first")


@pytest.fixture
def world(db: Database, owner: Database, clock: FixedClock, vendor: ScriptedVendor) -> World:
    made = World(db, clock, {"first": vendor})
    with owner.transaction() as tx:
        tx.run("delete from outbox")
        tx.run("update orders set placed_at = placed_at - interval '1 year', state = 'declined'")
        tx.run("truncate order_hours, order_ends")
        tx.run("update breaks set closed_at = now() where closed_at is null")
        tx.run("update cases set state = 'solved', ended_at = now() where state = 'open'")
        tx.run("update approvals set state = 'declined', decided_by = 'nobody' where state = 'asked'")
        tx.run("delete from provider_states")
    return made


def words(page: Any) -> str:
    """What a person reads on a page."""
    text = re.sub(r"<script.*?</script>|<[^>]+>", " ", page.text, flags=re.DOTALL)
    return " ".join(text.split())


def test_the_front_page_opens(site: Site) -> None:
    site.sign_in("support")
    page = site.get("/backoffice/")
    assert page.status_code == 200, page.text
    assert "Nothing needs a person now" in words(page)
    page = site.get(DASHBOARD)
    assert page.status_code == 200, page.text
