"""What could I get? Each kind of verdict in exact words, no trace of anybody who asks, and bad answers kept."""

from __future__ import annotations

import logging
import re
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from structlog.testing import capture_logs

from accounts import schemes
from accounts.models import Learner, LearningAccount
from brokerage.models import GuidanceOrganisation
from ledger import today
from ledger.models import Event
from tests.factories.accounts import ACTOR, a_scheme, rules
from tests.web.learner.visiting import signed_in, somebody, text

pytestmark = pytest.mark.django_db
ADDRESS = "/what-could-i-get/"
ANSWERS = {
    "date_of_birth_day": "9",
    "date_of_birth_month": "3",
    "date_of_birth_year": "1980",
    "residence": "wales",
    "qualification": "2",
    "benefits": ["none"],
    "price": "",
}


@pytest.fixture
def wales() -> Any:
    return a_scheme()


def a_fund(name: str = "Skills Fund", **parts: Any) -> Any:
    """A scheme of the town with ILA Wales's rules, of which these parts are replaced."""
    slug = name.lower().replace(" ", "-")
    data = {"slug": slug, "name": name, "funder_name": "Foryd Council", "currency": "GBP", "rules": rules() | parts}
    return schemes.set_up(data, actor=ACTOR)


def answer(**changes: Any) -> Any:
    return Client().post(ADDRESS, ANSWERS | changes)


def test_the_page_asks_only_what_some_scheme_asks(wales: Any) -> None:
    page = text(Client().get(ADDRESS))
    for question in ("When were you born?", "Where do you live?", "What is your highest qualification?"):
        assert question in page
    assert "Do you get any of these benefits?" in page
    for question in ("Do you work?", "Is any of this true for you?", "How much money comes in"):
        assert question not in page
    a_fund(who={"employment": ["employed"], "needs": ["carer"], "income_at_most_minor": 22_000_00})
    page = text(Client().get(ADDRESS))
    assert "Do you work? Employed Self-employed Unemployed Not looking for work I would rather not say" in page
    assert "Is any of this true for you? You do not have to say." in page
    assert "Before tax. A rough idea is enough. Up to £22,000 More than £22,000 I would rather not say" in page


def test_each_level_comes_with_examples(wales: Any) -> None:
    page = text(Client().get(ADDRESS))
    assert "Level 3 for example A levels, an Access to Higher Education Diploma, NVQ level 3" in page


def test_who_is_eligible_reads_what_they_would_get(wales: Any) -> None:
    response = answer()
    assert response.status_code == 200
    page = text(response)
    assert "From what you say, you could have money for learning from one scheme." in page
    assert "ILA Wales You could have this Welsh Government £200.00" in page
    assert "Courses. You can get it again after a year. You have a year to spend it." in page
    assert "50 % for any accredited course, at most £100.00 in your year" in page
    assert "It may be more" not in page


def test_several_awards_are_told_apart_by_what_they_are_for_and_how_long(wales: Any) -> None:
    awards = [
        {"code": "core", "amount_minor": 500_00, "period": "rolling_year", "years": 5, "purse_days": 1826},
        {"code": "it", "amount_minor": 90_00, "period": "once", "purse_days": 30, "categories": ["0611"]},
        {"code": "exam", "amount_minor": 60_00, "period": "calendar_year", "purse_days": None, "earmark": "exam"},
    ]
    a_fund(awards=awards)
    page = text(answer())
    assert "£650.00 to spend on learning" in page
    assert "Courses You can get it again after 5 years. You have 5 years to spend it. £500.00" in page
    assert "Courses in Computer use You get it once. You have 30 days to spend it. £90.00" in page
    assert "Exams You can get it each year, from January on. It does not run out. £60.00" in page


def test_what_makes_it_more_is_said_and_so_is_what_could(wales: Any) -> None:
    more = {"code": "care", "percent": 50, "who": {"needs": ["carer"]}}
    a_fund(who={}, awards=[rules()["awards"][0] | {"more": [more]}])
    assert "£100 of it is on top, because of what you told us." in text(answer(needs=["carer"]))
    page = text(answer())
    assert "It may be more We need to know whether you have one of these needs: Caring for somebody." in page


def test_who_is_not_reads_every_reason(wales: Any) -> None:
    page = text(answer(residence="elsewhere", qualification="6"))
    assert (
        "ILA Wales Not for you Welsh Government From what you say, you cannot have it, because: "
        "It is for people who live in Wales. It is for people qualified to level 2 or below."
    ) in page


def test_who_is_too_young_reads_from_which_day_and_what_they_would_get_then(wales: Any) -> None:
    year = today().year - 17
    page = text(answer(date_of_birth_day="31", date_of_birth_month="12", date_of_birth_year=str(year)))
    assert f"ILA Wales From 31 December {year + 18} Welsh Government Not yet. You have to wait, because:" in page
    assert f"It is for people from the age of 18: you can have it from 31 December {year + 18}." in page
    assert "By the rules of today, this is what you would get then: £200.00" in page


def test_nothing_answered_reads_everything_that_we_need_to_know(wales: Any) -> None:
    page = text(Client().post(ADDRESS, {}))
    assert "We need to know a little more before we can say." in page
    assert (
        "Tell us a little more, and we can say: We need to know where you live. "
        "We need to know your date of birth. We need to know your highest qualification."
    ) in page


def test_what_they_would_have_to_show_is_listed_with_who_looks_at_it(wales: Any) -> None:
    proofs = [
        {"criterion": "residence", "documents": ["utility_bill", "official_letter"]},
        {"criterion": "age", "documents": ["passport"], "checked_by": "scheme"},
    ]
    a_fund(proofs=proofs)
    page = text(answer())
    assert (
        "What you would have to show "
        "Where you live: a bill with your address or a letter from an authority. An adviser looks at it. "
        "Age: a passport or an identity card. The people who run the scheme look at it."
    ) in page


def test_a_course_is_tried_at_a_price_line_by_line(wales: Any) -> None:
    page = text(answer(price="£1,200.50"))
    assert "With ILA Wales you would pay £1,100.50" in page
    assert "Price of the course £1,200.50" in page
    assert "The most it pays towards such courses in your year, less what you have used £100.00" in page
    assert "From your account £100.00 You pay, by card £1,100.50" in page


def test_a_course_that_matters_by_subject_and_hours_is_asked_about(wales: Any) -> None:
    bands = [
        {"code": "it", "rate_percent": 100, "categories": ["0611"], "per_hour_minor": 2_00},
        {"code": "all", "rate_percent": 20},
    ]
    a_fund(price={"bands": bands})
    assert "With Skills Fund you would pay £80.00" in text(answer(price="100"))
    assert "With Skills Fund you would pay £40.00" in text(answer(price="100", category="0611", hours="30"))
    assert "With Skills Fund you would pay £100.00" in text(answer(price="100", category="0611"))


def test_whom_no_scheme_is_for_reads_whom_to_telephone(wales: Any) -> None:
    GuidanceOrganisation.objects.create(name="Foryd Careers", telephone="01990 555 010")
    GuidanceOrganisation.objects.create(name="Thornby Next Step")
    response = answer(residence="elsewhere")
    page = text(response)
    assert "From what you say, there is no scheme here that you could join today." in page
    assert "There may be something else Talk to an adviser. It is free of charge." in page
    assert "Foryd Careers 01990 555 010 Thornby Next Step" in page
    assert 'href="tel:01990555010"' in response.content.decode()


def test_where_no_scheme_takes_new_people_it_says_so() -> None:
    response = Client().get(ADDRESS)
    assert response.status_code == 200
    assert "No scheme takes new people at the moment" in text(response)
    assert "<form method" not in response.content.decode()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"date_of_birth_day": "31", "date_of_birth_month": "2"}, "Your date of birth is not a real day."),
        ({"date_of_birth_day": "x"}, "Your date of birth is not a real day."),
        ({"date_of_birth_year": "80"}, "Your date of birth is not a real day."),
        ({"date_of_birth_year": "٢٠٠٠"}, "Your date of birth is not a real day."),
        ({"date_of_birth_month": ""}, "Your date of birth needs a day, a month and a year."),
        ({"date_of_birth_year": "2980"}, "Your date of birth is in the past. Look at the year again."),
        ({"date_of_birth_year": "1780"}, "That is very long ago. Look at the year again."),
        ({"residence": "atlantis"}, "Select a valid choice. atlantis is not one of the available choices."),
        ({"qualification": "9"}, "Select a valid choice. 9 is not one of the available choices."),
        ({"benefits": ["none", "income_support"]}, "Choose what is true for you, or “None of these”, but not both."),
        ({"price": "many"}, "Give the price in numbers, such as 250 or 250.50."),
        ({"price": "1,2,3"}, "Give the price in numbers, such as 250 or 250.50."),
        ({"price": "NaN"}, "Give the price in numbers, such as 250 or 250.50."),
        ({"price": "-5"}, "Give the price in numbers, such as 250 or 250.50."),
        ({"price": "0"}, "Give a price of more than nothing, up to a million."),
        ({"price": "1000000.01"}, "Give a price of more than nothing, up to a million."),
    ],
)
def test_an_impossible_answer_is_named_and_what_was_typed_is_kept(
    wales: Any, wrong: dict[str, Any], sentence: str
) -> None:
    response = answer(**wrong)
    page = text(response)
    assert response.status_code == 422
    assert page.startswith("There is a problem " + sentence)
    assert "What you could get" not in page
    body = response.content.decode()
    for name, value in wrong.items():
        if value and name.startswith(("date_of_birth", "price")):
            assert f'value="{value}"' in body
    assert re.search(r'value="wales"\s+checked', body) or "residence" in wrong


def test_what_is_typed_stays_text(wales: Any) -> None:
    page = answer(price='"><script>alert(1)</script>').content.decode()
    assert "<script>alert(1)" not in page


def test_nothing_of_a_stranger_is_kept(wales: Any, caplog: pytest.LogCaptureFixture, capfd: Any) -> None:
    before = [model.objects.count() for model in (Session, Event, Learner, LearningAccount)]
    client = Client()
    with (
        capture_logs() as logs,
        caplog.at_level(logging.DEBUG),
        CaptureQueriesContext(
            connection,
        ) as queries,
    ):
        response = client.post(ADDRESS, ANSWERS | {"date_of_birth_year": "1907", "benefits": "income_support"})
    assert response.status_code == 200
    assert all(query["sql"].startswith("SELECT") for query in queries)
    assert [model.objects.count() for model in (Session, Event, Learner, LearningAccount)] == before
    assert set(client.cookies) <= {"csrftoken"}
    assert "no-store" in response["Cache-Control"]
    assert not response.has_header("Location")
    shown = capfd.readouterr()
    for answered in ("1907", "income_support", "Income Support"):
        assert answered not in f"{logs}{caplog.text}{shown.out}{shown.err}"


def test_the_session_of_somebody_who_is_signed_in_is_not_touched(wales: Any) -> None:
    client = signed_in(somebody())
    before = dict(client.session)
    with CaptureQueriesContext(connection) as queries:
        assert client.post(ADDRESS, ANSWERS).status_code == 200
    assert dict(client.session) == before
    assert all(query["sql"].startswith("SELECT") for query in queries)


def test_answers_in_an_address_are_not_read(wales: Any) -> None:
    response = Client().get(ADDRESS, ANSWERS)
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    assert "You could have this" not in text(response)
    assert 'value="1980"' not in response.content.decode()
    assert Client().put(ADDRESS).status_code == 405


def test_it_costs_as_many_queries_for_one_scheme_and_for_ten(wales: Any, django_assert_num_queries: Any) -> None:
    # The clock, twice in a demonstration; the schemes with their rules; whom to telephone.
    with django_assert_num_queries(4):
        answer(price="100")
    for number in range(9):
        a_fund(f"Fund {number}", who={"residence": ["wales", "england"], "income_at_most_minor": 1000_00 + number})
    with django_assert_num_queries(4):
        assert "from one scheme" in text(answer(price="100"))


def test_the_front_door_and_a_learner_without_an_account_are_shown_the_way(wales: Any) -> None:
    assert f'href="{ADDRESS}"' in Client().get("/").content.decode()
    assert 'href="/learner/open/"' in signed_in(somebody()).get("/learner/").content.decode()
