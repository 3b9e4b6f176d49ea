"""Documents as proof: sent in by the learner, looked at on the desk or at the scheme, and seen by nobody else."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Copy, Evidence, Learner, Look
from brokerage import assigning
from ledger.models import Event
from tests.factories.accounts import a_manager
from tests.factories.brokerage import an_adviser
from tests.factories.proofs import RESIDENCE, wants_proof
from tests.factories.vouchers import a_scheme, learning_accounts
from tests.web.learner.visiting import signed_in, somebody, text
from web.notifications import writing

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\nwords\n%%EOF\n"
NAUGHTY = "<script>alert(1)</script>"


@pytest.fixture
def adviser() -> Any:
    return an_adviser()


@pytest.fixture
def learner(adviser: Any) -> Learner:
    [account] = learning_accounts(1)
    assigning.name_advisers([account.learner], [adviser])
    wants_proof(a_scheme(), RESIDENCE)
    return account.learner


def page_of(what: str = "residence") -> str:
    return f"/learner/proofs/{a_scheme().pk}/{what}/"


def send(client: Client, content: bytes = PDF, document: str = "utility_bill") -> Any:
    upload = SimpleUploadedFile("../../<b>bill</b>.exe", content)
    return client.post(page_of(), {"document": document, "file": upload}, follow=True)


def desk_of(adviser: Any) -> Client:
    client = Client()
    client.force_login(adviser.user)
    return client


def letters() -> dict[str, str]:
    mail.outbox.clear()
    while writing.notice(below=2**62) == writing.BATCH:
        pass
    writing.send()
    return {message.subject: str(message.body) for message in mail.outbox}


def test_the_first_page_leads_to_sending_it_in_and_says_where_it_is(learner: Learner) -> None:
    client = signed_in(learner)
    assert page_of() in client.get("/learner/").content.decode()
    page = text(client.get(page_of()))
    assert "Show us: Where you live" in page
    assert "A bill with your address" in page
    assert "ILA Wales wants proof of this. Your adviser looks at it, and nobody else sees it." in page
    page = text(send(client))
    assert "Your document is sent." in page
    assert "You have sent a document Waits to be looked at" in page
    assert "Waits to be looked at What you sent: Where you live" in text(client.get("/learner/"))


def test_what_lies_about_its_kind_comes_back_beside_its_field(learner: Learner) -> None:
    answer = send(signed_in(learner), NAUGHTY.encode())
    assert answer.status_code == 422
    assert "We cannot read this file: it is no whole PDF, JPEG or PNG, whatever it is called." in text(answer)
    assert re.search(r'value="utility_bill"\s+checked', answer.content.decode())
    assert not Copy.objects.exists()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({}, ["Say what it is.", "Choose a file."]),
        ({"document": "passport"}, ["Choose one of the list.", "Choose a file."]),
    ],
)
def test_what_is_missing_is_said(learner: Learner, said: dict[str, str], words: list[str]) -> None:
    answer = signed_in(learner).post(page_of(), said)
    assert answer.status_code == 422
    assert [word for word in words if word not in text(answer)] == []


def test_it_is_served_as_a_download_that_runs_nothing_to_those_alone_whom_it_concerns(
    learner: Learner, adviser: Any
) -> None:
    client = signed_in(learner)
    send(client)
    copy = Copy.objects.get()
    own, desk = f"/learner/documents/{copy.pk}/", f"/desk/documents/{copy.pk}/file/"
    for answer in (client.get(own), desk_of(adviser).get(desk)):
        assert (answer.status_code, answer.content) == (200, PDF)
        assert answer["Content-Type"] == "application/pdf"
        assert answer["Content-Disposition"].startswith('attachment; filename="proof-')
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer["Cache-Control"] == "private, no-store"
    manager = desk_of(a_manager(a_scheme()))
    for stranger in (signed_in(somebody()), desk_of(an_adviser("Somebody Else")), manager):
        for address in (own, desk, desk.removesuffix("file/"), f"/scheme/documents/{copy.pk}/file/"):
            assert stranger.get(address).status_code == 404
        assert stranger.post(f"{own}take-back/").status_code == 404
        assert stranger.post(desk.removesuffix("file/"), {"verdict": "utility_bill"}).status_code == 404
    assert Client().get(own).status_code == 302
    assert (Copy.objects.get().state, Evidence.objects.count()) == ("waiting", 0)
    look = Look.objects.get(what="document")
    assert (look.learner, look.user, look.subject) == (learner, adviser.user, f"copy:{copy.pk}")
    assert "A document that you sent in" in text(client.get("/learner/looks/"))


def test_the_adviser_says_what_it_is_and_it_counts(learner: Learner, adviser: Any) -> None:
    client, desk = signed_in(learner), desk_of(adviser)
    send(client)
    copy = Copy.objects.get()
    assert "1 document waits to be looked at" in text(desk.get("/desk/documents/"))
    page = text(desk.get(f"/desk/documents/{copy.pk}/"))
    assert "as a bill with their address, for ILA Wales." in page
    answer = desk.post(f"/desk/documents/{copy.pk}/", {"verdict": "utility_bill"}, follow=True)
    assert "the learner is told, and the file is deleted." in text(answer)
    assert "0 documents wait" in text(answer)
    assert Evidence.objects.get().checked_by == adviser.user
    assert Event.objects.get(kind="copy.accepted").on_behalf_of == f"learner:{learner.pk}"
    assert "What we still need to see" not in text(client.get("/learner/"))
    assert "It proves what it had to: Where you live." in letters()["Your document was accepted"]
    assert client.get(f"/learner/documents/{copy.pk}/").status_code == 404


def test_what_is_not_good_enough_is_said_with_a_reason_that_the_learner_reads(learner: Learner, adviser: Any) -> None:
    client, desk = signed_in(learner), desk_of(adviser)
    send(client)
    address = f"/desk/documents/{Copy.objects.get().pk}/"
    assert "Say what is the matter with it" in text(desk.post(address, {"verdict": "no"}))
    assert desk.post(address, {"verdict": "passport"}).status_code == 422
    assert desk.post(address, {}).status_code == 422
    assert Copy.objects.get().state == "waiting"
    desk.post(address, {"verdict": "no", "reason": f"It ends in the middle. {NAUGHTY}"})
    answer = client.get(page_of())
    assert f"What you sent was not good enough It ends in the middle. {NAUGHTY}" in text(answer).replace("&lt;", "<")
    assert NAUGHTY not in answer.content.decode()
    assert "Read why, and send another one: Where you live" in text(client.get("/learner/"))
    assert page_of() in letters()["Your document was not good enough"]
    assert "You have sent a document" in text(send(client))


def test_the_learner_takes_it_back(learner: Learner, adviser: Any) -> None:
    client = signed_in(learner)
    send(client)
    answer = client.post(f"/learner/documents/{Copy.objects.get().pk}/take-back/", follow=True)
    assert "Your document is deleted. Nobody looks at it any more." in text(answer)
    assert "0 documents wait" in text(desk_of(adviser).get("/desk/documents/"))


def test_what_the_scheme_looks_at_itself_is_on_its_own_page_and_not_on_the_desk(learner: Learner, adviser: Any) -> None:
    wants_proof(a_scheme(), RESIDENCE | {"checked_by": "scheme"})
    client, manager = signed_in(learner), a_manager(a_scheme())
    assert "Its own staff look at it" in text(client.get(page_of()))
    send(client)
    copy = Copy.objects.get()
    assert "0 documents wait" in text(desk_of(adviser).get("/desk/documents/"))
    assert desk_of(adviser).get(f"/desk/documents/{copy.pk}/file/").status_code == 404
    at_scheme = desk_of(manager)
    assert f"{learner.name}: Where they live" in text(at_scheme.get("/scheme/documents/"))
    assert at_scheme.get(f"/scheme/documents/{copy.pk}/file/").status_code == 200
    at_scheme.post(f"/scheme/documents/{copy.pk}/", {"verdict": "utility_bill"})
    assert Evidence.objects.get().checked_by == manager.user
    assert Look.objects.get(what="document").organisation == f"scheme:{a_scheme().pk}"


@pytest.mark.parametrize("what", ["needs", "nothing-of-the-kind"])
def test_what_the_scheme_does_not_ask_has_no_page(learner: Learner, what: str) -> None:
    assert signed_in(learner).get(page_of(what)).status_code == 404
    assert signed_in(learner).get(f"/learner/proofs/{learner.pk}/residence/").status_code == 404


def test_the_list_costs_as_many_queries_for_ten_as_for_one(adviser: Any, django_assert_max_num_queries: Any) -> None:
    for count in (1, 9):
        wants_proof(a_scheme())
        accounts = learning_accounts(count)
        assigning.name_advisers([account.learner for account in accounts], [adviser])
        wants_proof(a_scheme(), RESIDENCE)
        for account in accounts:
            send(signed_in(account.learner))
        client = desk_of(adviser)
        with django_assert_max_num_queries(6):
            assert client.get("/desk/documents/").status_code == 200
