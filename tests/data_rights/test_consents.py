"""What was agreed to is kept, line by line, and nobody changes a line."""

import psycopg2
import pytest

from app.domain.msisdn import Msisdn
from app.domain.terms import TERMS_VERSION
from app.ports.channels import OptOut
from app.services.record_reports import record_opt_in, record_opt_out
from tests.backoffice.site import Site
from tests.conftest import Urls
from tests.factories.world import World


def lines(world: World, msisdn: str) -> list[tuple[object, ...]]:
    return world.all(
        "select kind, given, version, channel from consents c join subscribers s"
        " on s.id = c.subscriber_id where s.msisdn = %s order by c.id", msisdn,
    )  # fmt: skip


def test_registering_accepts_the_terms_and_stop_and_start_are_kept_once(
    site: Site, world: World
) -> None:
    msisdn = Msisdn("+2348037000001")
    world.enrol(msisdn)
    for _ in range(2):
        record_opt_out(world.context, OptOut(msisdn, "20880"))
    for _ in range(2):
        record_opt_in(world.context, msisdn)
    assert lines(world, msisdn) == [
        ("terms", True, TERMS_VERSION, "test"),
        ("marketing", False, "", "sms"),
        ("marketing", True, "", "sms"),
    ]
    site.sign_in("support")
    id_ = world.one("select id from subscribers where msisdn = %s", msisdn)
    page = site.get(f"/backoffice/subscribers/{id_}").text
    assert f"agreed to {TERMS_VERSION} by test" in page
    assert "taken back by sms" in page


@pytest.mark.parametrize("sql", ["update consents set given = true", "delete from consents"])
def test_the_program_may_not_change_a_line(urls: Urls, sql: str) -> None:
    connection = psycopg2.connect(urls.program)
    try:
        with connection.cursor() as cursor, pytest.raises(psycopg2.Error) as refused:
            cursor.execute(sql)
        assert refused.value.pgcode == "42501"
    finally:
        connection.close()
