"""Signing up, one thing a page: what is asked, what is kept on the way, and what becomes of it."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.contrib.auth.hashers import check_password
from django.core import mail
from django.core.cache import cache
from django.test import Client

from accounts.models import Learner, User
from ledger.models import Event
from tests.factories.accounts import a_learner
from tests.factories.vouchers import a_scheme
from tests.web.learner.visiting import signed_in, text

pytestmark = pytest.mark.django_db
PASSWORD = "three-odd-words"
ANSWERS: dict[str, dict[str, str]] = {
    "name": {"given_name": " Mair ", "family_name": "O'Neill"},
    "date-of-birth": {"date_of_birth_day": "5", "date_of_birth_month": "11", "date_of_birth_year": "1990"},
    "where-you-live": {"residence": "wales", "postcode": "cf10 1aa"},
    "email": {"email": "Mair@Example.org"},
    "password": {"password": PASSWORD},
}


@pytest.fixture(autouse=True)
def _a_scheme_on_offer() -> None:
    # allauth counts there how often it has written to an address.
    cache.clear()
    a_scheme()


def answer(client: Client, *names: str, **changes: str) -> Any:
    response = None
    for name in names or ANSWERS:
        given = {sent: changes.get(sent, said) for sent, said in ANSWERS[name].items()}
        response = client.post(f"/join/{name}/", given)
        assert response.status_code == 302, text(response)
    return response


def carried_by(page: Any) -> str:
    found = re.search(r'name="carried"\s+value="([^"]*)"', page.content.decode())
    assert found
    return found.group(1)


def link_in(message: Any) -> str:
    found = re.search(r"http://testserver(/\S+)", message.body)
    assert found
    return found.group(1)


def test_the_pages_come_one_after_the_other_and_end_with_a_look_at_all_of_them() -> None:
    client = Client()
    assert client.get("/join/").status_code == 200
    went = [answer(client, name).url for name in ANSWERS]
    assert went == [
        "/join/date-of-birth/",
        "/join/where-you-live/",
        "/join/email/",
        "/join/password/",
        "/join/check/",
    ]
    page = text(client.get("/join/check/"))
    for said in ("Mair O'Neill", "5 November 1990", "Wales", "CF10 1AA", "mair@example.org"):
        assert said in page
    assert not Learner.objects.exists()


def test_saying_yes_makes_a_learner_who_gets_in_once_the_address_is_theirs() -> None:
    client = Client()
    answer(client)
    sent = client.post("/join/check/", follow=True)
    assert "Check your e-mail" in text(sent)
    learner = Learner.objects.select_related("user").get()
    assert learner.user is not None
    assert (learner.name, learner.user.name, learner.user.email) == ("Mair O'Neill", "Mair O'Neill", "mair@example.org")
    assert (learner.residence, learner.postcode, str(learner.date_of_birth)) == ("wales", "CF10 1AA", "1990-11-05")
    assert check_password(PASSWORD, learner.user.password)
    assert Event.objects.get(kind="learner.signed_up").subject == learner.subject
    assert client.get("/learner/").status_code == 302
    [message] = mail.outbox
    assert message.to == ["mair@example.org"]
    confirmed = client.post(link_in(message))
    assert confirmed.url == "/learner/open/"
    assert client.get("/learner/").status_code == 200


def test_whoever_signs_up_in_welsh_is_written_to_in_welsh() -> None:
    client = Client()
    client.post("/language/", {"language": "cy", "next": "/join/"})
    answer(client)
    client.post("/join/check/")
    assert User.objects.get().language == "cy"
    assert mail.outbox[0].subject == "Ai hwn yw eich cyfeiriad e-bost?"


def test_whoever_opens_the_link_elsewhere_has_to_sign_in() -> None:
    client, elsewhere = Client(), Client()
    answer(client)
    client.post("/join/check/")
    elsewhere.post(link_in(mail.outbox[0]))
    assert elsewhere.get("/learner/").status_code == 302
    assert elsewhere.post("/account/login/", {"login": "mair@example.org", "password": PASSWORD}).status_code == 302
    assert elsewhere.get("/learner/").status_code == 200


def test_an_address_that_is_taken_is_told_to_nobody_but_its_owner() -> None:
    theirs = a_learner(email="mair@example.org")
    new, taken = Client(), Client()
    answer(new, email="new@example.org")
    answer(taken)
    seen_new, seen_taken = (text(client.post("/join/check/", follow=True)) for client in (new, taken))
    assert seen_new == seen_taken
    assert Learner.objects.count() == 2
    [message] = [message for message in mail.outbox if message.to == ["mair@example.org"]]
    assert message.subject == "You have an account already"
    assert "nothing about it has changed" in message.body
    before = User.objects.get(pk=theirs.user_id)
    assert (before.password, before.name) == ("!", "Owain Huws")


def test_what_was_answered_is_there_again_for_whoever_goes_back_and_can_be_changed() -> None:
    client = Client()
    answer(client)
    assert 'value="Mair"' in client.get("/join/name/").content.decode()
    assert 'value="1990"' in client.get("/join/date-of-birth/").content.decode()
    assert client.post("/join/name/", {"given_name": "Mari", "family_name": "Huws"}).url == "/join/check/"
    assert "Mari Huws" in text(client.get("/join/check/"))


def test_a_session_that_ends_in_the_middle_loses_nothing() -> None:
    client = Client()
    answer(client, "name", "date-of-birth")
    page = client.get("/join/where-you-live/")
    client.cookies.clear()
    sent = client.post("/join/where-you-live/", ANSWERS["where-you-live"] | {"carried": carried_by(page)})
    assert sent.url == "/join/email/"
    assert 'value="Mair"' in client.get("/join/name/").content.decode()


def test_a_session_that_ends_before_the_last_press_asks_for_the_password_alone() -> None:
    client = Client()
    answer(client)
    page = client.get("/join/check/")
    client.cookies.clear()
    sent = client.post("/join/check/", {"carried": carried_by(page)}, follow=True)
    assert sent.redirect_chain == [("/join/password/", 302)]
    assert "Nothing is lost: choose your password once more." in text(sent)
    assert not Learner.objects.exists()
    assert answer(client, "password").url == "/join/check/"
    client.post("/join/check/")
    assert Learner.objects.get().name == "Mair O'Neill"


def test_the_password_is_on_no_page_and_in_no_session_as_it_was_typed() -> None:
    client = Client()
    answer(client)
    pages = [client.get(f"/join/{name}/").content.decode() for name in (*ANSWERS, "check")]
    assert not any(PASSWORD in page or "pbkdf2" in page or "md5$" in page for page in pages)
    assert PASSWORD not in client.session["join"]


def test_after_an_hour_the_session_remembers_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client()
    answer(client, "name")
    monkeypatch.setattr("web.join.answers.IN_SESSION", dt.timedelta(seconds=-1))
    assert "Mair" not in client.get("/join/name/").content.decode()


@pytest.mark.parametrize("forged", ["", "x", "eyJhIjoxfQ:1uY:zzz", "\x00", "w" * 100_000])
def test_what_the_page_carries_cannot_be_made_up(forged: str) -> None:
    client = Client()
    assert client.post("/join/email/", ANSWERS["email"] | {"carried": forged}).url == "/join/name/"


@pytest.mark.parametrize(
    ("name", "sent", "said"),
    [
        ("name", {"given_name": "", "family_name": "Huws"}, "Give your first name."),
        ("name", {"given_name": "Mair\u202e", "family_name": "Huws"}, "without special characters"),
        ("name", {"given_name": "x" * 80, "family_name": "Huws"}, "at most 79 characters"),
        (
            "date-of-birth",
            {"date_of_birth_day": "31", "date_of_birth_month": "2", "date_of_birth_year": "1990"},
            "real",
        ),
        ("date-of-birth", {"date_of_birth_day": "1", "date_of_birth_month": "1", "date_of_birth_year": "2999"}, "past"),
        ("date-of-birth", {"date_of_birth_day": "1", "date_of_birth_month": "1", "date_of_birth_year": "1700"}, "ago"),
        ("date-of-birth", {}, "Give your date of birth."),
        ("where-you-live", {"residence": "atlantis"}, "Choose one of the list."),
        ("where-you-live", {"postcode": "CF10 1AA"}, "Choose where you live."),
        ("email", {"email": "nobody"}, "looks like name@example.org"),
        ("password", {"password": "short"}, "at least 10 characters"),
        ("password", {"password": "password1234"}, "too common"),
    ],
)
def test_an_answer_that_cannot_be_taken_is_asked_for_again_with_what_was_typed(
    name: str, sent: dict[str, str], said: str
) -> None:
    client = Client()
    answer(client, *list(ANSWERS)[: list(ANSWERS).index(name)])
    response = client.post(f"/join/{name}/", sent)
    assert response.status_code == 422
    assert said in text(response)
    if name != "password":
        for typed in filter(None, sent.values()):
            assert f'value="{typed}"' in response.content.decode() or typed == "atlantis"


def test_nobody_begins_in_the_middle() -> None:
    client = Client()
    assert client.get("/join/email/").url == "/join/name/"
    assert client.get("/join/check/").url == "/join/name/"
    assert client.post("/join/check/").url == "/join/name/"
    assert client.get("/join/nothing/").status_code == 404


def test_somebody_who_can_sign_in_already_becomes_a_learner_without_another_account() -> None:
    user = User.objects.create_user("ann@college.example", "a-password-to-try", name="A. Price")
    client = Client()
    client.force_login(user)
    answer(client, "name", "date-of-birth", "where-you-live")
    page = client.get("/join/check/")
    assert "Password" not in text(page)
    assert client.get("/join/email/").status_code == 404
    assert client.post("/join/check/").url == "/learner/open/"
    user.refresh_from_db()
    assert (user.name, user.learner.name, user.email) == ("Mair O'Neill", "Mair O'Neill", "ann@college.example")
    assert Event.objects.get(kind="learner.signed_up").actor == f"user:{user.pk}"


def test_a_learner_has_signed_up_already() -> None:
    client = signed_in(a_learner())
    for path in ("", "name/", "check/"):
        assert client.get(f"/join/{path}").url == "/learner/"
    assert client.post("/join/check/").url == "/learner/"
    assert Learner.objects.count() == 1
