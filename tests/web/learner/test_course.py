"""A course run's page: what it costs and why, and asking for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from accounts.models import Purse
from brokerage import assigning
from brokerage.models import Request
from ledger import now, today
from tests.factories.brokerage import an_adviser
from tests.factories.providers import CourseFactory, CourseRunFactory, ProviderFactory, RunExtraFactory
from tests.factories.sponsors import topped_up
from tests.factories.vouchers import learning_accounts
from tests.web.learner.visiting import signed_in, somebody, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def account() -> Any:
    [account] = learning_accounts(1, benefits=())
    assigning.name_advisers([account.learner], [an_adviser("Rhys Morgan", cover=an_adviser("Elin Pugh"))])
    return account


def address(run: Any) -> str:
    return f"/learner/courses/{run.pk}/"


def test_the_price_is_explained_line_by_line(account: Any) -> None:
    run = CourseRunFactory(price_minor=120_00)
    page = text(signed_in(account.learner).get(address(run)))
    assert "What it costs you £60.00 of £120.00. The rest comes from your ILA Wales account." in page
    assert "Price of the course £120.00" in page
    assert "From your account £60.00" in page
    assert "You pay, by card £60.00" in page
    assert "You would have an answer by" in page
    assert "change your mind for 14 days" in page


def test_the_description_is_text_whatever_it_holds(account: Any) -> None:
    run = CourseRunFactory(course=CourseFactory(description="<img src=x onerror=alert(1)> & more"))
    page = signed_in(account.learner).get(address(run)).content.decode()
    assert "<img src=x" not in page
    assert "&lt;img src=x onerror=alert(1)&gt; &amp; more" in page


def test_asking_makes_the_request_with_the_note(account: Any) -> None:
    run = CourseRunFactory(price_minor=120_00)
    response = signed_in(account.learner).post(address(run), {"note": "For my work."}, follow=True)
    asked = Request.objects.get(learner=account.learner)
    assert asked.learner_note == "For my work."
    assert (asked.price_minor, asked.from_purse_minor, asked.own_minor) == (120_00, 60_00, 60_00)
    assert response.redirect_chain == [(f"/learner/requests/{asked.pk}/", 302)]
    assert "Your request is sent." in text(response)
    assert "Waiting for Rhys Morgan" in text(response)


def test_pressing_twice_asks_once_and_leads_to_the_same_request(account: Any) -> None:
    run = CourseRunFactory(price_minor=120_00)
    client = signed_in(account.learner)
    first, second = client.post(address(run), {"note": ""}), client.post(address(run), {"note": ""})
    assert first.url == second.url
    assert Request.objects.count() == 1


def test_a_note_that_is_too_long_is_kept_and_asked_to_be_shorter(account: Any) -> None:
    run = CourseRunFactory(price_minor=120_00)
    response = signed_in(account.learner).post(address(run), {"note": "w" * 2001})
    assert response.status_code == 422
    assert "w" * 2001 in response.content.decode()
    assert "There is a problem" in text(response)
    assert not Request.objects.exists()


def test_a_note_of_hostile_text_is_only_text(account: Any) -> None:
    run = CourseRunFactory(price_minor=120_00)
    response = signed_in(account.learner).post(address(run), {"note": "<script>alert('x')</script>"}, follow=True)
    assert "<script>alert" not in response.content.decode()
    assert "&lt;script&gt;alert" in response.content.decode()


@pytest.mark.parametrize(
    ("situation", "said"),
    [
        ({"free": True}, "Free, no voucher needed"),
        ({"on_request": True}, "Price on request"),
        ({"past": True}, "Find courses like it"),
        ({"withdrawn": True}, "Find courses like it"),
        ({"provider": {"suspended": True}}, "Find courses like it"),
        ({"course": {"unaccredited": True}}, "Find courses like it"),
    ],
)
def test_what_cannot_be_bought_says_why_and_cannot_be_asked_for(
    account: Any, books: Callable[[], Any], situation: dict[str, Any], said: str
) -> None:
    provider = ProviderFactory(**situation.pop("provider", {}))
    run = CourseRunFactory(course=CourseFactory(provider=provider, **situation.pop("course", {})), **situation)
    client = signed_in(account.learner)
    before = books()
    page = text(client.get(address(run)))
    assert said in page
    assert "Ask for this course" not in page
    refused = client.post(address(run), {"note": "please"})
    assert refused.status_code == 422
    assert not Request.objects.exists()
    assert books() == before


def test_a_price_on_request_shows_the_provider_s_own_words(account: Any) -> None:
    run = CourseRunFactory(on_request=True)
    assert "The provider says: To be advised" in text(signed_in(account.learner).get(address(run)))


def test_somebody_whose_account_pays_nothing_is_told_why_and_what_else_there_is(account: Any) -> None:
    Purse.objects.filter(learning_account=account).update(expires_on=today() - dt.timedelta(days=1))
    run = CourseRunFactory(price_minor=120_00)
    client = signed_in(account.learner)
    page = text(client.get(address(run)))
    assert "What it costs you £120.00 the whole price: your ILA Wales account pays nothing towards this course." in page
    assert "What you can do instead" in page
    response = client.post(address(run), {"note": ""})
    assert response.status_code == 422
    assert "Your account would pay nothing towards this course." in text(response)
    assert not Request.objects.exists()


def test_somebody_without_an_account_sees_the_full_price_and_where_they_could_have_one(account: Any) -> None:
    run = CourseRunFactory(price_minor=120_00)
    client = signed_in(somebody("wales", 1))
    page = text(client.get(address(run)))
    assert "What it costs £120.00" in page
    assert "You could have one in: ILA Wales" in page
    assert "Ask for this course" not in page
    response = client.post(address(run), {"note": ""})
    assert response.status_code == 422
    assert "You need a learning account" in text(response)


def test_somebody_who_could_have_no_account_is_told_so(account: Any) -> None:
    run = CourseRunFactory(price_minor=120_00)
    page = text(signed_in(somebody("scotland", 5)).get(address(run)))
    assert "There is no scheme that you could have an account in at the moment" in page


@pytest.fixture
def run() -> Any:
    return CourseRunFactory(price_minor=120_00)


@pytest.fixture
def exam(run: Any) -> Any:
    return RunExtraFactory(run=run, title="Certificate", price_minor=40_00)


def test_what_can_be_had_with_it_is_offered_with_its_price_and_costs_nothing_until_it_is_ticked(
    account: Any, run: Any, exam: Any
) -> None:
    RunExtraFactory(run=run, title="Gone", withdrawn=True)
    page = text(signed_in(account.learner).get(address(run)))
    assert "What you need with it" in page
    assert "Exam: Certificate, £40.00" in page
    assert "Gone" not in page
    assert "What it costs you £60.00 of £120.00." in page


def test_without_javascript_the_price_with_an_exam_is_a_page_of_its_own_whose_form_asks_for_just_that(
    account: Any, run: Any, exam: Any
) -> None:
    topped_up(account, 30_00, earmark="exam")
    client = signed_in(account.learner)
    response = client.get(address(run), {"account": account.pk, "extras": [exam.pk, "nonsense"]})
    page = text(response)
    assert "What it costs you £70.00 of £160.00. The rest comes from your ILA Wales account." in page
    for line in (
        "Price of the course £120.00",
        "From your account for the course £60.00",
        "With it: Certificate £40.00",
        "What is left of it, you pay yourself £10.00",
        "All of it together £160.00",
        "From your account £90.00",
        "You pay, by card £70.00",
    ):
        assert line in page
    assert f'<input type="hidden" name="extras" value="{exam.pk}"' in response.content.decode()
    asked = client.post(address(run), {"note": "", "extras": [exam.pk]}, follow=True)
    request = Request.objects.get()
    assert (request.price_minor, request.from_purse_minor, request.own_minor) == (160_00, 90_00, 70_00)
    assert [each.title for each in request.extras.all()] == ["Certificate"]
    assert "With it: Certificate £40.00" in text(asked)


def test_a_live_request_gets_the_offer_alone(account: Any, run: Any, exam: Any) -> None:
    client = signed_in(account.learner)
    response = client.get(address(run), {"extras": exam.pk}, headers={"HX-Request": "true"})
    assert response.content.decode().lstrip().startswith('<section class="wm-card"')
    assert "HX-Request" in response.headers["Vary"]
    assert "With it: Certificate" in text(response)


def test_what_was_withdrawn_since_the_page_was_shown_is_refused_in_words_and_nothing_is_asked(
    account: Any, run: Any, exam: Any
) -> None:
    type(exam).objects.filter(pk=exam.pk).update(withdrawn_at=now())
    response = signed_in(account.learner).post(address(run), {"note": "", "extras": [exam.pk]})
    assert response.status_code == 422
    assert "Something that you chose cannot be had with this course any more." in text(response)
    assert not Request.objects.exists()


def test_a_course_that_does_not_exist_is_not_found(account: Any) -> None:
    assert signed_in(account.learner).get(f"/learner/courses/{uuid4()}/").status_code == 404


def test_it_costs_the_same_queries_with_other_dates_and_peers(account: Any, django_assert_num_queries: Any) -> None:
    run = CourseRunFactory(price_minor=120_00)
    client = signed_in(account.learner)
    client.get(address(run))
    with django_assert_num_queries(QUERIES):
        client.get(address(run))
    for _ in range(5):
        CourseRunFactory(course=run.course)
        CourseRunFactory(course=CourseFactory(category=run.course.category))
    with django_assert_num_queries(QUERIES):
        client.get(address(run))


QUERIES = 30
