"""Saving courses for later, and setting them side by side."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from brokerage import saving
from brokerage.models import Saved
from ledger import now
from providers.models import CourseRun
from tests.factories.providers import CourseFactory, CourseRunFactory, VenueFactory
from tests.factories.vouchers import ACTOR, learning_accounts
from tests.web.learner.visiting import signed_in, somebody, text
from vouchers import track_records
from vouchers.track_records import Share, TrackRecord

pytestmark = pytest.mark.django_db

SHELF, COMPARE = "/learner/saved/", "/learner/compare/"


def a_course(title: str = "Bookkeeping", **run: Any) -> CourseRun:
    found: CourseRun = CourseRunFactory(course=CourseFactory(title=title), **run)
    return found


@pytest.fixture
def learner() -> Any:
    return learning_accounts(1, benefits=())[0].learner


@pytest.fixture
def client(learner: Any) -> Client:
    return signed_in(learner)


def button(run: CourseRun) -> str:
    return f"/learner/courses/{run.pk}/save/"


def test_saved_from_the_list_it_leads_back_to_the_list(client: Client) -> None:
    run = a_course()
    page = client.get("/learner/courses/", {"q": "bookkeeping"})
    assert "Save for later" in text(page)
    response = client.post(button(run), {"back": "/learner/courses/?q=bookkeeping"}, follow=True)
    assert response.redirect_chain == [("/learner/courses/?q=bookkeeping", 302)]
    assert "★ Saved" in text(response)
    assert "Bookkeeping" in text(client.get(SHELF))


def test_pressed_again_it_is_let_go(client: Client, learner: Any) -> None:
    run = a_course()
    client.post(button(run))
    response = client.post(button(run), {"let_go": "on"}, follow=True)
    assert "You have saved nothing yet." in text(response)
    assert not Saved.objects.exists()


def test_with_htmx_only_the_button_comes_back(client: Client) -> None:
    run = a_course()
    response = client.post(button(run), headers={"HX-Request": "true"})
    assert text(response).startswith("★ Saved")
    assert 'name="let_go"' in response.content.decode()
    assert b"<html" not in response.content


@pytest.mark.parametrize("back", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"])
def test_it_leads_to_no_other_site(client: Client, back: str) -> None:
    assert client.post(button(a_course()), {"back": back}).url == SHELF


def test_a_course_that_does_not_exist_cannot_be_saved(client: Client) -> None:
    assert client.post(f"/learner/courses/{uuid4()}/save/").status_code == 404


def test_when_there_is_no_room_it_says_so_and_nothing_changes(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saving, "MOST", 1)
    client.post(button(a_course()))
    response = client.post(button(a_course()), follow=True)
    assert "You have saved 1 courses, and there is no room for more. Take away one" in text(response)
    assert Saved.objects.count() == 1


def test_the_shelf_says_what_has_changed_in_words(client: Client, learner: Any) -> None:
    dearer, gone = a_course("Bookkeeping", price_minor=100_00), a_course("Welding")
    for run in (dearer, gone):
        saving.save(run.pk, learner=learner, actor=ACTOR)
    CourseRun.objects.filter(pk=dearer.pk).update(price_minor=110_00)
    CourseRun.objects.filter(pk=gone.pk).update(withdrawn_at=now())
    page = text(client.get(SHELF))
    assert "Price changed It cost £100.00 when you saved it, and costs £110.00 now." in page
    assert "£55.00 you pay, of £110.00" in page
    assert "No longer on sale" in page


def test_the_shelf_costs_the_same_queries_for_one_and_for_many(
    client: Client, learner: Any, django_assert_num_queries: Any
) -> None:
    saving.save(a_course().pk, learner=learner, actor=ACTOR)
    client.get(SHELF)
    with django_assert_num_queries(SHELF_QUERIES):
        client.get(SHELF)
    for _ in range(5):
        saving.save(a_course(venue=VenueFactory()).pk, learner=learner, actor=ACTOR)
    with django_assert_num_queries(SHELF_QUERIES):
        client.get(SHELF)


def test_courses_stand_side_by_side_in_the_order_of_the_address(client: Client) -> None:
    first = a_course("Bookkeeping", price_minor=120_00, places=12, hours=30)
    second = a_course("Welding", mode=CourseRun.Mode.ONLINE, free=True)
    response = client.get(COMPARE, {"run": [str(second.pk), str(first.pk)]})
    page = text(response)
    assert page.index("Welding") < page.index("Bookkeeping")
    assert "You pay Free no voucher needed £60.00 you pay, of £120.00" in page
    assert "£60.00 from your account, £60.00 from you" in page
    assert "Taught hours The provider has not said 30" in page
    assert "How far No travel We do not know" in page
    assert "Places The provider has not said 12 places, 0 taken with vouchers" in page
    assert "Completed by Too few learners yet to say" in page
    assert "A talk first, then you choose." in page
    assert response.content.decode().count('<th scope="row"') == 11


def test_how_far_it_is_from_the_learner_s_own_postcode(client: Client, learner: Any) -> None:
    VenueFactory(town="Cardiff", postcode="CF10 1AA", latitude="51.4816", longitude="-3.1791")
    learner.postcode = "CF10 1AA"
    learner.save()
    run = a_course(venue=VenueFactory(town="Swansea", latitude="51.6214", longitude="-3.9436"))
    assert "About 34 miles from CF10 1AA in a straight line Swansea" in text(client.get(COMPARE, {"run": run.pk}))


@pytest.mark.parametrize("typed", [[], ["nonsense"], ["00000000-0000-0000-0000-000000000000"], ["\x00", "' OR 1=1"]])
def test_an_address_that_names_no_course_says_what_to_do(client: Client, typed: list[str]) -> None:
    response = client.get(COMPARE, {"run": typed})
    assert response.status_code == 200
    assert "Tick up to 4 courses" in text(response)


def test_of_more_than_four_the_first_four_are_shown_and_each_can_be_taken_away(client: Client) -> None:
    runs = [a_course(f"Course {letter}") for letter in "ABCDE"]
    response = client.get(COMPARE, {"run": [str(run.pk) for run in runs]})
    page = text(response)
    assert "You chose more than 4. These are the first 4." in page
    assert "Course D" in page
    assert "Course E" not in page
    rest = "&amp;".join(f"run={run.pk}" for run in runs[1:4])
    assert f'href="?{rest}"' in response.content.decode()


def test_the_numbers_are_shown_once_there_are_enough(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    run = a_course()
    known = TrackRecord(Share(85, 40), Share(90, 20))
    monkeypatch.setattr("web.learner.comparing.track_records", lambda courses: dict.fromkeys(courses, known))
    page = text(client.get(COMPARE, {"run": run.pk}))
    assert "Completed by About 85 % of 40 or more learners" in page
    assert "Recommended by About 90 % of 20 or more who answered" in page


def test_it_costs_the_same_queries_for_one_and_for_four(client: Client, django_assert_num_queries: Any) -> None:
    runs = [a_course(venue=VenueFactory()) for _ in range(4)]
    client.get(COMPARE, {"run": runs[0].pk})
    with django_assert_num_queries(COMPARE_QUERIES):
        client.get(COMPARE, {"run": runs[0].pk})
    with django_assert_num_queries(COMPARE_QUERIES):
        client.get(COMPARE, {"run": [run.pk for run in runs]})


def test_somebody_without_an_account_compares_full_prices() -> None:
    run = a_course(price_minor=120_00)
    assert "You pay £120.00" in text(signed_in(somebody()).get(COMPARE, {"run": run.pk}))


def test_too_few_of_anything_is_none() -> None:
    assert track_records.share(9, 9) is None
    assert track_records.share(9, 10) == Share(90, 10)
    assert track_records.share(17, 19) == Share(90, 10)
    assert track_records.share(0, 25) == Share(0, 20)


SHELF_QUERIES = 20
COMPARE_QUERIES = 24
