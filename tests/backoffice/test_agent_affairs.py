"""What agents do beside the counter: customers, float, commission, agents below, tellers."""

from app.db import ledger
from app.domain.agent_postings import agent_float
from app.domain.ledger import fund, wallet
from app.domain.msisdn import Msisdn
from app.services.cure_pin import issue_start_pin
from app.services.run_agents import add_agent, close_agent, put_float
from tests.backoffice.site import Site
from tests.backoffice.till import Till, words
from tests.factories.world import World, naira

NEW = "0803 555 0001"
NEW_MSISDN = Msisdn("+2348035550001")
REASON = "forgot it, is here with the phone"


# --- customers -------------------------------------------------------------------------------


def test_a_customer_is_enrolled_and_only_the_handset_learns_the_start_pin(
    world: World, till: Till, site: Site
) -> None:
    fields = {"number": NEW, "language": "ha"}
    assert "Ask the customer first." in words(till.send("customers/enrol", **fields))
    done = till.send("customers/enrol", agrees="y", **fields)
    assert done.status_code == 303
    assert world.sms(NEW_MSISDN) == ["start_pin"]
    page = till.page("customers/enrol")
    assert "0803 555 0001 is registered." in words(page)
    pin = issue_start_pin(world.context, NEW_MSISDN).value
    assert pin not in page
    assert site.audited("subscriber.enrol") == [
        (till.msisdn, NEW_MSISDN, {"agent": till.msisdn, "language": "ha"})
    ]
    assert till.cash_in(NEW, "500").status_code == 303
    assert world.spendable(NEW_MSISDN) == naira(500)
    again = till.send("customers/enrol", agrees="y", **fields)
    assert "registered already" in words(again)
    assert world.sms(NEW_MSISDN).count("start_pin") == 1


def test_a_new_pin_is_started_after_a_look_and_never_chosen_here(
    world: World, till: Till, site: Site
) -> None:
    ada = world.subscriber()
    confirm = till.send("customers/new-pin/confirm", number=ada, reason=REASON)
    assert "The old PIN of this one number stops working at once." in words(confirm)
    assert world.sms(ada) == []
    assert till.send("customers/new-pin", number=ada, reason=REASON).status_code == 303
    assert world.sms(ada) == ["start_pin"]
    (who, whom, detail), *_ = site.audited("subscriber.reset_pin")
    assert (who, whom) == (till.msisdn, ada)
    assert REASON in detail["reason"]


def test_a_new_pin_needs_a_reason_a_registered_number_and_is_not_for_oneself(till: Till) -> None:
    for number, reason, said in (
        (NEW.replace("1", "9"), REASON, "isn't registered"), (till.msisdn, REASON, "Your own PIN"),
        (till.msisdn, "no", "Say why in 8 to 300 characters."), ("", REASON, "Type a whole"),
    ):  # fmt: skip
        answer = till.send("customers/new-pin", number=number, reason=reason)
        assert answer.status_code == 400
        assert said in words(answer)


def test_one_person_starts_ten_new_pins_a_day(world: World, till: Till) -> None:
    people = [world.subscriber() for _ in range(11)]
    answers = [
        till.send("customers/new-pin", number=one, reason=REASON).status_code for one in people
    ]
    assert answers == [303] * 10 + [400]
    assert world.sms(people[-1]) == []


# --- float and commission --------------------------------------------------------------------


def test_float_is_bought_from_the_wallet_once(world: World, till: Till, site: Site) -> None:
    with world.db.transaction() as tx:
        ledger.post(tx, fund("test:buy", wallet(till.id, "NGN"), naira(3_000)))
    key = till.key("float/buy")
    for _ in range(2):
        assert till.send("float/buy", amount="1000", key=key).status_code == 303
    assert (till.float_, world.spendable(till.msisdn)) == (naira(11_000), naira(2_000))
    short = till.send("float/buy", amount="5000", key=till.key("float/buy"))
    assert "NGN 3,000.00 is missing" in words(short)
    assert len(site.audited("float.buy")) == 1
    assert "Float moved NGN 1,000.00" in words(till.page("float"))


def test_moving_float_wants_a_code_after_five_minutes(world: World, till: Till) -> None:
    key = till.key("float/buy")
    world.clock.advance(minutes=6)
    assert "A code, please" in words(till.send("float/buy", amount="1", key=key))


def test_float_is_asked_for_above_and_given_below(world: World, site: Site) -> None:
    above = Till(site)
    below = Till(site, 0)
    add_agent(world.context, below.msisdn, "Below", above.msisdn, 0, "test")
    key = below.key("float/ask")
    for _ in range(2):
        assert below.send("float/ask", amount="2000", key=key).status_code == 303
    reference = str(world.one("select reference from float_moves where state = 'asked'"))
    assert "asks for NGN 2,000.00" in words(above.page("float"))
    other = Till(site)
    for verb in ("give", "decline"):
        path = f"float/requests/{reference}/{verb}"
        assert other.send(path).status_code == 404
        assert other.msisdn in {who for who, subject, _ in site.audited("refused")
                                if subject.endswith(path)}  # fmt: skip
    for _ in range(2):
        assert above.send(f"float/requests/{reference}/give").status_code == 303
    assert (above.float_, below.float_) == (naira(8_000), naira(2_000))
    above.send(f"float/requests/{reference}/decline")
    assert "This request is over" in words(above.page("float"))
    assert world.books_differ() == []


def test_a_request_that_is_declined_moves_nothing(world: World, site: Site) -> None:
    above, below = Till(site), Till(site, 0)
    add_agent(world.context, below.msisdn, "Below", above.msisdn, 0, "test")
    below.send("float/ask", amount="2000", key=below.key("float/ask"))
    reference = str(world.one("select reference from float_moves where state = 'asked'"))
    assert above.send(f"float/requests/{reference}/decline").status_code == 303
    assert below.float_ == naira(0)
    assert "float_declined" in world.sms(below.msisdn)


def test_float_is_sent_to_agents_below_only(world: World, site: Site) -> None:
    above, below, stranger = Till(site), Till(site, 0), Till(site, 0)
    add_agent(world.context, below.msisdn, "Below", above.msisdn, 0, "test")
    key = above.key("float/send")
    for _ in range(2):
        sent = above.send("float/send", number=below.msisdn, amount="500", key=key)
        assert sent.status_code == 303
    assert (above.float_, below.float_) == (naira(9_500), naira(500))
    refused = above.send(
        "float/send", number=stranger.msisdn, amount="500", key=above.key("float/send")
    )
    assert "no open agent with that number below you" in words(refused)
    assert stranger.float_ == naira(0)


def test_commission_goes_to_the_float_or_the_wallet_once(
    world: World, till: Till, site: Site
) -> None:
    till.cash_in(world.subscriber(), "500")
    assert till.commission == naira(5)
    key = till.key("float/commission")
    assert till.send("float/commission", key=key, into="pocket").status_code == 400
    for _ in range(2):
        assert till.send("float/commission", key=key, into="float").status_code == 303
    assert (till.commission, till.float_) == (naira(0), naira(9_505))
    till.cash_in(world.subscriber(), "500")
    assert till.send("float/commission", key="WAKKET", into="wallet").status_code == 303
    assert world.spendable(till.msisdn) == naira(5)
    nothing = till.send("float/commission", key="KKKKKK", into="wallet")
    assert "There is no commission to take yet." in words(nothing)
    assert len(site.audited("commission.take")) == 2
    assert world.books_differ() == []


def test_the_floats_movements_are_leafed_through(world: World, till: Till) -> None:
    for number in range(60):
        put_float(world.context, till.msisdn, 100, f"leaf{number}", "test", "")
    first = till.page("float")
    assert first.count("<tr>") == 51
    older = first.split("before=")[1].split('"')[0]
    assert "<tr>" in till.page(f"float?before={older}")
    for wrong in ("x", "-1", "9" * 30):
        assert till.browser.get(f"/backoffice/float?before={wrong}").status_code == 400


# --- the team --------------------------------------------------------------------------------


def test_an_agent_below_is_opened_and_whoever_is_an_agent_already_stays(
    world: World, till: Till, site: Site
) -> None:
    ada = world.subscriber()
    fields = {"name": "Ada's kiosk", "low_float": "500"}
    unknown = till.send("team/agents", number=NEW.replace("1", "8"), **fields)
    assert "Enrol it first." in words(unknown)
    assert till.send("team/agents", number=ada, **fields).status_code == 303
    assert "Ada's kiosk" in words(till.page("team/agents"))
    other = Till(site)
    for mine in (other.msisdn, ada):
        answer = till.send("team/agents", number=mine, **fields)
        assert "is an agent already" in words(answer)
    close_agent(world.context, ada, "test", "test")
    assert other.send("team/agents", number=ada, **fields).status_code == 400
    parent = world.one("select parent_id from agents where subscriber_id ="
                       " (select id from subscribers where msisdn = %s)", ada)  # fmt: skip
    assert parent == till.id
    for name in ("", "x" * 24, "<b>kiosk</b>", "Ada\u202e"):
        bad = till.send("team/agents", number=world.subscriber(), name=name, low_float="500")
        assert bad.status_code == 400, name


def test_a_teller_gets_a_password_that_is_shown_once_and_loses_it_when_closed(
    world: World, till: Till, site: Site
) -> None:
    opened = till.send("team/tellers", number=NEW)
    password = opened.text.split("<code>")[1].split("</code>")[0]
    assert password not in till.page("team/tellers")
    teller = site.browser()
    assert teller.give_password(NEW_MSISDN, password).location.endswith("/enrol/sms")
    stranger = Till(site)
    assert stranger.send("team/tellers", number=NEW).status_code == 400
    path = f"team/tellers/{NEW_MSISDN}/close"
    assert stranger.send(path).status_code == 404
    assert till.send(path).status_code == 303
    assert till.send(path).status_code == 404
    assert site.browser().give_password(NEW_MSISDN, password).status_code == 400
    assert till.send("team/tellers", number=till.msisdn).status_code == 400
    assert [act for act in ("agent.login", "agent.login_closed") if not site.audited(act)] == []
    assert world.balance(agent_float(till.id, "NGN")) == naira(10_000)
