"""Signing in through an identity provider: a double of one on this machine, asked over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.core import mail
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from tests.factories.vouchers import a_scheme, a_voucher
from tests.web.account.identity_provider import IdentityProvider
from tests.web.learner.visiting import just_shown, somebody, text
from vouchers.models import State

pytestmark = pytest.mark.django_db
MAIR = {
    "sub": "248289761001",
    "given_name": "Mair",
    "family_name": "O'Neill",
    "birthdate": "1990-11-05",
    "email": "mair@example.org",
    "email_verified": True,
}


@pytest.fixture
def people(settings: Any) -> Iterator[IdentityProvider]:
    cache.clear()
    provider = IdentityProvider()
    provider.person = dict(MAIR)
    settings.SOCIALACCOUNT_PROVIDERS = provider.configured
    yield provider
    provider.close()


def go_there_and_back(client: Client, process: str = "login", then: str = "/join/") -> Any:
    """The button, the provider's own page, and the way back from it."""
    there = client.post(f"/account/oidc/people/login/?process={process}&next={then}")
    back = requests.get(there.url, allow_redirects=False, timeout=5).headers["Location"]
    return client.get(back.removeprefix("http://testserver"))


def test_without_one_there_is_no_button() -> None:
    assert "Go on with" not in text(Client().get("/account/login/"))
    assert Client().post("/account/oidc/people/login/").status_code == 404


def test_somebody_new_goes_on_to_sign_up_with_what_the_provider_knows_of_them(people: IdentityProvider) -> None:
    a_scheme()
    client = Client()
    assert "Go on with People of Wales" in text(client.get("/account/login/"))
    assert "Go on with People of Wales" in text(client.get("/join/"))
    assert go_there_and_back(client).url == "/join/"
    described = "/.well-known/openid-configuration"
    assert people.asked == [described, "/authorize", described, "/token", "/userinfo"]
    user = User.objects.get()
    assert (user.email, user.name, user.has_usable_password()) == ("mair@example.org", "Mair O'Neill", False)
    assert EmailAddress.objects.get().verified
    assert not SocialToken.objects.exists()
    assert 'value="O&#x27;Neill"' in client.get("/join/name/").content.decode()
    client.post("/join/name/", {"given_name": "Mair", "family_name": "O'Neill"})
    assert 'value="1990"' in client.get("/join/date-of-birth/").content.decode()
    client.post(
        "/join/date-of-birth/", {"date_of_birth_day": "5", "date_of_birth_month": "11", "date_of_birth_year": "1990"}
    )
    client.post("/join/where-you-live/", {"residence": "wales"})
    assert client.post("/join/check/").url == "/learner/open/"
    assert User.objects.get().learner.name == "Mair O'Neill"


def test_the_same_person_is_known_again_also_under_another_address(people: IdentityProvider) -> None:
    go_there_and_back(Client())
    people.person["email"] = "mair@elsewhere.example"
    client = Client()
    go_there_and_back(client)
    assert client.get("/join/name/").status_code == 200
    assert User.objects.get().email == "mair@example.org"


def test_an_address_that_the_provider_has_not_seen_has_to_be_shown_to_be_theirs(people: IdentityProvider) -> None:
    people.person["email_verified"] = False
    client = Client()
    assert go_there_and_back(client).url == "/account/confirm-email/"
    assert not EmailAddress.objects.get().verified
    assert "Password" not in text(client.get("/join/check/", follow=True))
    assert [message.subject for message in mail.outbox] == ["Is this your e-mail address?"]


@pytest.mark.parametrize("verified", [True, False])
def test_an_account_that_is_there_is_not_opened_by_a_provider_s_word(people: IdentityProvider, verified: bool) -> None:
    theirs = User.objects.create_user("mair@example.org", "a-password-to-try", name="Mair")
    EmailAddress.objects.create(user=theirs, email=theirs.email, verified=True, primary=True)
    people.person["email_verified"] = verified
    client = Client()
    assert go_there_and_back(client).url == "/account/confirm-email/"
    assert "_auth_user_id" not in client.session
    assert not SocialAccount.objects.exists()
    assert [message.subject for message in mail.outbox] == ["You have an account already"]


def test_its_owner_connects_it_in_their_own_session(people: IdentityProvider) -> None:
    learner = somebody()
    assert learner.user is not None
    User.objects.filter(pk=learner.user_id).update(email="mair@example.org")
    EmailAddress.objects.create(user=learner.user, email="mair@example.org", verified=True, primary=True)
    client = just_shown(learner)
    assert "Connect People of Wales" in text(client.get("/account/2fa/"))
    go_there_and_back(client, "connect", "/account/2fa/")
    assert SocialAccount.objects.get().user_id == learner.user_id
    assert [(message.subject, "People of Wales" in message.body) for message in mail.outbox] == [
        ("A way to sign in was added", True)
    ]
    assert "You can sign in through People of Wales." in text(client.get("/account/2fa/"))
    later = Client()
    assert go_there_and_back(later, then="/learner/").url == "/learner/"
    assert later.get("/learner/").status_code == 200


def test_one_who_is_known_there_by_another_address_is_not_connected(people: IdentityProvider) -> None:
    learner = somebody()
    assert learner.user is not None
    EmailAddress.objects.create(user=learner.user, email=learner.user.email, verified=True, primary=True)
    client = just_shown(learner)
    assert go_there_and_back(client, "connect", "/account/2fa/").url == "/account/2fa/"
    assert "They know you by another e-mail address than we do" in text(client.get("/account/2fa/"))
    assert not SocialAccount.objects.exists()


def test_an_answer_that_nobody_asked_for_signs_nobody_in(people: IdentityProvider) -> None:
    client = Client()
    response = client.get("/account/oidc/people/login/callback/", {"code": "x", "state": "made-up"})
    assert "Signing in did not work" in text(response)
    assert not User.objects.exists()


def test_a_provider_that_fails_is_said_to_have_failed(people: IdentityProvider) -> None:
    client = Client()
    there = client.post("/account/oidc/people/login/?process=login")
    back = requests.get(there.url, allow_redirects=False, timeout=5).headers["Location"]
    people.codes.clear()
    assert "Signing in did not work" in text(client.get(back.removeprefix("http://testserver")))
    assert not User.objects.exists()


@pytest.mark.parametrize("said", ["false", "", 0, None, "no"])
def test_what_a_provider_says_of_an_address_is_taken_word_for_word(people: IdentityProvider, said: Any) -> None:
    people.person["email_verified"] = said
    go_there_and_back(Client())
    assert not EmailAddress.objects.get().verified


def test_one_that_says_nothing_of_who_it_was_has_failed(people: IdentityProvider) -> None:
    people.person = {"email": "mair@example.org", "email_verified": True}
    assert "Signing in did not work" in text(go_there_and_back(Client()))
    assert not User.objects.exists()


def test_one_that_is_down_is_said_to_be(people: IdentityProvider) -> None:
    people.close()
    answer = Client().post("/account/oidc/people/login/?process=login")
    assert answer.status_code == 502
    assert "Signing in did not work" in text(answer)


def test_nobody_s_second_identity_takes_over_the_first(people: IdentityProvider) -> None:
    """Somebody who is known there as another learner already cannot connect that one to themselves."""
    go_there_and_back(Client())
    mair = User.objects.get()
    other = somebody()
    assert other.user is not None
    EmailAddress.objects.create(user=other.user, email=other.user.email, verified=True, primary=True)
    people.person["email"] = other.user.email
    client = just_shown(other)
    go_there_and_back(client, "connect", "/account/2fa/")
    assert SocialAccount.objects.get().user_id == mair.pk
    again = Client()
    go_there_and_back(again, then="/join/")
    assert again.session["_auth_user_id"] == str(mair.pk)


def test_it_is_disconnected_by_whoever_has_another_way_in(people: IdentityProvider) -> None:
    learner = somebody()
    assert learner.user is not None
    EmailAddress.objects.create(user=learner.user, email=learner.user.email, verified=True, primary=True)
    people.person["email"] = learner.user.email
    client = just_shown(learner)
    go_there_and_back(client, "connect", "/account/2fa/")
    mail.outbox.clear()
    page = client.get("/account/3rdparty/")
    assert "Disconnect People of Wales" in text(page)
    account = SocialAccount.objects.get()
    User.objects.filter(pk=learner.user_id).update(password="!")
    client.force_login(User.objects.get(pk=learner.user_id))
    refused = client.post("/account/3rdparty/", {"account": account.pk})
    assert "Set a password first, or you could not sign in any more." in text(refused)
    assert SocialAccount.objects.exists()
    just_shown(learner).post("/account/3rdparty/", {"account": account.pk})
    assert not SocialAccount.objects.exists()
    assert [(message.subject, "People of Wales" in message.body) for message in mail.outbox] == [
        ("A way to sign in was removed", True)
    ]


def test_what_moves_money_needs_a_factor_of_one_s_own(people: IdentityProvider) -> None:
    voucher = a_voucher(state=State.STARTED)
    User.objects.filter(pk=voucher.learner.user_id).update(password="!")
    client = Client()
    client.force_login(User.objects.get(pk=voucher.learner.user_id))
    sent = client.post(f"/learner/vouchers/{voucher.pk}/milestones/1/confirm/", follow=True)
    assert "Add a passkey or set a password first" in text(sent)
    assert voucher.milestones.get(number=1).state == "declared"
