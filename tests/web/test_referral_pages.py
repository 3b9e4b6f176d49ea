"""A learner is referred to others, on everybody's pages: what each may see, and when."""

from __future__ import annotations

import re
from smtplib import SMTPDataError
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.test import Client

from accounts.models import Look
from brokerage.models import Adviser
from brokerage.referring import answering, referring
from brokerage.referring.models import Helps, OutsideService, Referral
from brokerage.referring.referring import PassedOn
from tests.factories.brokerage import an_adviser, an_organisation
from tests.factories.referrals import REACH, WORDS, a_lead, a_service, linked, proposed, sent
from tests.factories.talks import advised
from tests.factories.vouchers import ACTOR, learning_accounts
from tests.web.learner.visiting import signed_in, text
from tests.web.notifications.test_letters import letters

pytestmark = pytest.mark.django_db


def desk_of(adviser: Adviser) -> Client:
    client = Client()
    client.force_login(adviser.user)
    return client


def link_in(letter: str) -> str:
    [path] = re.findall(r"/referred/[^/]+/", letter)
    return str(path)


def again(referral: Referral) -> Referral:
    return Referral.objects.get(pk=referral.pk)


def test_from_the_desk_to_the_learner_to_a_service_and_back() -> None:
    learner, adviser = advised()
    service, desk, me, outside = a_service(), desk_of(adviser), signed_in(learner), Client(enforce_csrf_checks=False)
    page = f"/desk/learners/{learner.pk}/refer/"
    assert "Foryd Debt Advice: Debts and rent" in text(desk.get(page))
    desk.post(page, {"to": str(service.pk), "words": WORDS, "named": "on", "reach": REACH})
    assert "Rhys Morgan would like to refer you to Foryd Debt Advice" in letters()
    assert "help@debt.example" not in {address for message in mail.outbox for address in message.to}
    referral = Referral.objects.get()
    assert "Rhys Morgan would like to refer you to Foryd Debt Advice" in text(me.get("/learner/"))
    shown = text(me.get(f"/learner/referrals/{referral.pk}/"))
    assert (WORDS in shown, REACH in shown, learner.name in shown) == (True, True, True)
    me.post(f"/learner/referrals/{referral.pk}/", {"answer": "named"})
    letter = letters()["Foryd Careers refers somebody to you"]
    [message] = [each for each in mail.outbox if each.to == ["help@debt.example"]]
    assert not any(word in f"{message.body}{message.alternatives}" for word in (WORDS, REACH, learner.family_name))
    link = link_in(letter)
    first = outside.get(link)
    assert (first["Cache-Control"], first["X-Robots-Tag"]) == ("no-store", "noindex, nofollow")
    assert first["Referrer-Policy"] == "same-origin"
    assert WORDS not in text(first)
    assert again(referral).read_at is None
    assert outside.post(link)["Location"] == link
    shown = text(outside.get(link))
    assert (WORDS in shown, REACH in shown, learner.name in shown) == (True, True, True)
    assert "They read it on" in text(me.get(f"/learner/referrals/{referral.pk}/"))
    assert outside.post(link, {"said": "can_help", "words": " "}).status_code == 422
    outside.post(link, {"said": "can_help", "words": "On <b>Tuesday</b> at ten."})
    thanks = outside.get(link).content.decode()
    assert "Thank you for your answer" in thanks
    assert not any(word in thanks for word in (WORDS, REACH, learner.family_name, "<b>Tuesday"))
    assert {"An answer from Foryd Debt Advice"} == set(letters())
    assert len(mail.outbox) == 2
    for place in (me.get(f"/learner/referrals/{referral.pk}/"), desk.get(f"/desk/learners/{learner.pk}/")):
        assert "They can help" in text(place)
        assert "<b>Tuesday" not in place.content.decode()
    assert "They can help" in text(me.get("/learner/guidance/"))


def test_without_the_name_and_called_off_before_it_is_read() -> None:
    referral = proposed()
    me, page = signed_in(referral.learner), f"/learner/referrals/{referral.pk}/"
    assert me.post(page, {}).status_code == 422
    me.post(page, {"answer": "yes"})
    link = link_in(letters()["Foryd Careers refers somebody to you"])
    Client().post(link)
    shown = text(Client().get(link))
    assert (referral.reference in shown, referral.learner.family_name in shown, REACH in shown) == (True, False, False)
    me.post(f"{page}call-off/")
    assert again(referral).state == "sent"
    other = sent(a_service("Foryd Food Bank"))
    token = linked(other)
    signed_in(other.learner).post(f"/learner/referrals/{other.pk}/call-off/")
    for gone in (f"/referred/{token}/", "/referred/never-was/"):
        assert (Client().get(gone).status_code, Client().post(gone, {"said": "came"}).status_code) == (404, 404)


def test_taken_back_before_its_letter_is_written_there_is_none() -> None:
    referral = sent()
    referring.call_off(referral.pk, learner=referral.learner, actor=ACTOR)
    assert "Foryd Careers refers somebody to you" not in letters()
    assert again(referral).token_hash == ""


@pytest.mark.parametrize("lost", [ConnectionError, SMTPDataError])
def test_a_letter_that_cannot_be_sent_is_tried_again_and_its_link_is_in_no_log(
    lost: type[Exception], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], clock: Any
) -> None:
    referral = proposed()
    letters()
    referring.consent(referral.pk, named=True, learner=referral.learner, actor=ACTOR)
    taken = []

    def lose(message: EmailMultiAlternatives) -> int:
        taken.append(str(message.body))
        raise lost(550, str(message.body))

    with monkeypatch.context() as broken:
        broken.setattr(EmailMultiAlternatives, "send", lose)
        letters()
    [never_came] = [link_in(body) for body in taken]
    logged = "".join(capsys.readouterr())
    assert ("letter_not_sent" in logged or "mail_server_out_of_reach" in logged, never_came in logged) == (True, False)
    assert Client().get(never_came).status_code == 404
    clock.move_by(hours=1)
    assert Client().get(link_in(letters()["Foryd Careers refers somebody to you"])).status_code == 200


def test_another_organisation_finds_it_on_its_desk_and_each_look_is_kept() -> None:
    other = a_lead(an_organisation("Arfon Guidance"))
    referral = sent(other.organisation)
    assert "A learner is referred to you" in letters()
    assert [message.to for message in mail.outbox if "referred" in message.subject] == [[other.user.email]]
    there = desk_of(other)
    assert "1 learner is referred to us" in text(there.get("/desk/"))
    assert referral.learner.name in text(there.get("/desk/referrals/"))
    page = f"/desk/referrals/{referral.pk}/"
    assert WORDS in text(there.get(page))
    assert again(referral).read_at is not None
    assert Look.objects.get(subject=referral.subject).user == other.user
    assert there.get(f"/desk/learners/{referral.learner_id}/").status_code == 404
    assert there.post(page, {}).status_code == 422
    there.post(page, {"said": "cannot", "words": "We are full."})
    assert "They cannot help" in text(there.get("/desk/referrals/"))
    assert "We are full." in text(signed_in(referral.learner).get(f"/learner/referrals/{referral.pk}/"))
    assert there.post(page, {"said": "came"}).status_code == 422


def test_what_is_late_shows_on_the_desk_and_to_the_learner_and_is_sent_again(clock: Any) -> None:
    referral = sent()
    old = link_in(letters()["Foryd Careers refers somebody to you"])
    desk, late = desk_of(referral.adviser), "Foryd Debt Advice has not answered about"
    assert late not in text(desk.get("/desk/"))
    clock.move_by(days=14)
    assert late in text(desk.get("/desk/"))
    assert "They are late." in text(signed_in(referral.learner).get(f"/learner/referrals/{referral.pk}/"))
    record = f"/desk/learners/{referral.learner_id}/"
    assert "overdue since" in text(desk.get(record))
    desk.post(f"{record}referrals/{referral.pk}/again/")
    new = link_in(letters()["Foryd Careers refers somebody to you"])
    assert (Client().get(old).status_code, Client().get(new).status_code) == (404, 200)


def test_not_yours_looks_like_does_not_exist() -> None:
    referral = sent()
    stranger = signed_in(learning_accounts(1)[0].learner)
    assert stranger.get(f"/learner/referrals/{referral.pk}/").status_code == 404
    assert stranger.post(f"/learner/referrals/{referral.pk}/call-off/").status_code == 404
    elsewhere = desk_of(an_adviser("Somebody Else"))
    record = f"/desk/learners/{referral.learner_id}/"
    assert elsewhere.get(f"{record}refer/").status_code == 404
    assert elsewhere.post(f"{record}referrals/{referral.pk}/again/").status_code == 404
    assert elsewhere.get(f"/desk/referrals/{referral.pk}/").status_code == 404
    assert elsewhere.get("/desk/organisation/services/").status_code == 404
    mine = desk_of(referral.adviser)
    other = sent(a_service("Foryd Food Bank"))
    assert mine.post(f"{record}referrals/{other.pk}/again/").status_code == 404


def test_a_lead_keeps_the_directory() -> None:
    lead = a_lead()
    desk, page = desk_of(lead), "/desk/organisation/services/"
    wrong = {"name": "Debt Advice", "helps_with": "Debts", "email": "nowhere"}
    assert desk.post(page, wrong).status_code == 422
    desk.post(page, wrong | {"email": "help@debt.example"})
    assert "Debts help@debt.example" in text(desk.get(page))
    assert desk.post(page, wrong | {"email": "help@debt.example"}).status_code == 422
    service = OutsideService.objects.get()
    assert desk_of(a_lead(an_organisation("Arfon Guidance"))).post(f"{page}{service.pk}/close/").status_code == 404
    desk.post(f"{page}{service.pk}/close/")
    assert OutsideService.objects.get().closed_at is not None


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"to": ""}, "Choose who could help."),
        ({"words": " "}, "Write a few words."),
        ({"named": "on"}, "Write how the learner can be reached"),
        ({"to": "0190a000-0000-7000-8000-000000000000"}, "Select a valid choice"),
    ],
)
def test_what_says_too_little_says_what_is_missing(said: dict[str, str], sentence: str) -> None:
    learner, adviser = advised()
    good = {"to": str(a_service().pk), "words": WORDS}
    response = desk_of(adviser).post(f"/desk/learners/{learner.pk}/refer/", good | said)
    assert (response.status_code, Referral.objects.count()) == (422, 0)
    assert sentence in text(response)


def test_the_list_of_an_organisation_costs_the_same_queries_however_long(django_assert_num_queries: Any) -> None:
    other = a_lead(an_organisation("Arfon Guidance"))
    sent(other.organisation)
    there = desk_of(other)
    there.get("/desk/referrals/")
    with django_assert_num_queries(8):
        there.get("/desk/referrals/")
    for _each in range(2):
        made = proposed(other.organisation, PassedOn(WORDS))
        referring.consent(made.pk, named=False, learner=made.learner, actor=ACTOR)
    answering.answer(made.pk, Helps.CAME, "", by=other, actor=ACTOR)
    with django_assert_num_queries(8):
        there.get("/desk/referrals/")
