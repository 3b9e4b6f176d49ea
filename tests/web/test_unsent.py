"""What somebody was writing when their session ended: filled in again for them, for nobody else, and never sent."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.test import Client
from lxml import html

from accounts.models import Learner
from brokerage.models import Outcome, Request
from ledger.models import Event
from tests.factories.brokerage import a_request
from tests.factories.providers import CourseRunFactory
from tests.web.account.situations import with_an_app
from tests.web.account.test_factors import code_now
from tests.web.learner.everybody import name_of, people
from tests.web.learner.test_hostile_words import forms_on
from tests.web.learner.test_request import answered
from tests.web.learner.visiting import PASSWORD, just_shown, signed_in, somebody, text
from vouchers.models import Case
from web import unsent

pytestmark = pytest.mark.django_db

COMPLAIN = "/learner/complain/"
WORDS = "Nobody has rung me back since Monday."
NOT_SENT = "This is what you wrote. It is not sent yet."


@pytest.fixture
def learner() -> Learner:
    learner: Learner = a_request().learner
    _confirmed(learner)
    return learner


def test_what_was_written_is_filled_in_again_after_signing_in(learner: Learner) -> None:
    there = _out_again(signed_in(learner), COMPLAIN)
    where = _send(there, COMPLAIN)
    assert where == f"/account/login/?next={COMPLAIN}"
    assert "You were signed out, and nothing was sent or done. Sign in to go on." in there.get(where).content.decode()
    page = _sign_in(there, learner, where)
    assert page.redirect_chain[-1][0] == COMPLAIN
    assert NOT_SENT in text(page)
    assert _words(page) == WORDS
    assert not Case.objects.exists()


def test_it_is_there_until_it_is_sent(learner: Learner) -> None:
    there = _out_again(signed_in(learner), COMPLAIN)
    _sign_in(there, learner, _send(there, COMPLAIN))
    assert _words(there.get(COMPLAIN)) == WORDS
    there.post(COMPLAIN, {"about": "service", "words": WORDS})
    assert Case.objects.get().entries.get().words == WORDS
    assert _words(there.get(COMPLAIN)) == ""


def test_it_is_still_there_after_a_second_step(learner: Learner) -> None:
    with_an_app(learner)
    there = _out_again(signed_in(learner), COMPLAIN)
    assert "code" in text(_sign_in(there, learner, _send(there, COMPLAIN)))
    page = there.post("/account/2fa/authenticate/", {"code": code_now()}, follow=True)
    assert _words(page) == WORDS


def test_whoever_else_signs_in_next_sees_nothing_of_it(learner: Learner) -> None:
    another = a_request().learner
    _confirmed(another)
    signed_in(another)
    there = _out_again(signed_in(learner), COMPLAIN)
    page = _sign_in(there, another, _send(there, COMPLAIN))
    assert _words(page) == ""
    assert NOT_SENT not in text(page)
    assert unsent.KEY not in there.session


def test_nothing_of_it_can_be_read_where_sessions_are_kept(learner: Learner) -> None:
    there = _out_again(signed_in(learner), COMPLAIN)
    _send(there, COMPLAIN)
    assert WORDS not in str(dict(there.session))


def test_an_hour_later_it_is_gone(learner: Learner) -> None:
    there = _out_again(signed_in(learner), COMPLAIN)
    where = _send(there, COMPLAIN)
    with patch("web.unsent.timezone.now", return_value=unsent.timezone.now() + unsent.KEPT_FOR):
        page = _sign_in(there, learner, where)
    assert _words(page) == ""


@pytest.mark.parametrize("fields", [{"words": "a" * unsent.MOST}, {"password": "a-secret"}, {"code": "123456"}])
def test_neither_floods_nor_secrets_are_kept(learner: Learner, fields: dict[str, str]) -> None:
    there = _out_again(signed_in(learner), COMPLAIN)
    _send(there, COMPLAIN, **fields)
    if sealed := there.session.get(unsent.KEY):
        assert not set(fields.values()) & set(unsent.unseal(sealed).split('"'))
    else:
        assert len(fields["words"]) == unsent.MOST


def test_of_somebody_who_was_never_signed_in_nothing_is_kept() -> None:
    there = Client()
    _send(there, COMPLAIN)
    assert unsent.KEY not in there.session


def test_a_form_that_is_sent_to_another_address_is_filled_in_where_it_was(learner: Learner) -> None:
    asked = answered(Outcome.DECLINE, policy="structured")
    _confirmed(asked.learner)
    page = f"/learner/requests/{asked.pk}/"
    there = _out_again(signed_in(asked.learner), page)
    where = _send(there, f"{page}appeal/", page=page, reason="I must learn near my children.")
    again = _sign_in(there, asked.learner, where)
    assert again.redirect_chain[-1][0] == page
    assert _words(again, "reason") == "I must learn near my children."


def test_what_was_meant_for_one_learner_is_not_filled_in_for_another(learner: Learner) -> None:
    page = f"/learner/courses/{CourseRunFactory().pk}/"
    there = _out_again(signed_in(learner), page)
    where = _send(there, page, note="For my sister.", **{"for": str(somebody().pk)})
    assert "For my sister." not in _sign_in(there, learner, where).content.decode()
    assert Request.objects.count() == 1


def test_every_form_for_words_comes_back_filled_in_and_does_nothing() -> None:
    seen, found = {"appeal"}, set[str]()
    for learner, begin in people():
        for where, form in list(forms_on(just_shown(learner), begin, seen)):
            if areas := form.xpath(".//textarea/@name"):
                there, page = _out_again(just_shown(learner), begin), urlsplit(where).path
                _send(there, page, **dict.fromkeys(areas, WORDS))
                _in_again(there, just_shown(learner))
                happened = Event.objects.count()
                again = there.get(page)
                assert [_words(again, area) for area in areas] == [WORDS] * len(areas), where
                assert Event.objects.count() == happened, where
                found.add(name_of(page) or "")
    assert {"story:words", "story:change-goal", "complain", "course"} <= found, found
    assert len(found) > 8, found


def test_a_form_from_before_signing_in_again_comes_back_filled_in(learner: Learner) -> None:
    there = Client(enforce_csrf_checks=True)
    there.cookies = signed_in(learner).cookies
    there.get(COMPLAIN)
    answer = there.post(COMPLAIN, _old({"words": WORDS}), headers=_from("http://testserver"))
    assert answer.url == COMPLAIN
    page = there.get(COMPLAIN)
    assert "This page was open for too long, and nothing was sent or done." in text(page)
    assert _words(page) == WORDS
    assert not Case.objects.exists()


@pytest.mark.parametrize("origin", ["http://elsewhere.example", "null", "https://testserver", ""])
def test_what_another_site_sends_is_never_filled_in(learner: Learner, origin: str) -> None:
    there = Client(enforce_csrf_checks=True)
    there.cookies = signed_in(learner).cookies
    there.get(COMPLAIN)
    answer = there.post(COMPLAIN, _old({"words": WORDS}), headers=_from(origin))
    assert answer.status_code == 403
    assert "nothing was sent or done" in text(answer)
    assert _words(there.get(COMPLAIN)) == ""


def test_what_a_stranger_s_page_asks_is_not_kept(learner: Learner) -> None:
    there = Client(enforce_csrf_checks=True)
    there.cookies = signed_in(learner).cookies
    there.get("/what-could-i-get/")
    answer = there.post("/what-could-i-get/", _old({"residence": "wales"}), headers=_from("http://testserver"))
    assert answer.status_code == 302
    assert unsent.KEY not in there.session


def test_a_browser_without_cookies_is_told_so() -> None:
    answer = Client(enforce_csrf_checks=True).post("/join/", _old({}), headers=_from("http://testserver"))
    assert answer.status_code == 403
    assert "Allow cookies for this site" in text(answer)


def _confirmed(learner: Learner) -> None:
    """Their address is known for theirs: they can sign in by the page."""
    EmailAddress.objects.get_or_create(user=learner.user, email=learner.user.email, verified=True, primary=True)  # type: ignore[union-attr]


def _out_again(there: Client, page: str) -> Client:
    """The page is open, and the session over."""
    assert there.get(page).status_code == 200
    del there.cookies[settings.SESSION_COOKIE_NAME]
    return there


def _in_again(there: Client, session: Client) -> None:
    """Signed in, with what the browser's session held before."""
    kept = there.session[unsent.KEY]
    there.cookies[settings.SESSION_COOKIE_NAME] = session.cookies[settings.SESSION_COOKIE_NAME].value
    held = there.session
    held[unsent.KEY] = kept
    held.save()


def _send(there: Client, where: str, page: str = "", **fields: str) -> str:
    """Send it, from that page; where the browser is led to instead."""
    fields = fields or {"about": "service", "words": WORDS}
    answer = there.post(where, fields, headers={"Referer": f"http://testserver{page or where}"})
    assert answer.status_code == 302
    return str(answer.url)


def _sign_in(there: Client, learner: Learner, where: str) -> Any:
    wanted = parse_qs(urlsplit(where).query)["next"][0]
    fields = {"login": learner.user.email, "password": PASSWORD, "next": wanted}  # type: ignore[union-attr]
    return there.post("/account/login/", fields, follow=True)


def _words(page: Any, name: str = "words") -> str:
    """What is in the page's field of this name."""
    [area] = html.fromstring(page.content).xpath(f"//textarea[@name='{name}']")
    return (area.text or "").strip()


def _old(fields: dict[str, str]) -> dict[str, str]:
    return fields | {"csrfmiddlewaretoken": "a" * 64}


def _from(origin: str) -> dict[str, str]:
    return {"Origin": origin, "Referer": f"http://testserver{COMPLAIN}"} if origin else {}
