"""The language of a page: chosen by a button, kept in a cookie and with the person, and whole."""

from __future__ import annotations

import datetime as dt
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation

from accounts.models import Copy, Learner, User
from accounts.people import choose_language
from brokerage import representing
from brokerage.hearing import answering
from brokerage.models import Adviser, Request
from brokerage.organisations import marking, standing_in
from config.ids import grouped
from config.refusals import Refusal
from ledger import Actor, now, today
from ledger.models import Event
from tests.factories.brokerage import a_request, an_adviser, an_organisation
from tests.factories.hearing import a_lead, asked, half_a_year_after, heard, show
from tests.factories.proofs import RESIDENCE, wants_proof
from tests.factories.providers import CourseRunFactory
from tests.factories.vouchers import a_scheme, a_voucher, learning_accounts
from tests.web.account.situations import with_a_sheet, with_an_app
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
    "/guidance/",
    "/providers/apply/",
    "/account/login/",
    "/account/signup/",
    "/join/",
    "/join/name/",
    "/account/password/reset/",
    "/account/password/reset/done/",
    "/account/confirm-email/",
    "/no-such-page/",
)

SIGNING_UP: dict[str, dict[str, str]] = {
    "name": {"given_name": "Mair", "family_name": "Huws"},
    "date-of-birth": {"date_of_birth_day": "5", "date_of_birth_month": "11", "date_of_birth_year": "1990"},
    "where-you-live": {"residence": "wales", "postcode": "CF10 1AA"},
    "email": {"email": "mair@example.org"},
    "password": {"password": "three-odd-words"},
}


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
def test_each_page_of_signing_up_is_whole(client: Client) -> None:
    cache.clear()  # allauth counts there how often it has written to an address
    scheme = a_scheme()
    for page, answers in SIGNING_UP.items():
        assert unmarked(client.get(f"/join/{page}/").content.decode(), NAMES) == [], page
        assert client.post(f"/join/{page}/", answers).status_code == 302
    said = {"Mair", "Huws", "mair@example.org", "CF10 1AA"}
    assert unmarked(client.get("/join/check/").content.decode(), NAMES | said) == []
    page = client.post("/join/check/", follow=True)
    assert unmarked(page.content.decode(), NAMES) == []
    link = re.search(r"http://testserver(/\S+)", mail.outbox[0].body)
    assert link
    page = client.post(link.group(1), follow=True)
    assert page.redirect_chain[-1][0] == "/learner/open/"
    for address in ("/learner/open/", "/learner/about-me/"):
        page = client.get(address)
        assert unmarked(page.content.decode(), NAMES | said | {scheme.name, scheme.funder_name}) == [], address


@pytest.mark.usefixtures("marked")
def test_each_page_about_how_somebody_signs_in_is_whole(settings: Any) -> None:
    provider = {"provider_id": "people", "name": "People of Wales", "client_id": "x", "secret": "x", "settings": {}}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [provider]}}
    learner = learning_accounts(1)[0].learner
    names = NAMES | {learner.user.name, "People of Wales"}
    nothing_yet = just_shown(learner)
    for page in ("2fa/", "2fa/totp/activate/", "2fa/webauthn/add/", "2fa/recovery-codes/generate/", "reauthenticate/"):
        answer = nothing_yet.get(f"/account/{page}")
        assert answer.status_code == 200, page
        secret = re.findall(r"<code.*?>(\w+)</code>", answer.content.decode())
        assert unmarked(answer.content.decode(), names | set(secret)) == [], page
    with_a_sheet(learner)
    for page in ("2fa/", "2fa/recovery-codes/", "2fa/recovery-codes/lost/", "2fa/recovery-codes/lost/x/", "3rdparty/"):
        page_shown = nothing_yet.get(f"/account/{page}").content.decode()
        assert unmarked(page_shown, names) == [], page
    assert unmarked(nothing_yet.get("/account/2fa/reauthenticate/").content.decode(), names) == []
    with_an_app(learner)
    Authenticator.objects.create(user=learner.user, type="webauthn", data={"name": "My phone", "credential": {}})
    names |= {"My phone"}
    [passkey] = Authenticator.objects.filter(type="webauthn")
    for page in (
        "2fa/",
        "2fa/reauthenticate/",
        "2fa/totp/deactivate/",
        "2fa/webauthn/",
        f"2fa/webauthn/keys/{passkey.pk}/edit/",
        f"2fa/webauthn/keys/{passkey.pk}/remove/",
    ):
        answer = nothing_yet.get(f"/account/{page}")
        assert answer.status_code == 200, page
        assert unmarked(answer.content.decode(), names) == [], page


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
def test_the_page_of_a_learners_adviser_is_whole() -> None:
    request = a_request(policy="open")
    organisation, other = request.adviser.organisation, an_organisation("Llwybr De")
    elsewhere = an_adviser("Nia Prosser")
    Adviser.objects.filter(pk=elsewhere.pk).update(organisation=other)
    hours = marking.Details("01990 555 010", "01990 555 099", 0, 4, dt.time(9), dt.time(17))
    marking.change_details(organisation, hours, actor=Actor.system("a test"))
    standing_in.go_away(request.adviser, today(), today(), actor=Actor.system("a test"))
    names = {
        organisation.name,
        other.name,
        organisation.telephone,
        organisation.night_telephone,
        request.learning_account.scheme.name,
    }
    names |= {request.adviser.user.name, request.cover.user.name, request.learner.user.name}
    page = just_shown(request.learner).get("/learner/adviser/")
    assert unmarked(page.content.decode(), names | NAMES) == []


@pytest.mark.usefixtures("marked")
def test_each_page_of_what_a_learner_is_asked_is_whole(clock: Any) -> None:
    given = heard(clock, 10, "zzz")
    [feedback], [after] = asked(clock), half_a_year_after(clock)
    remark = given[0].remarks.get()
    show(answering.answer(remark.pk, "zzz", by=a_lead(), actor=Actor.system("a test")))
    of_course = names_of(after.voucher)
    for learner, page in (
        (feedback.learner, f"/learner/how-guidance-was/{feedback.pk}/"),
        (given[0].learner, f"/learner/how-guidance-was/{given[0].pk}/"),
        (given[0].learner, f"/guidance/{feedback.organisation_id}/"),
        (after.voucher.learner, f"/learner/what-became/{after.pk}/"),
    ):
        answer = just_shown(learner).get(page)
        names = of_course | {learner.user.name, feedback.organisation.name, "zzz"}
        assert unmarked(answer.content.decode(), names) == [], page


@pytest.mark.usefixtures("marked")
@pytest.mark.parametrize("become", ["", "waiting", "turned_down", "lapsed"])
def test_each_page_about_a_document_is_whole(become: str) -> None:
    [account] = learning_accounts(1)
    wants_proof(account.scheme, RESIDENCE)
    client = just_shown(account.learner)
    address = f"/learner/proofs/{account.scheme.pk}/residence/"
    if become:
        client.post(address, {"document": "utility_bill", "file": SimpleUploadedFile("x", b"%PDF-1.4\n%%EOF\n")})
        by = None if become == "lapsed" else account.learner.user
        if become != "waiting":
            reason = "" if become == "lapsed" else "please"
            Copy.objects.update(state=become, file="", decided_at=now(), decided_by=by, reason=reason)
    names = NAMES | {account.scheme.name, account.learner.user.name, account.learner.given_name, "please"}
    for page in (address, "/learner/"):
        answer = client.get(page)
        assert answer.status_code == 200
        assert unmarked(answer.content.decode(), names) == []


@pytest.mark.usefixtures("marked")
@pytest.mark.parametrize("young", [True, False])
def test_each_page_about_somebody_who_acts_for_a_learner_is_whole(young: bool) -> None:
    asked = a_request(policy="open", worth=150_00)
    learner, course = asked.learner, asked.run.course
    if young:
        Learner.objects.filter(pk=learner.pk).update(date_of_birth=today() - dt.timedelta(days=15 * 366))
    by = User.objects.create_user("pat@carer.example", name="Pat Carer")
    may = {"may_ask": True, "spends_minor": 200_00}
    token = representing.invite(by.email, learner=learner, actor=Actor.user(by.pk), **may).token
    representing.invite("late@carer.example", learner=learner, actor=Actor.user(by.pk), **may)
    names = NAMES | {learner.name, learner.given_name, by.name, by.email, "late@carer.example", "please"}
    names |= {course.title, course.provider.name, asked.learning_account.scheme.name}
    names |= {asked.adviser.user.name, asked.adviser.organisation.name}

    def whole(client: Client, *pages: str) -> None:
        for page in pages:
            answer = client.get(page)
            assert answer.status_code == 200, page
            assert unmarked(answer.content.decode(), names) == [], page

    theirs = Client()
    theirs.force_login(by)
    whole(Client(), f"/represent/{token}/")
    assert unmarked(Client().get("/represent/another/").content.decode(), names) == []
    whole(theirs, f"/represent/{token}/", "/learner/for/")
    made = representing.accept(token, by=by, actor=Actor.user(by.pk))
    whole(theirs, "/learner/for/")
    theirs.post(f"/learner/for/{made.pk}/")
    request = f"/learner/requests/{asked.pk}/"
    whole(theirs, "/learner/", request, "/learner/statement/")
    Request.objects.update(wanted_by=made, wanted_most_minor=200_00, wanted_for_young=young, asked_by=made)
    whole(theirs, request)
    mine = just_shown(learner)
    pages = ("/learner/", request, f"{request}go-ahead/", "/learner/looks/")
    whole(mine, *pages, "/learner/representatives/", "/learner/representatives/invite/")


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
