"""Taking everything along, and leaving, as the learner meets it."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.core import mail
from django.test import Client

from accounts.models import Departure, Learner
from brokerage.progress import evidencing
from tests.factories.vouchers import ACTOR, a_voucher, learning_accounts
from tests.web.learner.visiting import PASSWORD, just_shown, signed_in, text
from vouchers.models import State

pytestmark = pytest.mark.django_db
PAGE = "/learner/leaving/"


def test_the_page_says_what_goes_and_what_stays() -> None:
    [account] = learning_accounts(1)
    said = text(signed_in(account.learner).get(PAGE))
    assert f"£200.00 in your account goes back to {account.scheme.name}. You cannot get it back." in said
    assert "No money was ever paid for you, so your name and all else about you are erased at once." in said


def test_after_money_was_paid_it_says_until_when_the_name_is_kept() -> None:
    said = text(signed_in(a_voucher(state=State.CLOSED).learner).get(PAGE))
    assert "can check it for 6 years" in said


def test_the_file_has_a_document_and_the_learner_s_own_files() -> None:
    [account] = learning_accounts(1)
    evidencing.keep("My certificate", b"%PDF-1.4\nwords\n%%EOF\n", learner=account.learner, actor=ACTOR)
    response = signed_in(account.learner).get(f"{PAGE}everything/")
    assert response["Content-Type"] == "application/zip"
    assert "no-store" in response["Cache-Control"]
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        document, file = archive.namelist()
        assert archive.read(file) == b"%PDF-1.4\nwords\n%%EOF\n"
        told = json.loads(archive.read(document))
    assert told["kept"]["accounts.Learner"][0]["family_name"] == "Rees"
    assert told["movements"][0]["amount_minor"] == 200_00


def test_it_asks_for_the_factor_and_then_once_more() -> None:
    [account] = learning_accounts(1)
    assert signed_in(account.learner).post(f"{PAGE}leave/").status_code == 302
    assert not Departure.objects.exists()
    page = text(just_shown(account.learner).get(f"{PAGE}leave/"))
    assert "This cannot be taken back" in page


def test_they_leave_are_told_and_cannot_sign_in_any_more() -> None:
    [account] = learning_accounts(1)
    email, client = account.learner.user.email, just_shown(account.learner)
    response = client.post(f"{PAGE}leave/")
    assert "Nothing here says any more who you are." in text(response)
    [letter] = [message for message in mail.outbox if message.subject == "You have left Waymark"]
    assert letter.to == [email]
    assert client.get("/learner/").status_code == 302
    assert not Client().login(username=email, password=PASSWORD)
    assert Learner.objects.get().erased_at is not None


def test_with_a_live_voucher_the_page_says_which_and_leaving_does_nothing(
    books: Callable[[], dict[UUID, int]],
) -> None:
    voucher = a_voucher()
    client, before = just_shown(voucher.learner), books()
    said = text(client.get(PAGE))
    assert "You cannot leave yet." in said
    assert voucher.run.course.title in said
    assert client.get(f"{PAGE}leave/")["Location"] == PAGE
    response = client.post(f"{PAGE}leave/", follow=True)
    assert "You cannot leave yet: a voucher or a case of yours is open" in response.content.decode()
    assert books() == before


def test_another_s_file_is_never_in_mine(django_assert_max_num_queries: Any) -> None:
    mine, other = learning_accounts(2)
    evidencing.keep("Theirs", b"%PDF-1.4\nother\n%%EOF\n", learner=other.learner, actor=ACTOR)
    with django_assert_max_num_queries(105):
        response = signed_in(mine.learner).get(f"{PAGE}everything/")
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        assert archive.namelist() == ["about-me.json"]
        assert str(other.learner_id) not in archive.read("about-me.json").decode()
