"""Identity and tiers: what each allows, and deciding a check that nobody answered."""

import threading

import pytest

from app.domain.documents import Document
from app.domain.msisdn import Msisdn
from app.ports.identity import IdentityUnknown
from app.services.decide_identity import confirm_by_hand
from app.services.staff_refused import AlreadyDecided
from tests.backoffice.site import Site
from tests.factories.world import World
from tests.identity.papers import fresh, give, states, tier

REASON = "saw the card at the desk"


def waiting(world: World, msisdn: Msisdn, number: str) -> int:
    """A check that the network hasn't answered; its id."""
    world.identity.answers = [IdentityUnknown("timeout")]
    give(world, msisdn, number)
    world.look()
    return int(world.one(
        "select c.id from identity_checks c join subscribers s on s.id = c.subscriber_id"
        " where s.msisdn = %s order by c.id desc limit 1", msisdn,
    ))  # fmt: skip


def test_the_page_says_what_each_tier_allows_and_lists_checks(site: Site, world: World) -> None:
    msisdn = world.subscriber()
    number = fresh()
    check = waiting(world, msisdn, number)
    site.sign_in("support")
    page = site.get("/backoffice/kyc?state=asked").text
    for words in ("50,000.00", "BVN and NIN confirmed", "any amount", "businesspost.ng"):
        assert words in page, words
    assert f'href="/backoffice/kyc/{check}"' in page
    shown = site.get(f"/backoffice/kyc/{check}").text
    assert number not in page + shown
    assert "Confirm it" not in shown, "support sees, and decides nothing"
    assert site.post(f"/backoffice/kyc/{check}/confirm").status_code == 403


def test_a_check_is_confirmed_by_hand_and_the_tier_rises(site: Site, world: World) -> None:
    msisdn = world.subscriber()
    check = waiting(world, msisdn, fresh())
    site.sign_in("admin")
    fields = {"confirm-name": "Ada Obi", "confirm-reason": REASON}
    assert site.post(f"/backoffice/kyc/{check}/confirm", **fields).status_code == 303
    assert (states(world, msisdn), tier(world, msisdn)) == (["matched"], 2)
    assert world.sms(msisdn) == ["identity_matched"]
    assert site.post(f"/backoffice/kyc/{check}/confirm", **fields).status_code == 409
    who, subject, detail = site.audited("identity.decide")[-1]
    assert (who, subject, detail["reason"]) == (site.someone("admin").name, msisdn, REASON)
    one = site.get(f"/backoffice/subscribers/{subscriber_of(world, msisdn)}").text
    assert "A** O**" in one
    assert "Ada Obi" not in one


def subscriber_of(world: World, msisdn: Msisdn) -> int:
    return int(world.one("select id from subscribers where msisdn = %s", msisdn))


def test_a_check_is_refused_by_hand_and_its_number_forgotten(site: Site, world: World) -> None:
    msisdn = world.subscriber()
    check = waiting(world, msisdn, fresh())
    site.sign_in("owner")
    assert site.post(f"/backoffice/kyc/{check}/refuse", **{"refuse-reason": REASON}).location
    assert (states(world, msisdn), tier(world, msisdn)) == (["not_matched"], 1)
    assert world.one("select number_ciphertext from identity_checks where id = %s", check) is None
    assert world.sms(msisdn) == ["identity_refused"]


def test_a_number_that_is_somebody_elses_is_not_confirmed(site: Site, world: World) -> None:
    first, second, number = world.subscriber(), world.subscriber(), fresh()
    one, other = waiting(world, first, number), waiting(world, second, number)
    site.sign_in("owner")
    fields = {"confirm-name": "Ada Obi", "confirm-reason": REASON}
    site.post(f"/backoffice/kyc/{one}/confirm", **fields)
    site.post(f"/backoffice/kyc/{other}/confirm", **fields)
    assert (states(world, second), tier(world, second)) == (["taken"], 1)
    assert "Another subscriber has this number" in site.get(f"/backoffice/kyc/{other}").text
    assert world.one("select count(*) from breaks where kind = 'identity_taken'") == 1


def test_two_who_confirm_at_once_confirm_once(world: World) -> None:
    msisdn = world.subscriber()
    check, said = waiting(world, msisdn, fresh()), []

    def decide() -> None:
        try:
            said.append(confirm_by_hand(world.context, check, "Ada Obi", "ada", REASON))
        except AlreadyDecided:
            said.append("late")

    both = [threading.Thread(target=decide) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(map(str, said)) == ["True", "late"]
    assert world.sms(msisdn) == ["identity_matched"]


@pytest.mark.parametrize("name", ["", "   ", "x" * 101, "a\0b"])
def test_a_name_that_is_none_confirms_nothing(site: Site, world: World, name: str) -> None:
    msisdn = world.subscriber()
    check = waiting(world, msisdn, fresh())
    site.sign_in("owner")
    answer = site.post(f"/backoffice/kyc/{check}/confirm",
                       **{"confirm-name": name, "confirm-reason": REASON})  # fmt: skip
    assert (answer.status_code, states(world, msisdn)) == (400, ["asked"])


def test_a_tier_is_set_by_hand_with_before_and_after(site: Site, world: World) -> None:
    msisdn = world.subscriber()
    site.sign_in("admin")
    site.post(f"/backoffice/subscribers/{subscriber_of(world, msisdn)}/tier",
              **{"tier-tier": "2", "tier-reason": REASON})  # fmt: skip
    assert tier(world, msisdn) == 2
    kept = world.all("select before, after from audit where subject = %s", msisdn)
    assert kept == [({"tier": 1}, {"tier": 2})]
    assert Document.BVN.label in site.get("/backoffice/kyc").text
