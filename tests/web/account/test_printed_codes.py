"""Codes on paper, for whoever has no smartphone: asked for where money moves, each for one act, and lost ones."""

from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.core import mail
from django.core.cache import cache
from django.test import Client

from accounts.models import Departure, Learner
from brokerage.models import Request
from ledger.models import Event
from tests.factories.brokerage import a_request
from tests.factories.vouchers import a_voucher, learning_accounts
from tests.web.account.situations import with_a_sheet, with_an_app
from tests.web.learner.visiting import PASSWORD, just_shown, signed_in, text
from vouchers.models import State

pytestmark = pytest.mark.django_db
LOST = "/account/2fa/recovery-codes/lost/"


@pytest.fixture(autouse=True)
def _nothing_counted_yet() -> None:
    cache.clear()


@pytest.fixture
def learner() -> Learner:
    return learning_accounts(1)[0].learner


def do(client: Client, address: str, code: str) -> Any:
    """The press, and the code that it asks for."""
    asked = client.post(address)
    assert asked.url.startswith("/account/2fa/reauthenticate/")
    return client.post(asked.url, {"code": code, "next": address})


def link_in(message: Any) -> str:
    found = re.search(r"http://testserver(/\S+)", message.body)
    assert found
    return found.group(1)


def test_a_sheet_is_printed_without_an_app_or_a_passkey(learner: Learner) -> None:
    client = just_shown(learner)
    assert "Ten codes on a sheet of paper" in text(client.get("/account/2fa/"))
    printed = text(client.post("/account/2fa/recovery-codes/generate/", follow=True))
    assert len(re.findall(r"\d{4} \d{4}", printed)) == 10
    assert "You have 10 codes left on paper." in text(client.get("/account/2fa/"))


def test_a_purchase_takes_a_code_and_says_that_it_did() -> None:
    request = a_request(policy="open")
    codes = with_a_sheet(request.learner)
    client = signed_in(request.learner)
    done = do(client, f"/learner/requests/{request.pk}/go-ahead/", f" {codes[7][:4]} {codes[7][4:]} ")
    assert done.status_code == 302
    assert Request.objects.get().voucher is not None
    assert Event.objects.get(kind="request.bought").data["factor"] == "one_time_code"


def test_a_confirmation_takes_a_code_and_keeps_that_it_did() -> None:
    voucher = a_voucher(state=State.STARTED)
    [code, *_rest] = with_a_sheet(voucher.learner)
    do(signed_in(voucher.learner), f"/learner/vouchers/{voucher.pk}/milestones/1/confirm/", code)
    assert voucher.milestones.get(number=1).confirmed_how == "one_time_code"


def test_a_code_is_for_one_act_and_whoever_sits_there_next_needs_another() -> None:
    first = a_request(policy="open")
    second = a_request(policy="open", account=first.learning_account)
    codes = with_a_sheet(first.learner)
    client = signed_in(first.learner)
    do(client, f"/learner/requests/{first.pk}/go-ahead/", codes[0])
    assert 0 < client.session.get_expiry_age() <= 15 * 60
    address = f"/learner/requests/{second.pk}/go-ahead/"
    again = client.post(address)
    assert again.url.startswith("/account/2fa/reauthenticate/")
    assert "There is a problem" in text(client.post(again.url, {"code": codes[0], "next": address}))
    assert Request.objects.get(pk=second.pk).voucher is None


def test_with_a_sheet_the_password_signs_in_and_moves_no_money() -> None:
    voucher = a_voucher(state=State.STARTED)
    with_a_sheet(voucher.learner)
    client, address = Client(), f"/learner/vouchers/{voucher.pk}/milestones/1/confirm/"
    signed_in(voucher.learner)
    client.post("/account/login/", {"login": voucher.learner.user.email, "password": PASSWORD})  # type: ignore[union-attr]
    assert client.get(address).status_code == 200
    asked = text(client.post(address, follow=True))
    assert "A code from your sheet" in asked
    assert "Use your password" not in asked
    sent = client.post("/account/reauthenticate/", {"password": PASSWORD, "next": address})
    assert sent.url.startswith("/account/2fa/reauthenticate/")
    assert voucher.milestones.get(number=1).state == "declared"


def test_nor_does_the_password_print_a_new_sheet(learner: Learner) -> None:
    before = with_a_sheet(learner)
    client = signed_in(learner)
    assert client.get("/account/2fa/recovery-codes/generate/").url.startswith("/account/2fa/reauthenticate/")
    client.post("/account/2fa/recovery-codes/generate/")
    assert RecoveryCodes(Authenticator.objects.get()).get_unused_codes() == before


def test_nor_does_the_password_change_where_the_link_for_a_lost_sheet_goes(learner: Learner) -> None:
    with_a_sheet(learner)
    client = signed_in(learner)
    client.post("/account/email/", {"action_add": "", "email": "adviser@example.org"})
    assert list(EmailAddress.objects.values_list("email", flat=True)) == [learner.user.email]  # type: ignore[union-attr]


def test_a_learner_leaves_with_a_code(learner: Learner) -> None:
    [code, *_rest] = with_a_sheet(learner)
    left = do(signed_in(learner), "/learner/leaving/leave/", code)
    assert "You can open a new account at any time." in text(left)
    assert Departure.objects.get().learner == learner


def test_an_adviser_in_their_own_session_cannot_confirm_with_a_learner_s_code() -> None:
    request = a_request(policy="open")
    codes = with_a_sheet(request.learner)
    client = Client()
    client.force_login(request.adviser.user)
    address = f"/learner/requests/{request.pk}/go-ahead/"
    assert client.post(address).status_code in (403, 404)
    client.post("/account/2fa/reauthenticate/", {"code": codes[0], "next": address})
    assert client.post(address).status_code in (403, 404)
    assert Request.objects.get().voucher is None
    assert len(RecoveryCodes(Authenticator.objects.get()).get_unused_codes()) == 10


def test_who_guesses_is_soon_asked_to_wait() -> None:
    voucher = a_voucher(state=State.STARTED)
    codes = with_a_sheet(voucher.learner)
    client, address = signed_in(voucher.learner), f"/learner/vouchers/{voucher.pk}/milestones/1/confirm/"
    for _ in range(5):
        do(client, address, "00000000")
    do(client, address, codes[0])
    assert voucher.milestones.get(number=1).state == "declared"


def test_few_codes_left_are_said(learner: Learner) -> None:
    codes = with_a_sheet(learner)
    for code in codes[:7]:
        RecoveryCodes(Authenticator.objects.get()).validate_code(code)
    assert "You have 3 codes left on paper." in text(signed_in(learner).get("/account/2fa/"))
    assert "Print new ones before you have used them all." in text(signed_in(learner).get("/account/2fa/"))


def test_a_lost_sheet_is_thrown_away_by_a_link_in_the_e_mail(learner: Learner) -> None:
    with_a_sheet(learner)
    client = signed_in(learner)
    assert "Have you lost the sheet?" in text(client.get(LOST))
    client.post(LOST)
    assert Authenticator.objects.count() == 1
    [message] = mail.outbox
    assert message.to == [learner.user.email]  # type: ignore[union-attr]
    page = client.get(link_in(message))
    assert "None of the codes on your old sheet can be used any more then." in text(page)
    assert Authenticator.objects.count() == 1
    client.post(link_in(message))
    assert not Authenticator.objects.exists()
    assert mail.outbox[1].subject == "Your printed codes were thrown away"
    assert client.get("/account/2fa/recovery-codes/generate/").url.startswith("/account/reauthenticate/")
    assert client.post(link_in(message)).status_code == 404


def test_the_link_is_no_use_to_anybody_else_nor_for_the_next_sheet(learner: Learner) -> None:
    with_a_sheet(learner)
    client = signed_in(learner)
    client.post(LOST)
    link = link_in(mail.outbox[0])
    [other] = learning_accounts(1)
    with_a_sheet(other.learner)
    assert signed_in(other.learner).post(link).status_code == 404
    assert Client().post(link).status_code == 302
    assert client.post(f"{LOST}made-up/").status_code == 404
    Authenticator.objects.filter(user=learner.user).delete()
    with_a_sheet(learner)
    assert client.post(link).status_code == 404
    assert Authenticator.objects.count() == 2


def test_whoever_has_an_app_prints_a_new_sheet_with_that(learner: Learner) -> None:
    with_an_app(learner)
    assert signed_in(learner).get(LOST).url == "/account/2fa/recovery-codes/generate/"
