"""The audit log as a list: numbers in it are masked as everywhere."""

from tests.backoffice.site import Site

AGENT = "+2348031777001"


def seen(site: Site) -> list[str]:
    """The list, the same as a file, and the newest entry about the agent."""
    number = site.world.one("select max(id) from audit where subject = %s", AGENT)
    return [
        site.get(f"/backoffice/audit{path}").text
        for path in ("?columns=subject,detail,after", "?format=csv&columns=subject,detail,after",
                     f"/{number}")
    ]  # fmt: skip


def test_numbers_in_entries_are_masked_until_a_reason_was_given(site: Site) -> None:
    with site.world.db.transaction() as tx:
        tx.run("insert into subscribers (msisdn, language, country, currency, registered_at,"
               " pin_hash, pepper_id, pin_changed_at)"
               " values (%s, 'en', 'NG', 'NGN', now(), 'x', 'p1', now())", (AGENT,))  # fmt: skip
    site.sign_in("admin")
    answer = site.post("/backoffice/agents/new", msisdn=AGENT, name="Kiosk", low_float="500")
    assert answer.status_code == 303, answer.text
    masked = seen(site)
    assert all(AGENT not in page and "****" in page for page in masked)
    site.post("/backoffice/unmask", reason="an agent calls about the float")
    assert all(AGENT in page for page in seen(site))
