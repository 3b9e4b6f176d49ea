"""The language of a page: chosen by a button, kept in a cookie and with the person, and whole."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from accounts.models import User
from accounts.people import choose_language
from config.ids import grouped
from config.refusals import Refusal
from ledger import Actor
from ledger.models import Event
from tests.factories.brokerage import a_request
from tests.factories.providers import CourseRunFactory
from tests.factories.vouchers import a_voucher, learning_accounts
from tests.web.learner.visiting import just_shown
from vouchers.models import State
from web.notifications import writing

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    return learning_accounts(1)[0].learner.user


def choose(client: Client, language: str, then: str = "/") -> Any:
    return client.post("/language/", {"language": language, "next": then})


def test_a_visitor_who_chooses_welsh_comes_back_to_the_page_in_welsh(client: Client) -> None:
    answer = choose(client, "cy", "/what-could-i-get/?a=1")
    assert (answer.status_code, answer.url) == (302, "/what-could-i-get/?a=1")
    page = client.get("/what-could-i-get/")
    assert page.headers["Content-Language"] == "cy"
    assert '<html lang="cy"' in page.content.decode()
    assert "Beth allwn i ei gael" in page.content.decode()


def test_nobody_is_sent_to_another_site(client: Client) -> None:
    assert choose(client, "fr", "https://elsewhere.example/").url == "/"


def test_a_language_that_there_is_not_changes_nothing(client: Client, user: User) -> None:
    client.force_login(user)
    assert choose(client, "de").status_code == 302
    assert client.get("/learner/").headers["Content-Language"] == "en-gb"
    user.refresh_from_db()
    assert user.language == "en-gb"


def test_a_link_cannot_change_the_language(client: Client) -> None:
    assert client.get("/language/?language=cy").status_code == 405


def test_the_choice_of_somebody_who_is_signed_in_follows_them(user: User) -> None:
    here, there = Client(), Client(headers={"Accept-Language": "cy"})
    here.force_login(user)
    there.force_login(user)
    choose(here, "fr")
    assert there.get("/learner/").headers["Content-Language"] == "fr"
    user.refresh_from_db()
    assert user.language == "fr"


def test_a_choice_is_told_to_the_ledger_once_and_without_the_language(user: User) -> None:
    for _ in range(2):
        choose_language(user, "cy", actor=Actor.user(user.pk))
    event = Event.objects.get(kind="user.language_chosen")
    assert (event.subject, event.data) == (f"user:{user.pk}", {})


def test_an_unknown_language_is_refused_and_nothing_is_changed(user: User) -> None:
    with pytest.raises(Refusal) as refused:
        choose_language(user, "de", actor=Actor.user(user.pk))
    assert (refused.value.code, refused.value.advice) == (
        "language_unknown",
        "Choose one of en-gb, cy, fr. Nothing was changed.",
    )
    user.refresh_from_db()
    assert (user.language, Event.objects.filter(kind="user.language_chosen").exists()) == ("en-gb", False)


def test_the_language_in_use_is_no_button_and_the_others_say_what_they_are(client: Client) -> None:
    page = client.get("/", headers={"Accept-Language": "fr"}).content.decode()
    assert re.findall(r'value="(en-gb|cy|fr)"\s+lang="\1"', page) == ["en-gb", "cy"]
    assert '<span lang="fr" aria-current="true">Français</span>' in page


# What is data and not ours to translate.
NAMES = {"Waymark", "English", "Cymraeg", "Français"}
PAGES = {
    State.RESERVED: ("", "pay/", "paid/"),
    State.ISSUED: ("", "withdraw/"),
    State.ACCEPTED: ("", "withdraw/"),
    State.STARTED: ("", "milestones/1/not-right/"),
    State.CLOSED: ("",),
}
ADDRESSES = (
    "/",
    "/what-could-i-get/",
    "/courses/",
    "/providers/apply/",
    "/account/login/",
    "/account/signup/",
    "/account/password/reset/",
    "/account/password/reset/done/",
    "/account/confirm-email/",
    "/no-such-page/",
)


@pytest.fixture
def marked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each message that was looked up stands between ⟦ and ⟧."""
    translation.gettext("")  # Django looks its functions up at the first call
    for name, place in (("gettext", 0), ("pgettext", 1)):
        translate = getattr(translation._trans, name)
        monkeypatch.setattr(translation._trans, name, lambda *said, place=place, of=translate: f"⟦{of(*said)}⟧")
    for name in ("ngettext", "npgettext"):
        translate = getattr(translation._trans, name)
        monkeypatch.setattr(translation._trans, name, lambda *said, of=translate: f"⟦{of(*said)}⟧")


class Said(HTMLParser):
    """The texts of a page that somebody reads or hears."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.silent += tag in {"script", "style"}
        self.texts += [
            value for name, value in attributes if name in {"aria-label", "alt", "title", "placeholder"} and value
        ]

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in {"script", "style"}

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.texts.append(data)


def unmarked(page: str, names: set[str]) -> list[str]:
    """What is neither marked nor a name. A sentence with markup inside is several texts."""
    said = Said()
    said.feed(page)
    whole = "\n".join(said.texts)
    while whole != (whole := re.sub(r"⟦[^⟦⟧]*⟧", "", whole)):
        pass
    whole = re.sub(r"\S*[0-9a-f]{8}-[0-9a-f-]{27}\S*", "", whole)  # ids, and the references made of them
    for name in sorted(names, key=len, reverse=True):
        whole = whole.replace(name, "")
    return [line.strip() for line in whole.splitlines() if re.search(r"[A-Za-z]{2}", line)]


@pytest.mark.usefixtures("marked")
@pytest.mark.parametrize("address", ADDRESSES)
def test_each_public_page_is_whole(client: Client, address: str) -> None:
    run = CourseRunFactory(price_minor=120_00)
    page = client.get(address)
    assert unmarked(page.content.decode(), NAMES | {run.course.title, run.course.provider.name}) == []


def names_of(voucher: Any) -> set[str]:
    course, scheme = voucher.run.course, voucher.learning_account.scheme
    venue = voucher.run.venue
    return NAMES | {
        course.title,
        course.provider.name,
        scheme.name,
        scheme.funder_name,
        voucher.learner.user.name,
        grouped(voucher.code),
        *([venue.name, venue.town, venue.street, venue.postcode] if venue else []),
    } - {""}


@pytest.mark.usefixtures("marked")
@pytest.mark.parametrize("state", [State.RESERVED, State.ISSUED, State.ACCEPTED, State.STARTED, State.CLOSED])
def test_each_page_of_a_learner_with_a_voucher_is_whole(state: State) -> None:
    voucher = a_voucher(state=state, own=state == State.RESERVED)
    client = just_shown(voucher.learner)
    for page in (
        "",
        "courses/",
        f"courses/{voucher.run.pk}/",
        "statement/",
        "vouchers/",
        "leaving/",
        *(f"vouchers/{voucher.pk}/{page}" for page in PAGES[state]),
    ):
        answer = client.get(f"/learner/{page}")
        assert answer.status_code == 200, page
        assert "".join(unmarked(answer.content.decode(), names_of(voucher))) == "", page


@pytest.mark.usefixtures("marked")
@pytest.mark.parametrize("policy", ["open", "guided", "structured"])
def test_each_page_of_a_request_is_whole(policy: str) -> None:
    request = a_request(policy=policy)
    course, account = request.run.course, request.learning_account
    names = {course.title, course.provider.name, account.scheme.name, account.learner.user.name}
    for adviser in (request.adviser, request.cover):
        names.add(adviser.user.name)
    page = just_shown(account.learner).get(f"/learner/requests/{request.pk}/")
    assert unmarked(page.content.decode(), names | NAMES | {"please"}) == []  # "please" is what they wrote


@pytest.mark.usefixtures("marked")
def test_each_letter_is_whole_and_in_the_language_of_who_reads_it(mailoutbox: list[Any]) -> None:
    voucher = a_voucher(state=State.CLOSED)
    User.objects.update(language="fr")
    writing.notice(below=2**62)
    assert writing.send() == len(mailoutbox) > 4
    for letter in mailoutbox:
        html, _kind = letter.alternatives[0]
        assert '<html lang="fr">' in html
        assert unmarked(f"{html}\n{letter.subject}", names_of(voucher)) == []
    assert "Votre bon est prêt" in "".join(letter.subject for letter in mailoutbox)
