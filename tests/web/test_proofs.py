"""What a scheme wants proof of, on the adviser's desk and on the learner's first page."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import Evidence
from brokerage import assigning
from brokerage.deciding import Ruling, decide
from brokerage.models import Caseload, Outcome, Request
from ledger.models import Event
from tests.factories.brokerage import a_request, an_adviser
from tests.factories.proofs import BENEFITS, RESIDENCE, wants_proof
from tests.factories.vouchers import ACTOR, a_scheme, learning_accounts
from tests.web.learner.visiting import signed_in, text

pytestmark = pytest.mark.django_db
INCOME = {"criterion": "income", "documents": ["payslip"]}


@pytest.fixture
def asked() -> Request:
    """A request of somebody on a benefit, made before the scheme wanted proof of anything."""
    asked = a_request(consulted=True)
    wants_proof(a_scheme(), BENEFITS, RESIDENCE, INCOME)
    return asked


def desk_of(adviser: Any) -> Client:
    client = Client()
    client.force_login(adviser.user)
    return client


def say(asked: Request, adviser: Any, seen: str, **how: Any) -> Any:
    return desk_of(adviser).post(f"/desk/requests/{asked.pk}/evidence/", {"seen": seen}, **how)


def test_the_desk_says_what_is_needed_and_offers_only_what_the_scheme_takes(asked: Request) -> None:
    response = desk_of(asked.adviser).get(f"/desk/requests/{asked.pk}/")
    page = text(response)
    assert "What the scheme wants proof of Benefits not seen yet Needed Where they live not seen yet Needed" in page
    assert "Income makes no difference for this learner" in page
    assert "I have seen …" in page
    assert "Benefits: a letter about it" in page
    assert "Where they live: a bill with their address" in page
    assert "No copy or number is kept" in page
    assert "payslip" not in response.content.decode()


def test_what_was_seen_is_kept_and_shown_with_who_saw_it_and_until_when(asked: Request) -> None:
    page = text(say(asked, asked.adviser, "residence:utility_bill", follow=True))
    assert "It is kept that you have seen it." in page
    assert "Where they live a bill with their address, seen by Rhys Morgan on" in page
    evidence = Evidence.objects.get()
    assert (evidence.criterion, evidence.document, evidence.checked_by) == (
        "residence",
        "utility_bill",
        asked.adviser.user,
    )
    event = Event.objects.get(kind="evidence.seen")
    assert event.actor == f"user:{asked.adviser.user_id}"
    assert event.on_behalf_of == f"learner:{asked.learner_id}"


def test_what_has_lapsed_is_needed_again(asked: Request, clock: Any) -> None:
    say(asked, asked.adviser, "residence:utility_bill")
    clock.move_by(days=91)
    page = text(desk_of(asked.adviser).get(f"/desk/requests/{asked.pk}/"))
    assert "lapsed on" in page
    assert "It is out of date" not in page
    home = text(signed_in(asked.learner).get("/learner/"))
    assert "What we saw as proof of this is out of date: Where you live." in home


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        ("", "Choose what you have seen."),
        ("residence:passport", "Choose one of the list."),
        ("needs:medical_letter", "Choose one of the list."),
        ("income:payslip", "Choose one of the list."),
        ("<script>alert(1)</script>", "Choose one of the list."),
    ],
)
def test_what_the_scheme_does_not_ask_is_not_taken(asked: Request, seen: str, said: str) -> None:
    response = say(asked, asked.adviser, seen)
    assert response.status_code == 422
    assert said in text(response)
    assert "<script>alert(1)" not in response.content.decode()
    assert not Evidence.objects.exists()


def test_an_adviser_who_has_nothing_to_do_with_the_learner_finds_nothing(asked: Request) -> None:
    assert say(asked, an_adviser("Somebody Else"), "residence:utility_bill").status_code == 404
    assert Client().post(f"/desk/requests/{asked.pk}/evidence/").status_code == 302
    assert signed_in(asked.learner).post(f"/desk/requests/{asked.pk}/evidence/").status_code == 404
    assert not Evidence.objects.exists()


def test_when_the_request_is_answered_it_is_no_longer_theirs_to_say(asked: Request) -> None:
    Caseload.objects.all().delete()
    decide(Ruling(asked.pk, Outcome.APPROVE), by=asked.adviser, actor=ACTOR)
    page = text(desk_of(asked.adviser).get(f"/desk/requests/{asked.pk}/"))
    assert "What the scheme wants proof of" in page
    assert "I have seen" not in page
    assert say(asked, asked.adviser, "residence:utility_bill").status_code == 404
    assert not Evidence.objects.exists()


def test_where_the_scheme_looks_itself_the_adviser_is_told_so(asked: Request) -> None:
    wants_proof(a_scheme(), RESIDENCE | {"checked_by": "scheme"})
    page = text(desk_of(asked.adviser).get(f"/desk/requests/{asked.pk}/"))
    assert "not seen yet · the scheme looks at it itself" in page
    assert "I have seen" not in page
    assert "ILA Wales looks at it itself." in text(signed_in(asked.learner).get("/learner/"))


def test_a_scheme_that_wants_no_proof_says_nothing_of_it() -> None:
    asked = a_request()
    assert "wants proof of" not in text(desk_of(asked.adviser).get("/desk/"))
    assert "What we still need to see" not in text(signed_in(asked.learner).get("/learner/"))


def test_the_learners_first_page_says_what_is_still_needed_until_it_was_seen(asked: Request) -> None:
    client = signed_in(asked.learner)
    page = text(client.get("/learner/"))
    assert "What we still need to see We need to see proof of this: Benefits. For example" in page
    assert "We need to see proof of this: Where you live. For example a bill with your address." in page
    assert "For ILA Wales; show it to your adviser." in page
    assert "Income" not in page
    for seen in ("benefits:benefit_letter", "residence:utility_bill"):
        say(asked, asked.adviser, seen)
    assert "What we still need to see" not in text(client.get("/learner/"))


def test_the_desk_costs_as_many_queries_for_ten_as_for_one_with_proofs(django_assert_max_num_queries: Any) -> None:
    adviser = an_adviser()
    for count in (1, 9):
        wants_proof(a_scheme())  # of nothing, so that accounts can be opened
        for _ in range(count):
            a_request(policy="open", adviser=adviser)
        wants_proof(a_scheme(), BENEFITS, RESIDENCE)
        client = desk_of(adviser)
        with django_assert_max_num_queries(56):
            assert client.get("/desk/").status_code == 200


def test_somebody_with_an_adviser_and_no_request_reads_it_too() -> None:
    [account] = learning_accounts(1)
    assigning.name_advisers([account.learner], [an_adviser()])
    wants_proof(a_scheme(), RESIDENCE)
    assert "Where you live" in text(signed_in(account.learner).get("/learner/"))
