"""Managers pay a scheme's providers: one prepares, another approves, the bank takes a file and its answer comes in."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import SchemeManager
from payments.sandbox import SandboxBank
from tests.factories.accounts import a_manager
from tests.factories.accounts import a_scheme as another_scheme
from tests.factories.payouts import (
    ACTOR,
    COMES_BACK,
    a_provider,
    approved,
    payout_of,
    prepared,
    redeemed,
    sent,
    suspend,
)
from tests.factories.providers import ProviderFactory
from tests.factories.vouchers import a_scheme
from tests.web.test_scheme_pages import signed_in
from vouchers import control
from vouchers.models import Control
from vouchers.paying import sending, settling
from vouchers.payouts import PayoutRun

pytestmark = pytest.mark.django_db
LIST = "/scheme/ila-wales-2003/payouts/"


def text(page: Any) -> str:
    return " ".join(page.content.decode().split())


@pytest.fixture
def first() -> SchemeManager:
    return a_manager(a_scheme())


@pytest.fixture
def second() -> SchemeManager:
    return a_manager(a_scheme())


def decide(client: Client, run: PayoutRun, answer: str) -> Any:
    return client.post(f"{LIST}{run.pk}/decide/", {"answer": answer})


def upload(client: Client, body: bytes) -> Any:
    return client.post(f"{LIST}answer/", {"file": SimpleUploadedFile("answer.xml", body)}, follow=True)


def test_one_prepares_another_approves_and_the_bank_pays(first: SchemeManager, second: SchemeManager) -> None:
    provider = a_provider()
    redeemed(provider)
    one, other = signed_in(first), signed_in(second)
    assert "would be paid to 1 provider" in text(one.get(LIST))
    assert "Another manager has to approve it now" in text(one.post(LIST, follow=True))
    run = PayoutRun.objects.get()
    assert "You prepared it" in text(one.get(f"{LIST}{run.pk}/"))
    assert decide(one, run, "approve").status_code == 403
    assert decide(other, run, "approve").status_code == 302
    assert decide(other, run, "send").status_code == 302
    file = one.get(f"{LIST}{run.pk}/file.xml")
    assert file["Content-Type"] == "application/xml"
    _status, paid = SandboxBank().answers(file.content)
    assert "1 payout is paid." in text(upload(other, paid))
    run.refresh_from_db()
    assert (run.state, run.prepared_by, run.approved_by) == ("closed", first.user, second.user)
    assert payout_of(run, provider).state == "settled"
    assert "There is nothing new in this file." in text(upload(other, paid))


def test_what_is_left_out_is_said_with_the_reason(first: SchemeManager) -> None:
    paid, frozen, without = a_provider(), a_provider(), ProviderFactory(name="Coleg heb Gyfrif")
    for provider in (paid, without):
        redeemed(provider)
    control.set_control(redeemed(frozen)[0].voucher_id, Control.FROZEN, actor=ACTOR)
    client = signed_in(first)
    assert "There is no approved bank account" in text(client.get(LIST))
    page = text(client.post(LIST, follow=True))
    assert "Coleg heb Gyfrif" in page
    assert "The voucher is frozen" in page


def test_what_was_taken_out_when_it_was_sent_is_said(first: SchemeManager) -> None:
    provider, stopped = a_provider(), a_provider()
    kept, _, frozen, _ = redeemed(provider, 2)
    redeemed(stopped)
    run = approved()
    control.set_control(frozen.voucher_id, Control.FROZEN, actor=ACTOR)
    suspend(stopped)
    client = signed_in(first)
    decide(client, run, "send")
    page = text(client.get(f"{LIST}{run.pk}/"))
    assert f"voucher {frozen.voucher.code}, taken out when the run was sent" in page
    assert kept.voucher.code not in page
    assert "The provider is suspended or removed" in page


def test_a_run_of_which_nothing_is_left_says_so(first: SchemeManager) -> None:
    provider = a_provider()
    redeemed(provider)
    run = approved()
    suspend(provider)
    client = signed_in(first)
    page = text(client.post(f"{LIST}{run.pk}/decide/", {"answer": "send"}, follow=True))
    assert "Nothing of it could be paid any more" in page
    assert client.get(f"{LIST}{run.pk}/file.xml").status_code == 409


def test_what_came_back_is_said_with_the_banks_reason(first: SchemeManager) -> None:
    redeemed(a_provider(COMES_BACK))
    run = sent()
    client = signed_in(first)
    for answer in SandboxBank().answers(sending.file(run)):
        page = text(upload(client, answer))
    assert "1 payout came back." in page
    assert "The account is closed" in text(client.get(LIST))


@pytest.mark.parametrize(
    "body", [b"<a/>", b"\x00", b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d>&x;</d>']
)
def test_a_file_that_no_bank_would_send_is_said_beside_its_field(first: SchemeManager, body: bytes, books: Any) -> None:
    redeemed(a_provider())
    run = sent()
    before = books()
    page = upload(signed_in(first), body)
    assert page.status_code == 422
    assert "This is not a file from a bank that can be read" in text(page)
    assert books() == before
    assert run.payouts.get().state == "sent"


def test_an_answer_without_a_file_is_said(first: SchemeManager) -> None:
    page = signed_in(first).post(f"{LIST}answer/")
    assert page.status_code == 422
    assert "Choose a file." in text(page)


def test_nothing_to_pay_and_a_run_that_is_open_are_said(first: SchemeManager) -> None:
    client = signed_in(first)
    page = client.post(LIST)
    assert page.status_code == 409
    assert "There is nothing to pay at the moment" in text(page)
    redeemed(a_provider())
    prepared()
    assert client.post(LIST).status_code == 409
    assert "A run waits to be approved and sent" in text(client.get(LIST))


def test_whoever_runs_another_scheme_sees_and_says_nothing_of_this_one(books: Any) -> None:
    redeemed(a_provider())
    run = sent()
    other = another_scheme()
    client = signed_in(a_manager(other))
    before = books()
    assert [
        client.get(LIST).status_code,
        client.post(LIST).status_code,
        client.get(f"{LIST}{run.pk}/").status_code,
        decide(client, run, "cancel").status_code,
        client.get(f"/scheme/{other.slug}/payouts/{run.pk}/").status_code,
        client.post(f"/scheme/{other.slug}/payouts/{run.pk}/decide/", {"answer": "cancel"}).status_code,
        client.get(f"/scheme/{other.slug}/payouts/{run.pk}/file.xml").status_code,
    ] == [404] * 7
    _status, paid = SandboxBank().answers(sending.file(run))
    answer = {"file": SimpleUploadedFile("answer.xml", paid)}
    page = client.post(f"/scheme/{other.slug}/payouts/answer/", answer, follow=True)
    assert "It is about none of our payouts" in text(page)
    assert books() == before


def test_what_cannot_be_decided_is_not_there(first: SchemeManager) -> None:
    redeemed(a_provider())
    run = prepared()
    client = signed_in(first)
    assert decide(client, run, "burn").status_code == 404
    assert decide(client, run, "send").status_code == 409
    assert client.get(f"{LIST}{uuid.uuid4()}/").status_code == 404
    assert client.get(f"{LIST}{run.pk}/decide/").status_code == 405
    assert PayoutRun.objects.get().state == "prepared"


@pytest.mark.parametrize("count", [1, 3])
def test_the_pages_cost_as_many_queries_however_much_there_is(
    first: SchemeManager, count: int, django_assert_num_queries: Any
) -> None:
    for _ in range(count):
        redeemed(a_provider())
        redeemed(a_provider(COMES_BACK))
        run = sent()
        for answer in SandboxBank().answers(sending.file(run)):
            settling.hear(answer, actor=ACTOR)
    client = signed_in(first)
    with django_assert_num_queries(12):
        assert client.get(LIST).status_code == 200
    with django_assert_num_queries(9):
        assert client.get(f"{LIST}{run.pk}/").status_code == 200
