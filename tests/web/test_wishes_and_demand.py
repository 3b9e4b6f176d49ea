"""A learner says what is missing, and a provider sees how many miss it."""

from __future__ import annotations

from typing import Any

import pytest

from brokerage import wishing
from brokerage.models import Wish
from providers.models import Role
from tests.factories.providers import CourseFactory, CourseRunFactory, ProviderFactory, VenueFactory
from tests.factories.vouchers import ACTOR, learning_accounts
from tests.web.learner.visiting import signed_in, text
from tests.web.provider.visiting import at_work

pytestmark = pytest.mark.django_db

WISHES = "/learner/wishes/"


@pytest.fixture
def learner() -> Any:
    return learning_accounts(1)[0].learner


def test_a_search_that_finds_nothing_offers_to_wish_for_it(learner: Any) -> None:
    client = signed_in(learner)
    page = client.get("/learner/courses/", {"q": "beekeeping", "pattern": "evening"})
    assert "Tell us what is missing" in text(page)
    assert 'href="/learner/wishes/?words=beekeeping&amp;pattern=evening"' in page.content.decode()
    form = client.get(WISHES, {"words": "beekeeping", "pattern": "evening", "category": "0811"}).content.decode()
    assert 'value="beekeeping"' in form
    assert '<option value="evening" selected>' in form
    assert '<option value="0811" selected>' in form


def test_a_search_that_finds_enough_does_not(learner: Any) -> None:
    for number in range(3):
        CourseRunFactory(course=CourseFactory(title=f"Beekeeping {number}"))
    page = text(signed_in(learner).get("/learner/courses/", {"q": "beekeeping"}))
    assert "Tell us what is missing" not in page


def test_a_wish_is_made_and_taken_back(learner: Any) -> None:
    VenueFactory(town="Foryd")
    client = signed_in(learner)
    asked = {"words": "Bread & <b>cakes</b>", "category": "0721", "town": "foryd", "pattern": "evening"}
    response = client.post(WISHES, asked, follow=True)
    assert response.redirect_chain == [(WISHES, 302)]
    assert "Food processing Bread & <b>cakes</b> Foryd · Evenings ·" in text(response)
    made = Wish.objects.get()
    response = client.post(f"{WISHES}{made.pk}/take-back/", follow=True)
    assert "You have taken it back. " in text(response)
    assert "None yet." in text(response)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"category": ""}, "Choose what it is about."),
        ({"category": "07"}, "Choose what it is about."),
        ({"category": "0721", "town": "Atlantis"}, "No course is taught in a town of this name yet"),
        ({"category": "0721", "pattern": "never"}, "Select a valid choice"),
        ({"category": "0721", "town": "x" * 101}, "at most 100 characters"),
        ({"category": "0721", "town": "\x00"}, "Null characters are not allowed."),
    ],
)
def test_what_is_wrong_is_said_beside_it_and_what_was_typed_is_kept(
    learner: Any, typed: dict[str, str], said: str
) -> None:
    response = signed_in(learner).post(WISHES, {"words": "Baking"} | typed)
    assert response.status_code == 422
    assert said in text(response)
    assert 'value="Baking"' in response.content.decode()
    assert not Wish.objects.exists()


def test_another_s_wish_is_not_found(learner: Any) -> None:
    made = wishing.wish(learner=learner, category="0721", actor=ACTOR)
    [other] = learning_accounts(1)
    assert signed_in(other.learner).post(f"{WISHES}{made.pk}/take-back/").status_code == 404
    assert "Food processing" not in text(signed_in(other.learner).get(WISHES)).partition("Your wishes")[2]


def test_a_college_sees_numbers_and_nobody(django_assert_num_queries: Any) -> None:
    VenueFactory(town="Foryd")
    for account in learning_accounts(6):
        wishing.wish(learner=account.learner, category="0721", town="Foryd", words="My secret", actor=ACTOR)
    wishing.wish(learner=learning_accounts(1)[0].learner, category="0611", actor=ACTOR)
    client = at_work(ProviderFactory(), Role.COURSES)
    client.get("/provider/demand/")
    with django_assert_num_queries(DEMAND_QUERIES):
        page = text(client.get("/provider/demand/"))
    assert "Food processing Foryd 5 or more" in page
    assert "My secret" not in page
    assert "Rees" not in page
    assert "Computer use" not in page


def test_staff_without_the_role_find_nothing() -> None:
    assert at_work(ProviderFactory(), Role.MONEY).get("/provider/demand/").status_code == 404


DEMAND_QUERIES = 7
