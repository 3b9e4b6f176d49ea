"""How a course was: the learner says it, a person at the scheme reads it, everybody sees it, the provider answers."""

from __future__ import annotations

from typing import Any

import pytest

from providers.models import Role
from tests.factories.accounts import a_manager
from tests.factories.providers import ProviderFactory, StaffFactory
from tests.factories.vouchers import a_scheme, a_voucher, learning_accounts
from tests.vouchers.test_feeding_back import give, spoken_of
from tests.web.learner.visiting import signed_in, text
from tests.web.provider.visiting import at_work
from tests.web.provider.visiting import signed_in as user_signed_in
from vouchers.feedback import Feedback, Remark
from vouchers.models import State

pytestmark = pytest.mark.django_db


def test_the_learner_is_asked_at_home_and_on_the_voucher_and_once_only() -> None:
    voucher = a_voucher(state=State.CLOSED)
    client, page = signed_in(voucher.learner), f"/learner/vouchers/{voucher.pk}/"
    assert f"How was {voucher.run.course.title}?" in text(client.get("/learner/"))
    assert "Say how it was" in text(client.get(page))
    response = client.post(f"{page}feedback/", {"recommends": "no", "words": "Too fast."}, follow=True)
    assert response.redirect_chain == [(page, 302)]
    assert "You would not recommend it. Too fast. A person at your scheme reads it before it is shown." in text(
        response
    )
    assert "How was" not in text(client.get("/learner/"))
    assert client.post(f"{page}feedback/", {"recommends": "yes"}).url == page
    assert Feedback.objects.get().recommends is False


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"words": "Good."}, "Choose yes or no."),
        ({"recommends": "maybe", "words": "Good."}, "Select a valid choice"),
        ({"recommends": "yes", "words": "Good." + "w" * 1000}, "at most 1000 characters"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(typed: dict[str, str], said: str) -> None:
    voucher = a_voucher(state=State.CLOSED)
    response = signed_in(voucher.learner).post(f"/learner/vouchers/{voucher.pk}/feedback/", typed)
    assert response.status_code == 422
    assert said in text(response)
    assert "Good." in response.content.decode()
    assert not Feedback.objects.exists()


def test_another_s_voucher_is_not_found() -> None:
    voucher, [other] = a_voucher(state=State.CLOSED), learning_accounts(1)
    client = signed_in(other.learner)
    assert client.get(f"/learner/vouchers/{voucher.pk}/feedback/").status_code == 404
    assert client.post(f"/learner/vouchers/{voucher.pk}/feedback/", {"recommends": "yes"}).status_code == 404
    assert not Feedback.objects.exists()


def test_words_are_text_whatever_they_hold_and_are_read_before_they_are_shown() -> None:
    remark = give(a_voucher(state=State.CLOSED), "<script>alert(1)</script>").remarks.get()
    client = user_signed_in(a_manager(a_scheme()).user)
    page = client.get("/scheme/feedback/").content.decode()
    assert "1 text waits to be read" in page
    assert "<script>alert(1)" not in page
    assert "It is shown." in text(client.post(f"/scheme/feedback/{remark.pk}/", {"verdict": "show"}, follow=True))
    assert Remark.objects.get().state == "shown"


def test_held_back_the_learner_is_told_why() -> None:
    voucher = a_voucher(state=State.CLOSED)
    remark = give(voucher, "My teacher Mr Rees").remarks.get()
    client = user_signed_in(a_manager(a_scheme()).user)
    client.post(f"/scheme/feedback/{remark.pk}/", {"verdict": "names"})
    page = text(signed_in(voucher.learner).get(f"/learner/vouchers/{voucher.pk}/"))
    assert "Your answer counts. Your words are not shown: They tell who somebody is." in page


@pytest.mark.parametrize("verdict", ["", "burn"])
def test_without_a_verdict_nothing_happens(verdict: str) -> None:
    remark = give(a_voucher(state=State.CLOSED), "Good.").remarks.get()
    client = user_signed_in(a_manager(a_scheme()).user)
    response = client.post(f"/scheme/feedback/{remark.pk}/", {"verdict": verdict}, follow=True)
    assert "Say whether it is shown." in text(response)
    assert Remark.objects.get().state == "waiting"


def test_a_manager_of_another_scheme_sees_and_decides_nothing() -> None:
    remark = give(a_voucher(state=State.CLOSED), "Good.").remarks.get()
    client = user_signed_in(a_manager(a_scheme("ita-scotland")).user)
    assert "0 texts wait to be read" in text(client.get("/scheme/feedback/"))
    assert client.post(f"/scheme/feedback/{remark.pk}/", {"verdict": "show"}).status_code == 404
    assert Remark.objects.get().state == "waiting"


def test_the_queue_costs_the_same_queries_for_one_and_for_many(django_assert_num_queries: Any) -> None:
    client = user_signed_in(a_manager(a_scheme()).user)
    give(a_voucher(state=State.CLOSED), "Good.")
    client.get("/scheme/feedback/")
    with django_assert_num_queries(QUEUE_QUERIES):
        client.get("/scheme/feedback/")
    for _ in range(4):
        give(a_voucher(state=State.CLOSED), "Good.")
    with django_assert_num_queries(QUEUE_QUERIES):
        client.get("/scheme/feedback/")


def test_the_provider_answers_without_learning_who_it_was() -> None:
    staff = StaffFactory(provider=ProviderFactory())
    bought, remarks = spoken_of(staff.provider)
    client = user_signed_in(staff.user)
    page = text(client.get("/provider/courses/feedback/"))
    assert "Words 0" in page
    assert bought[0].learner.family_name not in page
    address = f"/provider/courses/feedback/{remarks[0].pk}/"
    empty = client.post(address, {"words": ""})
    assert (empty.status_code, "Write your answer." in text(empty)) == (422, True)
    client.post(address, {"words": "Thank you."})
    assert "You answered: Waits for a person at the scheme Thank you." in text(
        client.get("/provider/courses/feedback/")
    )
    again = client.post(address, {"words": "More."})
    assert (again.status_code, "Your organisation has answered this already." in text(again)) == (422, True)


def test_another_college_and_staff_without_the_role_find_nothing() -> None:
    staff = StaffFactory(provider=ProviderFactory())
    _bought, remarks = spoken_of(staff.provider)
    assert "There is nothing to read yet." in text(at_work().get("/provider/courses/feedback/"))
    assert at_work().get(f"/provider/courses/feedback/{remarks[0].pk}/").status_code == 404
    assert at_work(staff.provider, Role.MONEY).get("/provider/courses/feedback/").status_code == 404


def test_the_course_page_shows_it_once_enough_have_answered() -> None:
    staff = StaffFactory(provider=ProviderFactory())
    bought, _remarks = spoken_of(staff.provider)
    page = text(signed_in(bought[0].learner).get(f"/learner/courses/{bought[0].run_id}/"))
    assert "Completed by About 100 % of 10 or more learners" in page
    assert "Recommended by About 100 % of 10 or more who answered" in page
    assert "Words 9" in page
    assert "Megan Rees" not in page
    few = a_voucher(state=State.CLOSED)
    give(few, "Alone")
    page = text(signed_in(few.learner).get(f"/learner/courses/{few.run_id}/"))
    assert "Too few learners have done this course with a voucher yet." in page
    assert "Alone" not in page


QUEUE_QUERIES = 7
