"""An organisation's own pages: its details and venues, its bank account, its staff, and who may see which."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from ledger.models import Event
from providers.models import BankAccount, Invitation, Provider, Role, Staff, Venue
from tests.factories.accounts import a_manager
from tests.factories.providers import BankAccountFactory, ProviderFactory, StaffFactory, UserFactory, VenueFactory
from tests.web.learner.visiting import text
from tests.web.provider.visiting import just_shown, signed_in

pytestmark = pytest.mark.django_db

HOME = "/provider/organisation/"
IBAN = "GB29 NWBK 6016 1331 9268 19"
DETAILS = {
    "ukprn": "1000 4695",
    "siret": "",
    "vat": "",
    "website": "https://nb.example",
    "contact_name": "Mair Owen",
    "contact_email": "mair@nb.example",
    "contact_telephone": "01632 960 001",
    "street": "1 College Road",
    "town": "Newbridge",
    "postcode": "NB1 1AA",
    "country": "GB",
}


@pytest.fixture
def college() -> Provider:
    return ProviderFactory(name="Newbridge College", ukprn="")


@pytest.fixture
def mair(college: Provider) -> Staff:
    return StaffFactory(provider=college, user__name="Mair Owen", roles=[Role.ADMINISTRATOR, Role.MONEY])


@pytest.fixture
def tomos(college: Provider) -> Staff:
    return StaffFactory(provider=college, user__name="Tomos Rhys")


def link_in_the_letter() -> str:
    [letter] = mail.outbox
    found = re.search(r"/providers/join/\S+/", str(letter.body))
    assert found is not None
    return found.group()


# Applying


def test_an_organisation_applies_and_whoever_filled_it_in_is_its_administrator() -> None:
    user = UserFactory(name="Mair Owen")
    client = signed_in(user)
    page = client.get("/providers/apply/")
    assert (page.status_code, "Mair Owen" in page.content.decode()) == (200, True)
    sent = client.post("/providers/apply/", DETAILS | {"name": "Newbridge College"})
    assert (sent.status_code, sent.headers["Location"]) == (302, HOME)
    staff = Staff.objects.get()
    assert (staff.user, staff.provider.ukprn, staff.provider.state) == (user, "10004695", "applied")
    shown = text(client.get(HOME))
    assert "Newbridge College Applied" in shown
    assert "Until they accept it, learners cannot choose you." in shown
    assert client.get("/providers/apply/").status_code == 302


def test_a_stranger_reads_what_is_needed_before_they_sign_in() -> None:
    said = text(Client().get("/providers/apply/"))
    assert "a UKPRN, a SIRET or a VAT number" in said
    assert Client().post("/providers/apply/", DETAILS | {"name": "X"}).status_code == 200
    assert not Provider.objects.exists()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"ukprn": "2000"}, "“2000” is not a UK provider reference number."),
        ({"ukprn": "", "siret": "732 829 320 00075"}, "This is not a SIRET"),
        ({"ukprn": "", "vat": "GB1"}, "This is not a VAT number"),
        ({"ukprn": ""}, "Give at least one number"),
        ({"contact_email": "nobody"}, "is not an e-mail address"),
        ({"website": "javascript:alert(1)"}, "is not a web address"),
        ({"country": "ZZ"}, "Select a valid choice"),
        ({"name": "\x00"}, "Null characters"),
        ({"name": ""}, "This field is required"),
    ],
)
def test_an_application_that_is_not_in_order_comes_back_with_what_was_typed(given: dict[str, str], said: str) -> None:
    client = signed_in(UserFactory())
    page = client.post("/providers/apply/", DETAILS | {"name": "Newbridge College"} | given)
    assert page.status_code == 422
    assert said in text(page)
    assert "01632 960 001" in page.content.decode()
    assert not Provider.objects.exists()


def test_a_number_that_is_known_already_leads_to_those_who_set_it_up() -> None:
    ProviderFactory(ukprn="10004695")
    page = signed_in(UserFactory()).post("/providers/apply/", DETAILS | {"name": "Newbridge College"})
    assert page.status_code == 422
    assert "is registered already. If it is yours, ask whoever set it up to invite you" in text(page)


def test_whoever_manages_schemes_cannot_apply() -> None:
    page = signed_in(a_manager().user).post("/providers/apply/", DETAILS | {"name": "Newbridge College"})
    assert page.status_code == 422
    assert "You manage schemes, so you cannot work for a provider that they pay." in text(page)
    assert not Provider.objects.exists()


# The organisation


def test_the_page_shows_what_is_known_and_costs_as_much_for_many_as_for_one(college: Provider, mair: Staff) -> None:
    client, asked = signed_in(mair.user), []
    for _more in range(2):
        VenueFactory(provider=college)
        StaffFactory(provider=college)
        with CaptureQueriesContext(connection) as queries:
            page = client.get(HOME)
        asked.append(len(queries))
    assert asked == [8, 8]
    assert "Mair Owen" in text(page)
    assert "Campus" in text(page)


def test_details_are_put_right_and_a_number_that_stands_is_not_asked_for(college: Provider, mair: Staff) -> None:
    client = signed_in(mair.user)
    assert client.post(f"{HOME}details/", DETAILS).status_code == 302
    college.refresh_from_db()
    assert (college.ukprn, college.contact_email, college.town) == ("10004695", "mair@nb.example", "Newbridge")
    changed = Event.objects.get(kind="provider.corrected").data["changed"]
    assert {"ukprn", "contact_email", "town"} <= set(changed)
    assert "mair@nb.example" not in str(Event.objects.get(kind="provider.corrected").data)
    assert 'name="ukprn"' not in client.get(f"{HOME}details/").content.decode()
    client.post(f"{HOME}details/", DETAILS | {"ukprn": "10009999"})
    college.refresh_from_db()
    assert college.ukprn == "10004695"
    assert Event.objects.filter(kind="provider.corrected").count() == 1


def test_details_that_are_wrong_come_back(mair: Staff) -> None:
    page = signed_in(mair.user).post(f"{HOME}details/", DETAILS | {"contact_name": "", "vat": "GB1"})
    assert page.status_code == 422
    assert "mair@nb.example" in page.content.decode()
    assert not Event.objects.exists()


def test_a_venue_is_added_and_put_right(college: Provider, mair: Staff) -> None:
    client = signed_in(mair.user)
    place = {"name": "Annexe", "street": "2 High Street", "town": "Newbridge", "postcode": "NB1 1AB"}
    assert client.post(f"{HOME}venues/new/", place).status_code == 302
    venue = Venue.objects.get(provider=college)
    assert client.get(f"{HOME}venues/{venue.pk}/").status_code == 200
    assert client.post(f"{HOME}venues/{venue.pk}/", place | {"postcode": "NB1 1AC"}).status_code == 302
    venue.refresh_from_db()
    assert venue.postcode == "NB1 1AC"
    assert list(Event.objects.order_by("id").values_list("kind", flat=True)) == ["venue.added", "venue.corrected"]


def test_a_venue_that_is_nowhere_or_there_twice_is_refused(college: Provider, mair: Staff) -> None:
    client = signed_in(mair.user)
    assert client.post(f"{HOME}venues/new/", {"name": "  "}).status_code == 422
    here = VenueFactory(provider=college)
    same = {"name": here.name, "street": here.street, "town": here.town, "postcode": here.postcode}
    page = client.post(f"{HOME}venues/new/", same)
    assert (page.status_code, "You have a venue with this name and address already." in text(page)) == (422, True)
    assert client.get(f"{HOME}venues/{VenueFactory().pk}/").status_code == 404
    assert college.venues.count() == 1


# The bank account


def test_one_proposes_a_bank_account_and_another_approves_it(college: Provider, mair: Staff, tomos: Staff) -> None:
    sent = just_shown(mair.user).post(f"{HOME}bank/", {"holder": "Newbridge College", "iban": IBAN, "bic": ""})
    assert sent.status_code == 302
    waiting = BankAccount.objects.get()
    theirs = text(just_shown(mair.user).get(f"{HOME}bank/"))
    assert "A colleague has to approve it" in theirs
    client = just_shown(tomos.user)
    assert "GB29 NWBK 6016 1331 9268 19" in text(client.get(f"{HOME}bank/"))
    assert client.post(f"{HOME}bank/{waiting.pk}/decide/", {"answer": "approve"}).status_code == 302
    shown = text(client.get(f"{HOME}bank/"))
    assert "GB•• •••• 6819" in shown
    assert "NWBK" not in re.sub("Such as .*? bank", "", shown)
    assert "proposed by Mair Owen" in shown
    assert "decided by Tomos Rhys" in shown
    assert BankAccount.objects.in_force().get() == waiting


def test_whoever_proposed_it_is_told_that_they_cannot_approve_it(mair: Staff) -> None:
    proposed = BankAccountFactory(proposed=True, provider=mair.provider, proposed_by=mair.user)
    page = just_shown(mair.user).post(f"{HOME}bank/{proposed.pk}/decide/", {"answer": "approve"})
    assert (page.status_code, "somebody else has to decide about it" in text(page)) == (403, True)
    assert "there is none yet" in text(page)
    assert not BankAccount.objects.in_force().exists()


def test_a_wrong_number_comes_back_with_what_was_typed(mair: Staff) -> None:
    page = just_shown(mair.user).post(f"{HOME}bank/", {"holder": "Newbridge College", "iban": "GB00 1", "bic": ""})
    assert (page.status_code, "This is not an IBAN" in text(page)) == (422, True)
    assert 'value="GB00 1"' in page.content.decode()
    assert not BankAccount.objects.exists()


def test_nothing_about_money_is_done_without_the_password(mair: Staff) -> None:
    proposed = BankAccountFactory(proposed=True, provider=mair.provider)
    client = signed_in(mair.user)
    for address in (f"{HOME}bank/", f"{HOME}bank/{proposed.pk}/decide/"):
        sent = client.post(address, {"answer": "approve", "holder": "A", "iban": IBAN})
        assert (sent.status_code, "/account/reauthenticate/" in sent.headers["Location"]) == (302, True)
    proposed.refresh_from_db()
    assert proposed.state == "proposed"


def test_an_answer_that_is_none_is_no_page(mair: Staff) -> None:
    proposed = BankAccountFactory(proposed=True, provider=mair.provider)
    assert just_shown(mair.user).post(f"{HOME}bank/{proposed.pk}/decide/", {"answer": "burn"}).status_code == 404


# Staff


def test_somebody_is_invited_by_letter_and_joins(mair: Staff) -> None:
    sent = just_shown(mair.user).post(f"{HOME}staff/", {"email": "dai@nb.example", "roles": ["courses", "delivery"]})
    assert sent.status_code == 302
    assert mail.outbox[0].to == ["dai@nb.example"]
    link = link_in_the_letter()
    page = Client().get(link)
    assert "Work with Newbridge College" in text(page)
    assert "Mair Owen has invited you." in text(page)
    assert (page["Referrer-Policy"], page["Cache-Control"]) == ("same-origin", "no-store")
    assert Client().post(link).headers["Location"].startswith("/account/login/")
    client = signed_in(UserFactory(email="dai@nb.example"))
    assert client.post(link).headers["Location"] == "/provider/"
    assert Staff.objects.get(user__email="dai@nb.example").roles == ["courses", "delivery"]
    again = client.post(link)
    assert (again.status_code, "Each can be used once." in text(again)) == (409, True)


def test_an_adviser_or_another_address_cannot_accept(mair: Staff) -> None:
    just_shown(mair.user).post(f"{HOME}staff/", {"email": "gwen@nb.example", "roles": ["money"]})
    link = link_in_the_letter()
    wrong = signed_in(UserFactory()).post(link)
    assert (wrong.status_code, "sent to another e-mail address" in text(wrong)) == (403, True)
    manager = a_manager()
    User.objects.filter(pk=manager.user_id).update(email="gwen@nb.example")
    page = signed_in(manager.user).post(link)
    assert (page.status_code, "You manage schemes" in text(page)) == (403, True)
    assert Invitation.objects.get().state == "sent"


def test_a_link_that_leads_nowhere_says_so() -> None:
    page = Client().get("/providers/join/nothing-like-it/")
    assert (page.status_code, "This invitation does not exist" in text(page)) == (404, True)


def test_a_letter_that_could_not_be_sent_is_said(mair: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: Any, **__: Any) -> int:
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", away)
    client = just_shown(mair.user)
    page = client.post(f"{HOME}staff/", {"email": "dai@nb.example", "roles": ["money"]}, follow=True)
    assert "The letter could not be sent. Invite them again in a while." in text(page)


def test_an_invitation_is_taken_back(mair: Staff) -> None:
    client = just_shown(mair.user)
    client.post(f"{HOME}staff/", {"email": "dai@nb.example", "roles": ["money"]})
    assert "dai@nb.example" in text(client.get(f"{HOME}staff/"))
    assert client.post(f"{HOME}invitations/{Invitation.objects.get().pk}/withdraw/").status_code == 302
    assert "dai@nb.example" not in text(client.get(f"{HOME}staff/"))
    assert Client().get(link_in_the_letter()).status_code == 404


def test_roles_are_changed_and_somebody_is_taken_off(mair: Staff, tomos: Staff) -> None:
    client = just_shown(mair.user)
    assert client.get(f"{HOME}staff/{tomos.pk}/").status_code == 200
    assert client.post(f"{HOME}staff/{tomos.pk}/", {"roles": ["courses"]}).status_code == 302
    tomos.refresh_from_db()
    assert tomos.roles == ["courses"]
    assert client.post(f"{HOME}staff/{tomos.pk}/", {"roles": []}).status_code == 422
    assert client.post(f"{HOME}staff/{tomos.pk}/leave/").status_code == 302
    assert signed_in(tomos.user).get("/provider/").status_code == 404


def test_the_last_administrator_is_told_why_they_stay(mair: Staff) -> None:
    client = just_shown(mair.user)
    page = client.post(f"{HOME}staff/{mair.pk}/", {"roles": ["money"]})
    assert (page.status_code, "left without an administrator" in text(page)) == (422, True)
    page = client.post(f"{HOME}staff/{mair.pk}/leave/", follow=True)
    assert "left without an administrator" in text(page)
    mair.refresh_from_db()
    assert (mair.left_at, mair.roles) == (None, ["administrator", "money"])


# Who may see what

PAGES: list[Callable[[Provider], str]] = [
    lambda _college: f"{HOME}details/",
    lambda _college: f"{HOME}venues/new/",
    lambda _college: f"{HOME}bank/",
    lambda _college: f"{HOME}staff/",
]


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        (Role.ADMINISTRATOR, [200, 200, 200, 200]),
        (Role.COURSES, [404, 200, 404, 404]),
        (Role.DELIVERY, [404, 404, 404, 404]),
        (Role.MONEY, [404, 404, 200, 404]),
    ],
)
def test_each_role_opens_its_own_pages(college: Provider, role: Role, seen: list[int]) -> None:
    client = just_shown(StaffFactory(provider=college, roles=[role]).user)
    assert client.get(HOME).status_code == 200
    assert [client.get(page(college)).status_code for page in PAGES] == seen


def test_to_anybody_else_there_are_no_such_pages(college: Provider, mair: Staff) -> None:
    VenueFactory(provider=college)
    for client in (signed_in(UserFactory()), signed_in(a_manager().user)):
        assert [client.get(page(college)).status_code for page in PAGES] == [404] * 4
        assert client.get(HOME).status_code == 404


def test_the_organisation_is_in_the_navigation_and_staff_come_to_their_own_first_page(mair: Staff) -> None:
    client = signed_in(mair.user)
    assert client.get("/").headers["Location"] == "/provider/"
    assert f'href="{HOME}"' in client.get("/provider/").content.decode()
