"""Assisted mode on the pages: an adviser works a learner's, told so on each, marked at each act, kept from the rest."""

from __future__ import annotations

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import Learner, Look
from brokerage.assisting.models import Act, Assistance, AssistedAct
from brokerage.deciding import Ruling, decide
from brokerage.models import Adviser, Outcome, ReasonCode, Request, RequestState
from tests.conftest import Clock
from tests.factories.brokerage import a_request, an_adviser
from tests.factories.providers import ProviderFactory
from tests.factories.talks import advised
from tests.factories.vouchers import ACTOR, a_run, bought_by
from tests.web.learner.everybody import name_of
from tests.web.learner.visiting import signed_in, text
from web.learner.urls import urlpatterns
from web.notifications import writing

pytestmark = pytest.mark.django_db

BEGINS = {"together": "phone", "asked": "on"}
# What an adviser can open there, besides their own first page; all else is the learner's own.
OPEN = {"home", "courses", "course", "save", "saved", "compare", "wishes", "take-back-wish", "statement", "request"}
OPEN |= {"withdraw-request", "appeal", "lower-price"}
# Of the session, not of a learner.
NOBODYS = {"acting-for", "stop-acting", "act-for", "end-representative"}


def at_the_desk(adviser: Adviser) -> Client:
    client = Client()
    client.force_login(adviser.user)
    return client


def helping(learner: Learner, adviser: Adviser) -> Client:
    client = at_the_desk(adviser)
    assert client.post(f"/desk/learners/{learner.pk}/assist/", BEGINS).status_code == 302
    return client


def test_an_adviser_begins_while_they_talk_sees_it_on_every_page_and_stops() -> None:
    learner, adviser = advised()
    client = at_the_desk(adviser)
    assert "Work their pages with them" in text(client.get(f"/desk/learners/{learner.pk}/"))
    answer = client.post(f"/desk/learners/{learner.pk}/assist/", {})
    assert answer.status_code == 422
    assert "Ask them first." in text(answer)
    answer = client.post(f"/desk/learners/{learner.pk}/assist/", BEGINS, follow=True)
    assert f"The learning account of {learner.name}" in text(answer)
    for page in ("/learner/", "/learner/courses/", "/learner/saved/", "/learner/statement/", "/learner/wishes/"):
        shown = client.get(page)
        assert shown.status_code == 200
        assert f"You work the pages of {learner.name} with them" in shown.content.decode()
    assert Look.objects.filter(learner=learner, role=Look.Role.ADVISER, what=Look.What.ACCOUNT).count() == 1
    answer = client.post("/learner/for/stop/", follow=True)
    assert answer.request["PATH_INFO"] == f"/desk/learners/{learner.pk}/"
    assert client.get("/learner/").status_code == 404
    writing.notice(below=2**62)
    writing.send()
    assert f"{adviser.user.name} works your pages with you" in [each.subject for each in mail.outbox]


def test_what_is_asked_for_shows_who_did_it_to_the_learner_and_on_the_desk() -> None:
    learner, adviser = advised()
    client, run = helping(learner, adviser), a_run(ProviderFactory(), 80_00)
    client.post(f"/learner/courses/{run.pk}/", {"note": "", "for": str(learner.pk)})
    asked = Request.objects.get(learner=learner)
    own = signed_in(learner)
    assert f"Done by {adviser.user.name} with you on" in text(own.get(f"/learner/requests/{asked.pk}/"))
    helped = text(own.get("/learner/adviser/help/"))
    assert f"Asked for a course · {run.course.title}" in helped
    case = text(client.get(f"/desk/requests/{asked.pk}/"))
    assert f"On the learner’s pages, {adviser.user.name} on" in case
    assert "Asked for a course (On the telephone)" in case


def test_requests_are_taken_back_courses_kept_and_wishes_made_each_with_its_mark() -> None:
    asked = a_request()
    learner = asked.learner
    client, run = helping(learner, asked.adviser), a_run(ProviderFactory(), 80_00)
    client.post(f"/learner/requests/{asked.pk}/withdraw/")
    client.post(f"/learner/courses/{run.pk}/save/")
    client.post(f"/learner/courses/{run.pk}/save/", {"let_go": "1"})
    client.post("/learner/wishes/", {"category": "0611"})
    client.post(f"/learner/wishes/{learner.wishes.get().pk}/take-back/")
    asked.refresh_from_db()
    assert asked.state == RequestState.WITHDRAWN
    assert list(AssistedAct.objects.values_list("act", flat=True)) == [
        Act.WITHDREW, Act.SAVED, Act.LET_GO, Act.WISHED, Act.TOOK_BACK
    ]  # fmt: skip


def test_an_appeal_is_entered_as_the_learner_says_it() -> None:
    asked = a_request(policy="structured", consulted=True)
    another = a_run(ProviderFactory(), 90_00)
    no = Ruling(asked.pk, Outcome.DECLINE, "Not yet.", [ReasonCode.TOO_HARD], [another])
    decide(no, by=asked.adviser, actor=ACTOR)
    helping(asked.learner, asked.adviser).post(f"/learner/requests/{asked.pk}/appeal/", {"reason": "I can do this."})
    asked.refresh_from_db()
    assert (asked.state, asked.appeal_reason) == (RequestState.APPEALED, "I can do this.")
    assert AssistedAct.objects.get().act == Act.APPEALED


def test_nothing_is_bought_paid_or_confirmed_with_the_advisers_own_password() -> None:
    asked = a_request(policy="open", worth=60_00)
    learner = asked.learner
    voucher = bought_by(learner.learning_accounts.get(), a_run(ProviderFactory(), 40_00))
    client = helping(learner, asked.adviser)
    page = client.get(f"/learner/requests/{asked.pk}/")
    assert f"{learner.given_name} can go ahead now, themselves" in text(page)
    for address in (
        f"/learner/requests/{asked.pk}/go-ahead/",
        f"/learner/requests/{asked.pk}/buy/",
        f"/learner/vouchers/{voucher.pk}/milestones/1/confirm/",
    ):
        answer = client.post(address, follow=True)
        assert f"Only {learner.given_name} does this themselves." in text(answer)
    asked.refresh_from_db()
    assert asked.voucher is None


def test_every_other_page_is_the_learners_own() -> None:
    """Each address of theirs, with ids that lead nowhere: what is open says that there is no such thing."""
    learner, adviser = advised()
    client = helping(learner, adviser)
    for address in addresses(urlpatterns):
        name = name_of(address)
        if name in OPEN | NOBODYS:
            continue
        answer = client.get(address)
        assert (answer.status_code, answer["Location"] if answer.status_code == 302 else address) in {
            (302, "/learner/"), (405, address)
        }, name  # fmt: skip
        if answer.status_code == 405:
            assert client.post(address)["Location"] == "/learner/", name
    assert Assistance.objects.get().acts.count() == 0


def addresses(patterns: list[object], before: str = "learner") -> list[str]:
    given = {"pk": "0192aaaa-0000-7000-8000-000000000000", "number": 1, "slug": "x", "criterion": "residence"}
    found = list[str]()
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            inner = f"{before}:{pattern.namespace}" if pattern.namespace else before
            found += addresses(pattern.url_patterns, inner)
        else:
            wanted = pattern.pattern.converters  # type: ignore[attr-defined]
            kwargs = {name: given.get(name, given["pk"]) for name in wanted}
            found.append(reverse(f"{before}:{pattern.name}", kwargs=kwargs))  # type: ignore[attr-defined]
    return found


def test_it_ends_when_the_hour_is_over_or_the_learner_says_so(clock: Clock) -> None:
    learner, adviser = advised()
    client, run = helping(learner, adviser), a_run(ProviderFactory(), 80_00)
    own = signed_in(learner)
    assert "Nobody works your pages for you now." in text(own.post("/learner/adviser/help/", follow=True))
    answer = client.post(f"/learner/courses/{run.pk}/", {"note": "", "for": str(learner.pk)}, follow=True)
    assert "You do not work this learner’s pages any more. Nothing was done." in text(answer)
    answer = client.post(f"/desk/learners/{learner.pk}/assist/", BEGINS)
    assert "This learner has said that nobody works their pages for them." in text(answer)
    own.post("/learner/adviser/help/allow/")
    client = helping(learner, adviser)
    clock.move_by(hours=2)
    answer = client.post(f"/learner/courses/{run.pk}/save/", follow=True)
    assert "Nothing was done." in text(answer)
    assert (Request.objects.count(), learner.saved.count()) == (0, 0)


def test_a_strangers_pages_do_not_exist_for_an_adviser() -> None:
    learner, _adviser = advised()
    stranger = at_the_desk(an_adviser("Nia Stranger"))
    assert stranger.get(f"/desk/learners/{learner.pk}/assist/").status_code == 404
    assert stranger.post(f"/desk/learners/{learner.pk}/assist/", BEGINS).status_code == 404
    assert not Assistance.objects.exists()
