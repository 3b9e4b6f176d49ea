"""Finding a course: what fits, and what each would cost this learner."""

from __future__ import annotations

import datetime as dt
from html import unescape
from typing import Any

import pytest
from django.utils.formats import date_format

from ledger import today
from providers import facets
from providers.gathering import gather_words
from providers.models import CourseRun
from tests.factories.providers import CourseFactory, CourseRunFactory, VenueFactory
from tests.factories.vouchers import learning_accounts
from tests.web.learner.visiting import signed_in, text

pytestmark = pytest.mark.django_db

ADDRESS = "/learner/courses/"


def a_course(title: str = "Bookkeeping", **run: Any) -> CourseRun:
    course = {name: run.pop(name) for name in ("category", "level") if name in run}
    found: CourseRun = CourseRunFactory(course=CourseFactory(title=title, **course), **run)
    return found


@pytest.fixture
def learner() -> Any:
    return learning_accounts(1, benefits=())[0].learner


def test_the_price_is_what_this_learner_would_pay(learner: Any) -> None:
    a_course(price_minor=120_00)
    page = text(signed_in(learner).get(ADDRESS))
    assert "1 course" in page
    assert "£60.00 you pay, of £120.00" in page


def test_free_and_on_request_are_never_each_other(learner: Any) -> None:
    a_course("Reading circle", free=True)
    a_course("Welding", on_request=True)
    page = text(signed_in(learner).get(ADDRESS))
    assert "Free no voucher needed" in page
    assert "Price on request" in page


def test_words_find_the_course(learner: Any) -> None:
    a_course("Bookkeeping")
    a_course("Welding")
    page = text(signed_in(learner).get(ADDRESS, {"q": "bookkeep"}))
    assert "Bookkeeping" in page
    assert "Welding" not in page


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"category": "0411"}, "Accounts"),
        ({"town": "Foryd"}, "Seaside"),
        ({"mode": "online"}, "Online"),
        ({"pattern": "weekend"}, "Weekend"),
        ({"level": "3"}, "Advanced"),
        ({"afford": "on"}, "Cheap"),
    ],
)
def test_each_filter_leaves_only_what_fits(learner: Any, wanted: dict[str, str], found: str) -> None:
    a_course("Accounts", category="0411", price_minor=900_00)
    a_course("Seaside", venue=VenueFactory(town="Foryd"), price_minor=900_00)
    a_course("Online", mode=CourseRun.Mode.ONLINE, price_minor=900_00)
    a_course("Weekend", pattern=CourseRun.Pattern.WEEKEND, price_minor=900_00)
    a_course("Advanced", level=3, price_minor=900_00)
    a_course("Cheap", price_minor=200_00)
    page = text(signed_in(learner).get(ADDRESS, wanted))
    titles = ["Accounts", "Seaside", "Online", "Weekend", "Advanced", "Cheap"]
    shown = [title for title in titles if f"{title} College" in page]
    assert shown == [found]


def test_what_is_affordable_has_free_courses_and_none_without_a_price(learner: Any) -> None:
    a_course("Reading circle", free=True)
    a_course("Welding", on_request=True)
    a_course("Flying", price_minor=200_01)
    page = text(signed_in(learner).get(ADDRESS, {"afford": "on"}))
    assert "Reading circle" in page
    assert "Welding" not in page
    assert "Flying" not in page


def test_a_later_start_leaves_out_what_starts_before(learner: Any) -> None:
    a_course("Soon", starts_on=today() + dt.timedelta(days=5))
    a_course("Later", starts_on=today() + dt.timedelta(days=50))
    page = text(signed_in(learner).get(ADDRESS, {"starts_from": (today() + dt.timedelta(days=20)).isoformat()}))
    assert "Later" in page
    assert "Soon" not in page


@pytest.mark.parametrize(
    "typed",
    [
        {"q": "'; DROP TABLE ledger_transfer; --"},
        {"q": "<script>alert(1)</script>"},
        {"q": "x" * 201},
        {"q": "\x00"},
        {"q": "((( & | ! :*"},
        {"starts_from": "31 February"},
        {"level": "99"},
        {"category": "nothing"},
        {"town": "Atlantis"},
        {"page": "-1"},
        {"page": "many"},
        {"account": "not-an-account"},
    ],
)
def test_whatever_is_typed_gets_an_answer_and_nothing_typed_is_markup(learner: Any, typed: dict[str, str]) -> None:
    a_course()
    response = signed_in(learner).get(ADDRESS, typed)
    assert response.status_code == 200
    assert "<script>alert" not in response.content.decode()


def test_a_wrong_day_is_said_beside_the_field_and_stays_in_it(learner: Any) -> None:
    response = signed_in(learner).get(ADDRESS, {"starts_from": "31 February"})
    page = response.content.decode()
    assert "Give a day, such as 2026-12-31." in page
    assert 'value="31 February"' in page


def test_a_wrong_field_does_not_undo_the_right_ones(learner: Any) -> None:
    a_course("Bookkeeping")
    a_course("Welding")
    page = text(signed_in(learner).get(ADDRESS, {"q": "welding", "starts_from": "soon"}))
    assert "Welding" in page
    assert "Bookkeeping" not in page


def test_as_somebody_types_only_the_results_come(learner: Any) -> None:
    a_course()
    client = signed_in(learner)
    live = client.get(ADDRESS, headers={"HX-Request": "true"})
    assert b"<html" not in live.content
    assert b'id="found"' in live.content
    assert "HX-Request" in live.headers["Vary"]
    back = client.get(ADDRESS, headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert b"<html" in back.content


def test_pages_turn_and_keep_what_was_asked(learner: Any) -> None:
    for number in range(14):
        a_course(f"Bookkeeping {number}")
    client = signed_in(learner)
    first = client.get(ADDRESS, {"q": "bookkeeping"})
    assert "Page 1 of 2" in text(first)
    assert "q=bookkeeping&amp;page=2" in first.content.decode()
    assert "Page 2 of 2" in text(client.get(ADDRESS, {"q": "bookkeeping", "page": "2"}))


def test_somebody_else_s_account_prices_nothing(learner: Any) -> None:
    a_course(price_minor=120_00)
    [theirs] = learning_accounts(1)
    page = text(signed_in(learner).get(ADDRESS, {"account": str(theirs.pk)}))
    assert "£60.00 you pay" in page


def test_a_slip_of_the_finger_is_put_right_and_can_be_insisted_on(learner: Any) -> None:
    a_course("Plumbing")
    gather_words()
    client = signed_in(learner)
    page = client.get(ADDRESS, {"q": "plumming", "level": "1"})
    assert "Showing results for plumbing . Search instead for plumming" in text(page)
    assert 'href="/learner/courses/?q=plumming&amp;level=1&amp;as_typed=on"' in page.content.decode()
    insisted = text(client.get(ADDRESS, {"q": "plumming", "as_typed": "on"}))
    assert "Nothing fits all of that" in insisted
    assert "Showing results for" not in insisted


def test_each_choice_says_how_many_courses_it_leaves_and_is_a_plain_link(learner: Any) -> None:
    a_course("Bookkeeping", level=2)
    a_course("Accounting", level=2)
    a_course("Advanced", level=3)
    page = signed_in(learner).get(ADDRESS, {"q": ""})
    assert "Level 2 2 courses Level 3 1 course" in text(page)
    assert 'href="/learner/courses/?q=&amp;level=3"' in page.content.decode()


def test_what_is_chosen_can_be_taken_away_one_by_one(learner: Any) -> None:
    a_course("Bookkeeping", level=2, category="0411", mode=CourseRun.Mode.ONLINE)
    asked = {
        "level": "2",
        "mode": "online",
        "category": "0411",
        "starts_from": today().isoformat(),
        "pay_at_most": "60",
    }
    page = signed_in(learner).get(ADDRESS, asked).content.decode()
    chips = unescape(page[page.index('<ul class="wm-chips">') :].partition("</ul>")[0])
    for name, value in asked.items():
        others = "&".join(f"{other}={given}" for other, given in asked.items() if other != name)
        assert f'href="/learner/courses/?{others}"' in chips, (name, value)
    day = date_format(today(), "j F Y")
    for words in ("Online", "Level 2", "Accounting and taxation", f"From {day}", "At most £60.00"):
        assert words in chips
    assert 'type="hidden" name="level" value="2"' in page


def test_a_choice_that_leaves_nothing_can_still_be_taken_away(learner: Any) -> None:
    a_course("Bookkeeping", level=2)
    page = text(signed_in(learner).get(ADDRESS, {"level": "2", "town": "Atlantis"}))
    assert "0 courses" in page
    assert "Take away: Atlantis" in page
    assert "take one of the filters above away" in page


def test_near_a_place_it_says_how_far_each_is_and_how_far_the_nearest(learner: Any) -> None:
    VenueFactory(town="Cardiff", postcode="CF10 1AA", latitude="51.4816", longitude="-3.1791")
    a_course("Welding", venue=VenueFactory(town="Swansea", latitude="51.6214", longitude="-3.9436"))
    client = signed_in(learner)
    assert "34 miles away" in text(client.get(ADDRESS, {"near": "cardiff"}))
    nothing = client.get(ADDRESS, {"near": "CF10", "within": "10"})
    assert "There is nothing within 10 miles of CF10. The nearest is 34 miles away." in text(nothing)
    assert 'href="/learner/courses/?near=CF10">Look at any distance' in nothing.content.decode()


def test_a_place_that_nobody_knows_is_said_beside_the_field(learner: Any) -> None:
    a_course("Welding")
    page = text(signed_in(learner).get(ADDRESS, {"near": "Atlantis", "within": "10"}))
    assert "We do not know where that is." in page
    assert "Welding" in page


def test_the_most_somebody_would_pay_is_what_is_left_after_their_account(learner: Any) -> None:
    a_course("Half of it", price_minor=120_00)
    a_course("A penny more", price_minor=120_02)
    a_course("Nothing", free=True)
    a_course("Who knows", on_request=True)
    page = text(signed_in(learner).get(ADDRESS, {"pay_at_most": "60"}))
    assert "2 courses" in page
    assert "Half of it" in page
    assert "Nothing" in page
    assert "A penny more" not in page


@pytest.mark.parametrize("typed", ["much", "-1", "1e9", "NaN", "9" * 50])
def test_an_amount_that_is_none_narrows_nothing(learner: Any, typed: str) -> None:
    a_course("Welding")
    response = signed_in(learner).get(ADDRESS, {"pay_at_most": typed})
    assert response.status_code == 200
    assert "Welding" in text(response)


def test_of_more_than_are_counted_each_number_is_the_least(learner: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        a_course(f"Bookkeeping {number}")
    monkeypatch.setattr(facets, "COUNTED", 2)
    page = text(signed_in(learner).get(ADDRESS))
    assert "each number is the least there are" in page
    assert "2+ courses or more" in page or "3+ courses or more" in page


def test_a_page_beyond_the_last_is_the_last(learner: Any) -> None:
    for number in range(14):
        a_course(f"Bookkeeping {number}")
    assert "Page 2 of 2" in text(signed_in(learner).get(ADDRESS, {"page": "99"}))


def test_somebody_who_is_not_signed_in_sees_full_prices(client: Any, django_assert_num_queries: Any) -> None:
    a_course("Welding", price_minor=120_00)
    with django_assert_num_queries(4):
        page = text(client.get("/courses/", {"pay_at_most": "120"}))
    assert "1 course" in page
    assert "£120.00" in page
    assert "Sign in to see what you would pay yourself." in page
    assert "you pay" not in page
    assert "afford" not in page
    assert "Welding" not in text(client.get("/courses/", {"pay_at_most": "119.99"}))


def test_it_costs_the_same_queries_for_one_course_and_for_a_page_of_them(
    learner: Any, django_assert_num_queries: Any
) -> None:
    a_course()
    client = signed_in(learner)
    client.get(ADDRESS)
    with django_assert_num_queries(QUERIES):
        client.get(ADDRESS)
    for number in range(11):
        a_course(f"Course {number}", venue=VenueFactory())
    with django_assert_num_queries(QUERIES):
        client.get(ADDRESS)


QUERIES = 21  # one of them: what is saved
