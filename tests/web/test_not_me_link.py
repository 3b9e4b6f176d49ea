"""The link under a letter: it works without signing in, and can do nothing but stop things."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.test import Client

from tests.factories.cases import settled
from tests.factories.vouchers import a_voucher, learning_accounts
from vouchers.models import Case, Control, State, Voucher
from web.notifications import writing

pytestmark = pytest.mark.django_db

LINK = re.compile(r"http\S+(/this-was-not-me/\S+)")


def letters() -> dict[str, str]:
    mail.outbox.clear()
    while writing.notice(below=2**62) == writing.BATCH:
        pass
    writing.send()
    return {message.subject: str(message.body) for message in mail.outbox}


def link(subject: str) -> str:
    found = LINK.search(letters()[subject])
    assert found is not None
    return found[1]


def test_each_opening_hold_capture_and_refund_has_the_link():
    a_voucher(state=State.CLOSED, own=True)
    said = letters()
    for subject in (
        "Your learning account is open",
        "£60.00 is set aside",
        "Your voucher is ready",
        "You have confirmed a step of your course",
        "£90.00 was paid from your voucher",
        "Your voucher is closed",
    ):
        assert LINK.search(said[subject]), subject
        assert "You need not sign in for that" in said[subject]
    assert not LINK.search(said["You have a place"])


def test_opening_it_stops_nothing_and_pressing_the_button_does(books):
    voucher = a_voucher()
    address, client, before = link("Your voucher is ready"), Client(), books()
    page = client.get(address)
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert "Was this not you?" in page.content.decode()
    assert voucher.run.course.title not in page.content.decode()
    assert not Case.objects.exists()
    assert "It is stopped" in client.post(address).content.decode()
    client.post(address)
    voucher.refresh_from_db()
    assert (Case.objects.count(), voucher.control, books()) == (1, Control.FROZEN, before)


def test_it_cannot_be_forged_or_sent_by_another_site():
    address = link_of_a_voucher()
    token = address.split("/")[2]
    forged = [address.replace(token, token[:-3] + "abc"), "/this-was-not-me/nonsense/"]
    for each in forged:
        assert Client().get(each).status_code == Client().post(each).status_code == 404
    assert Client(enforce_csrf_checks=True).post(address).status_code == 403
    assert not Case.objects.exists()


def link_of_a_voucher() -> str:
    a_voucher()
    return link("Your voucher is ready")


def test_the_link_of_an_opening_stops_the_account():
    [account] = learning_accounts(1)
    Client().post(link("Your learning account is open"))
    account.refresh_from_db()
    assert account.frozen_at is not None


def test_after_thirteen_months_it_does_not_work_any_more(clock):
    address = link_of_a_voucher()
    clock.move_by(days=397)
    assert Client().post(address).status_code == 404
    assert set(Voucher.objects.values_list("control", flat=True)) == {"clear"}


def test_what_was_upheld_is_said_to_be_told_already():
    address = link_of_a_voucher()
    Client().post(address)
    settled(Case.objects.get(), upheld=True)
    assert "You have told us already" in Client().post(address).content.decode()
    assert not LINK.search(letters()["Your voucher is closed"])
