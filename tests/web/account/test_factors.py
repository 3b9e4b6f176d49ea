"""What people sign in with: codes from an app and from paper, passkeys, and what each is kept and asked as."""

from __future__ import annotations

import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client

from accounts.models import Learner
from tests.factories.vouchers import a_voucher, learning_accounts
from tests.web.account.situations import SECRET, with_an_app
from tests.web.learner.visiting import PASSWORD, just_shown, signed_in, text
from vouchers.models import State

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_counted_yet() -> None:
    cache.clear()


@pytest.fixture
def learner() -> Learner:
    return learning_accounts(1)[0].learner


def code_now() -> str:
    return str(format_hotp_value(hotp_value(SECRET, int(time.time()) // 30)))


def test_the_page_offers_a_passkey_first(learner: Learner) -> None:
    page = text(signed_in(learner).get("/account/2fa/"))
    assert "The easiest and safest way" in page
    assert "Set up an app" in page
    assert "Print codes" in page


def test_secrets_are_sealed_where_they_are_kept(learner: Learner) -> None:
    with_an_app(learner)
    kept = {each.type: each.data for each in Authenticator.objects.all()}
    assert SECRET not in str(kept)
    codes = RecoveryCodes(Authenticator.objects.get(type="recovery_codes"))
    assert len(codes.get_unused_codes()) == 10
    assert not any(code in str(kept) for code in codes.get_unused_codes())
    assert TOTP(Authenticator.objects.get(type="totp")).validate_code(code_now())


def test_with_an_app_the_password_alone_lets_nobody_in(learner: Learner) -> None:
    client, email = signed_in(learner), learner.user.email  # type: ignore[union-attr]
    client.logout()
    with_an_app(learner)
    sent = client.post("/account/login/", {"login": email, "password": PASSWORD}, follow=True)
    assert "Your password is right." in text(sent)
    assert client.get("/learner/").status_code == 302
    wrong = client.post("/account/2fa/authenticate/", {"code": "000000"})
    assert "There is a problem" in text(wrong)
    assert client.get("/learner/").status_code == 302
    client.post("/account/2fa/authenticate/", {"code": code_now()})
    assert client.get("/learner/").status_code == 200


def test_a_printed_code_is_used_once(learner: Learner) -> None:
    voucher = a_voucher(state=State.STARTED)
    address = f"/learner/vouchers/{voucher.pk}/milestones/1/confirm/"
    with_an_app(voucher.learner)
    code = RecoveryCodes(Authenticator.objects.get(type="recovery_codes")).get_unused_codes()[3]
    client = signed_in(voucher.learner)
    sent = client.post(address)
    assert sent.url.startswith("/account/2fa/reauthenticate/")
    client.post(sent.url, {"code": code, "next": address})
    assert voucher.milestones.get(number=1).confirmed_how == "one_time_code"
    again = signed_in(voucher.learner)
    assert "There is a problem" in text(again.post(again.post("/account/2fa/totp/deactivate/").url, {"code": code}))


def test_the_sheet_of_codes_is_shown_once(learner: Learner) -> None:
    with_an_app(learner)
    client = just_shown(learner)
    made = client.post("/account/2fa/recovery-codes/generate/", follow=True)
    codes = RecoveryCodes(Authenticator.objects.get(type="recovery_codes")).get_unused_codes()
    shown = text(made).replace(" ", "")
    assert all(code in shown for code in codes)
    again = text(client.get("/account/2fa/recovery-codes/"))
    assert "You have 10 codes left on paper." in again
    assert not any(code in again for code in codes)


def test_what_is_asked_for_first_is_the_safest_that_somebody_has(learner: Learner) -> None:
    client = signed_in(learner)
    wanted = "/account/2fa/totp/activate/"
    assert client.get(wanted).url.startswith("/account/reauthenticate/")
    with_an_app(learner)
    assert client.get("/account/2fa/recovery-codes/generate/").url.startswith("/account/2fa/reauthenticate/")
    Authenticator.objects.create(user=learner.user, type="webauthn", data={"name": "Mine", "credential": {}})
    asked = client.get("/account/2fa/recovery-codes/generate/").url
    assert asked.startswith("/account/2fa/webauthn/reauthenticate/")


@pytest.mark.parametrize("credential", ["", "{}", "[]", "null", '{"id": 1}', "x", '{"response": {"userHandle": "AA"}}'])
def test_a_passkey_that_is_none_signs_nobody_in(credential: str) -> None:
    client = Client()
    client.get("/account/2fa/webauthn/login/", headers={"Accept": "application/json"})
    response: Any = client.post("/account/2fa/webauthn/login/", {"credential": credential})
    assert response.url == "/account/login/"
    assert client.get("/learner/").status_code == 302
