"""A manager sees where a scheme's money is, pauses and closes it, and tries rules out on imagined people."""

import csv
import datetime as dt
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

import ledger
from accounts import proposing, schemes
from accounts.models import Award, Scheme
from ledger import Actor
from tests.factories.accounts import a_manager, a_purse, a_scheme, an_account, rules
from tests.web.test_scheme_pages import signed_in

pytestmark = pytest.mark.django_db(transaction=True)
ACTOR = Actor.system("test")


def text(page):
    return " ".join(page.content.decode().split())


def test_the_page_says_what_is_left_to_give_and_how_much_is_gone():
    scheme = a_scheme(paid_in=1_000_00)
    a_purse(scheme)
    page = text(signed_in(a_manager(scheme)).get(f"/scheme/{scheme.slug}/"))
    assert "£800.00" in page
    assert "left to give, of £1,000.00; 20% is gone" in page
    assert "There is too little history to say how long the money lasts" in page


def test_a_scheme_is_paused_opened_again_and_closed():
    scheme = a_scheme()
    client, address = signed_in(a_manager(scheme)), f"/scheme/{scheme.slug}"
    assert client.get(f"{address}/pause/").status_code == 200
    assert client.post(f"{address}/pause/").status_code == 302
    assert not Scheme.objects.get().takes_new(ledger.today())
    assert client.post(f"{address}/reopen/").status_code == 302
    assert Scheme.objects.get().takes_new(ledger.today())
    until = ledger.today() + dt.timedelta(days=60)
    assert client.post(f"{address}/close/", {"spend_until": until.isoformat()}).status_code == 302
    closed = Scheme.objects.get()
    assert (closed.state, closed.spend_until) == ("closed", until)


def test_what_cannot_be_done_is_said_and_the_scheme_stays_as_it_was():
    scheme = a_scheme()
    client, address = signed_in(a_manager(scheme)), f"/scheme/{scheme.slug}"
    assert client.post(f"{address}/reopen/").status_code == 409
    for day in ("", "soon", "2020-01-01"):
        assert client.post(f"{address}/close/", {"spend_until": day}).status_code == 422
    assert client.post(f"{address}/burn/").status_code == 404
    assert Scheme.objects.get().state == "open"
    assert signed_in(a_manager(a_scheme())).post(f"{address}/pause/").status_code == 404


def test_rules_are_tried_out_beside_those_proposed_and_nothing_is_written():
    scheme = a_scheme()
    an_account(scheme)
    manager = a_manager(scheme)
    tomorrow = ledger.today() + dt.timedelta(days=1)
    more = rules(award={"amount_minor": 400_00})
    proposal = proposing.propose(scheme, more, valid_from=tomorrow, by=manager, actor=ACTOR)
    client, address = signed_in(manager), f"/scheme/{scheme.slug}/try/"
    assert client.get(address).status_code == 200
    asked = {"rules": f"proposal-{proposal.pk}", "against": "version-1", "learners": 500, "months": 12, "seed": 3}
    with CaptureQueriesContext(connection) as queries:
        page = client.get(address, asked)
    assert page.status_code == 200
    assert [each["sql"] for each in queries if not each["sql"].startswith("SELECT")] == []
    assert "Who gains and who loses, of the same people" in text(page)
    assert not Award.objects.exists()
    answer = client.get(address, asked | {"format": "csv"}).content.decode()
    rows = list(csv.DictReader(io.StringIO(answer)))
    assert {row["rules"][:8] for row in rows} == {"Version ", "Proposed"}
    assert sum(int(row["people"]) for row in rows if row["by"] == "need") == 2 * 500


@pytest.mark.parametrize(
    "said",
    [
        {"learners": "10000000"},
        {"learners": "0"},
        {"learners": "many"},
        {"months": "0"},
        {"months": "1000"},
        {"seed": "-1"},
        {"budget": "-5"},
        {"budget": "NaN"},
        {"budget": "1e30"},
        {"rules": "version-99"},
        {"against": "nothing"},
    ],
)
def test_what_cannot_be_tried_out_is_said_beside_its_field(said):
    scheme = a_scheme()
    asked = {"rules": "version-1", "learners": 200, "months": 12, "seed": 1}
    page = signed_in(a_manager(scheme)).get(f"/scheme/{scheme.slug}/try/", asked | said)
    assert page.status_code == 422
    assert "There is a problem" in text(page)


def test_a_version_of_another_scheme_is_not_there_to_be_tried():
    scheme, other = a_scheme(), a_scheme()
    schemes.publish_rules(other, rules(award={"amount_minor": 1_00}), valid_from=ledger.today(), source="", actor=ACTOR)
    page = signed_in(a_manager(scheme)).get(
        f"/scheme/{scheme.slug}/try/", {"rules": "version-2", "learners": 200, "months": 12, "seed": 1}
    )
    assert page.status_code == 422
