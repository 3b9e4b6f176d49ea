"""The desk: who waits, why and until when; what the address remembers; what is needed to decide; what is not mine."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.test import Client
from django.utils import timezone
from lxml import html

from accounts.models import Purse
from brokerage import deciding
from brokerage.assigning import name_advisers
from brokerage.deciding import Ruling
from brokerage.models import Adviser, Decision, Outcome, Request
from ledger import today
from providers.models import Accreditation, CourseRun
from tests.factories.brokerage import a_request, an_adviser
from tests.factories.providers import CourseRunFactory, ProviderFactory, RunExtraFactory
from tests.factories.vouchers import ACTOR, a_run, learning_accounts
from tests.web.learner.visiting import signed_in, text
from web.desk import queue

pytestmark = pytest.mark.django_db


def desk_of(adviser: Adviser) -> Client:
    client = Client()
    client.force_login(adviser.user)
    return client


def seen(client: Client, page: str) -> dict[str, str]:
    """What the page's hidden fields say, as a browser sends them."""
    form = html.fromstring(client.get(page).content).xpath("//form[@method='post' and .//input[@name='seen']]")[0]
    return {name: value for name, value in form.form_values() if name != "csrfmiddlewaretoken"}


def names(response: Any) -> list[str]:
    return [row.asked.learner.given_name for row in response.context["queue"].rows]


def called(name: str, **situation: Any) -> Request:
    request = a_request(**situation)
    type(request.learner).objects.filter(pk=request.learner_id).update(given_name=name)
    return request


def test_each_row_says_why_it_is_there(clock: Any) -> None:
    rhys, elin = an_adviser(), an_adviser("Elin Pugh")
    Adviser.objects.filter(pk=rhys.pk).update(cover=elin)
    rhys.refresh_from_db()
    asked = a_request(policy="structured", adviser=rhys, second_approver_above_minor=50_00, consulted=True)
    Purse.objects.update(expires_on=today() + dt.timedelta(days=5))
    CourseRun.objects.update(starts_on=today() + dt.timedelta(days=4), apply_until=None)
    page = text(desk_of(elin).get("/desk/"))
    assert "You cover for Rhys Morgan" in page
    assert "Money lapses" in page
    assert "Join by" in page
    Request.objects.update(answer_by=timezone.now() - dt.timedelta(minutes=1))
    assert "Overdue" in text(desk_of(rhys).get("/desk/"))
    deciding.decide(Ruling(asked.pk, Outcome.APPROVE), by=rhys, actor=ACTOR)
    assert "Second approval" in text(desk_of(elin).get("/desk/"))


def test_the_address_remembers_filters_and_order_and_each_filter_says_how_many() -> None:
    rhys = an_adviser()
    called("Ann", adviser=rhys, policy="structured")
    called("Bea", adviser=rhys, policy="open")
    appealed = called("Cat", adviser=rhys, policy="structured")
    Request.objects.filter(pk=appealed.pk).update(state="appealed", submitted_at=timezone.now() - dt.timedelta(days=9))
    client = desk_of(rhys)
    assert names(client.get("/desk/")) == ["Ann", "Bea", "Cat"]
    assert names(client.get("/desk/?show=appeals")) == ["Cat"]
    assert names(client.get("/desk/?order=longest")) == ["Cat", "Ann", "Bea"]
    assert names(client.get("/desk/?q=bea")) == ["Bea"]
    scheme = appealed.learning_account.scheme_id
    assert names(client.get(f"/desk/?scheme={scheme}")) == ["Ann", "Bea", "Cat"]
    assert names(client.get(f"/desk/?scheme={appealed.pk}")) == []
    page = client.get("/desk/?order=longest&q=ree")
    assert "All 3 Due today 0 Mine 3 You cover 0 Appeals 1 Second approvals 0" in text(page)
    assert f'href="/desk/requests/{appealed.pk}/?order=longest&amp;q=ree"' in page.content.decode()


@pytest.mark.parametrize(
    "asked", ["show=%00", "order=up", "scheme=nobody", "page=-3", "page=²", "page=99999", "q=%00%27"]
)
def test_what_an_address_asks_that_there_is_not_is_as_if_it_were_not_asked(asked: str) -> None:
    assert desk_of(a_request().adviser).get(f"/desk/?{asked}").status_code == 200


def test_after_an_answer_the_next_of_the_same_queue_opens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "A_PAGE", 2)
    rhys = an_adviser()
    asked = {name: called(name, adviser=rhys, policy="open") for name in ("Ann", "Bea", "Cat", "Dee")}
    client = desk_of(rhys)
    assert names(client.get("/desk/?q=ree&page=2")) == ["Cat", "Dee"]
    answer = {"outcome": "approve"}
    sent = client.post(f"/desk/requests/{asked['Bea'].pk}/decide/?q=ree", answer)
    assert sent.url == f"/desk/requests/{asked['Cat'].pk}/?q=ree"
    assert names(client.get(sent.url)) == ["Ann", "Cat"]
    sent = client.post(f"/desk/requests/{asked['Dee'].pk}/decide/?q=ree&page=2", answer)
    assert sent.url == f"/desk/requests/{asked['Ann'].pk}/?q=ree"
    for name in ("Ann", "Cat"):
        sent = client.post(f"/desk/requests/{asked[name].pk}/decide/?q=ree", answer)
    assert sent.url == "/desk/?q=ree"


def test_an_answer_to_what_has_changed_comes_back_with_what_is_new_and_what_was_written() -> None:
    asked = a_request(policy="structured", consulted=True)
    client, page = desk_of(asked.adviser), f"/desk/requests/{asked.pk}/"
    sent = seen(client, page) | {"outcome": "decline", "reason_codes": ["price"], "reasons": "Too dear for what it is."}
    CourseRun.objects.filter(pk=asked.run_id).update(price_minor=120_00)
    answer = client.post(f"{page}decide/", sent)
    assert answer.status_code == 422
    said = text(answer)
    assert "Something has changed since you opened this request, so your answer was not stored." in said
    assert "The price has changed since it was asked for. Now: £120.00" in said
    assert "Too dear for what it is." in said
    assert not Decision.objects.exists()
    now = html.fromstring(answer.content).xpath("//input[@name='seen']/@value")[0]
    assert client.post(f"{page}decide/", sent | {"seen": now}).status_code == 302
    assert Decision.objects.get().outcome == "decline"


def test_what_is_needed_to_decide_is_on_the_page() -> None:
    asked = a_request(policy="structured", worth=150_00, consulted=True)
    course = asked.run.course
    course.provider.new_until = today() + dt.timedelta(days=90)
    course.provider.save()
    Accreditation.objects.filter(course=course).update(valid_until=asked.run.ends_on - dt.timedelta(days=1))
    a_run(ProviderFactory(name="Canolfan Cyfle"), 90_00)
    CourseRun.objects.update(starts_on=today() + dt.timedelta(days=20))
    type(course).objects.update(category="0411")
    page = text(desk_of(asked.adviser).get(f"/desk/requests/{asked.pk}/"))
    assert "The scheme can pay this" in page
    assert "is new: stricter rules until" in page
    assert "The course's accreditation ends on" in page
    assert "Canolfan Cyfle" in page
    assert "£90.00" in page
    assert "The price rests on this, which the learner said of themselves: “you" in page
    assert "If nobody answers by then, it goes to Elin Pugh" in page
    assert "Silence approves nothing." in page


def test_a_change_is_chosen_priced_and_approved_and_the_learner_reads_what_and_why() -> None:
    asked = a_request(policy="structured", worth=150_00, consulted=True)
    other = CourseRunFactory(course=asked.run.course, price_minor=90_00)
    book = RunExtraFactory(run=other, title="Workbook", price_minor=10_00)
    client, page = desk_of(asked.adviser), f"/desk/requests/{asked.pk}/change/"
    assert "Choose what you would approve" in text(client.get(page))
    assert "This is what the learner asked for, at the same price." in text(client.get(f"{page}?run={asked.run_id}"))
    chosen = f"{page}?run={other.pk}&extra={book.pk}"
    assert "£100.00" in text(client.get(chosen))
    sent = seen(client, chosen) | {"reason_codes": ["circumstances"], "reasons": ""}
    empty = client.post(page, sent)
    assert (empty.status_code, "Say why, in words for the learner." in text(empty)) == (422, True)
    assert not Decision.objects.exists()
    stale = client.post(page, sent | {"reasons": "Evenings fit.", "price": "9000:9000"})
    assert (stale.status_code, "Something has changed" in text(stale), "Evenings fit." in text(stale)) == (
        422,
        True,
        True,
    )
    assert client.post(page, sent | {"reasons": "Evenings fit."}).status_code == 302
    asked.refresh_from_db()
    assert (asked.state, asked.run_id, asked.price_minor) == ("approved", other.pk, 100_00)
    said = text(signed_in(asked.learner).get(f"/learner/requests/{asked.pk}/"))
    assert "yes, with a change" in said
    assert "Evenings fit." in said
    assert "You asked for" in said
    assert "when it was approved with a change." in said
    assert "£150.00" in said
    assert "Workbook" in said
    assert "If you do not agree" in said


def test_a_change_is_for_where_an_adviser_decides_and_for_who_may_decide() -> None:
    asked, guided = a_request(policy="structured", consulted=True), a_request(policy="guided", consulted=True)
    assert desk_of(guided.adviser).get(f"/desk/requests/{guided.pk}/change/").status_code == 404
    assert desk_of(guided.adviser).get(f"/desk/requests/{asked.pk}/change/").status_code == 404
    for wrong in ("run=x", f"run={guided.run_id}", f"run={asked.run_id}&extra=x", "run=%00"):
        assert desk_of(asked.adviser).get(f"/desk/requests/{asked.pk}/change/?{wrong}").status_code == 200


def test_the_caseload_says_when_they_last_talked_and_has_nobody_else_s_learners() -> None:
    rhys, elin = an_adviser(), an_adviser("Elin Pugh")
    called("Ann", adviser=rhys, policy="guided", consulted=True)
    name_advisers([account.learner for account in learning_accounts(1)], [rhys])
    called("Zoe", adviser=elin)
    client = desk_of(rhys)
    page = text(client.get("/desk/learners/"))
    assert "2 learners" in page
    assert "Ann Rees" in page
    assert ", Rhys Morgan" in page
    assert "1 request" in page
    assert "never" in page
    assert "Zoe" not in page
    assert "1 learner" in text(client.get("/desk/learners/?show=never"))
    assert "1 learner" in text(client.get("/desk/learners/?q=ann+rees"))
    assert "0 learners" in text(client.get("/desk/learners/?show=cover&q=Zoe"))
    Adviser.objects.filter(pk=elin.pk).update(cover=rhys)
    assert "Zoe Rees" in text(client.get("/desk/learners/?show=cover"))
    assert signed_in(learning_accounts(1)[0].learner).get("/desk/learners/").status_code == 404


def test_the_desk_and_the_caseload_cost_as_many_queries_for_thirty_as_for_one(
    django_assert_num_queries: Any,
) -> None:
    rhys = an_adviser()
    asked = a_request(policy="open", adviser=rhys)
    client = desk_of(rhys)
    client.get("/desk/")
    with django_assert_num_queries(41):
        client.get("/desk/")
    with django_assert_num_queries(7):
        client.get("/desk/learners/?order=longest")
    learners = [account.learner for account in learning_accounts(30)]
    Request.objects.bulk_create(Request(**_fields(asked), learner=learner) for learner in learners)
    name_advisers(learners, [rhys])
    with django_assert_num_queries(41):
        assert len(names(client.get("/desk/"))) == queue.A_PAGE
    with django_assert_num_queries(7):
        assert "31 learners" in text(client.get("/desk/learners/?order=longest"))


def _fields(asked: Request) -> dict[str, Any]:
    kept = {field.attname: getattr(asked, field.attname) for field in Request._meta.concrete_fields}
    del kept["id"], kept["learner_id"]
    return kept


def test_what_was_being_written_when_the_session_ended_is_there_again() -> None:
    asked = a_request(policy="structured", consulted=True)
    client, page = desk_of(asked.adviser), f"/desk/requests/{asked.pk}/"
    EmailAddress.objects.create(user=asked.adviser.user, email=asked.adviser.user.email, verified=True, primary=True)
    client.get(page)
    del client.cookies[settings.SESSION_COOKIE_NAME]
    writing = {"outcome": "decline", "reason_codes": ["price"], "reasons": "Too dear for what it is."}
    sent = client.post(f"{page}decide/", writing, headers={"Referer": f"http://testserver{page}"})
    assert sent.url == f"/account/login/?next={page}"
    assert not Decision.objects.exists()
    who = {"login": asked.adviser.user.email, "password": "a-password-to-try", "next": page}
    there = client.post("/account/login/", who, follow=True)
    assert "This is what you wrote. It is not sent yet." in text(there)
    assert "Too dear for what it is." in text(client.get(page))
