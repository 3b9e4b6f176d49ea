"""The statement to keep: the same movements as on the page, each with its place in the sealed log."""

from __future__ import annotations

import csv
import io
from typing import Any
from uuid import UUID

import pytest
from pypdf import PdfReader

from ledger import proofs, sealing
from ledger.models import Book
from providers.models import Provider
from tests.factories.vouchers import ACTOR, a_voucher, learning_accounts
from tests.web.learner.visiting import signed_in, somebody, text
from vouchers import redemption
from vouchers.models import Redemption, State
from web import paper
from web.learner import statement_files

pytestmark = pytest.mark.django_db
TABLE, PAPER = "/learner/statement/table/", "/learner/statement/paper/"
drawn = pytest.mark.skipif(not paper.available(), reason="PDFs need Pango")


def rows(response: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


def words(response: Any) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(response.content)).pages).split())


def test_the_table_has_each_movement_with_what_was_there_then() -> None:
    voucher = a_voucher(state=State.CLOSED, own=True)
    course, provider = voucher.run.course.title, voucher.provider.name
    response = signed_in(voucher.learner).get(TABLE)
    assert response["Content-Disposition"].startswith('attachment; filename="statement-')
    assert response["Cache-Control"] == "private, no-store"
    # The mark by which Excel knows UTF-8 is at the beginning and in no row.
    assert (response.content.find(b"\xef\xbb\xbf"), response.content.count(b"\xef\xbb\xbf")) == (0, 1)
    assert [
        (
            *(row["What happened"], row["Amount"], row["Currency"]),
            *(row["In your account then"], row["In the voucher then"], row["Voucher"]),
        )
        for row in rows(response)
    ] == [
        (f"Paid to {provider} for {course}", "-90.00", "GBP", "", "0.00", voucher.code),
        (f"Paid to {provider} for {course}", "-30.00", "GBP", "", "90.00", voucher.code),
        (f"You paid your share of {course} by card", "60.00", "GBP", "", "120.00", voucher.code),
        (f"Set aside for {course}", "-60.00", "GBP", "140.00", "60.00", voucher.code),
        ("Welsh Government put it into your account", "200.00", "GBP", "200.00", "", ""),
    ]


def test_a_provider_that_is_called_like_a_formula_stays_words_in_the_table() -> None:
    voucher = a_voucher(state=State.CLOSED)
    last = Redemption.objects.get(voucher=voucher, milestone__number=2)
    redemption.reverse(last.pk, by=voucher.provider, actor=ACTOR)
    Provider.objects.filter(pk=voucher.provider.pk).update(name="=HYPERLINK(1)")
    [given_back, *_] = rows(signed_in(voucher.learner).get(TABLE))
    assert given_back["What happened"] == f"'=HYPERLINK(1) gave a payment for {voucher.run.course.title} back"


def test_all_of_a_long_history_is_in_the_table_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statement_files, "AT_ONCE", 2)
    voucher = a_voucher(state=State.CLOSED, own=True)
    transfers = [row["Transfer"] for row in rows(signed_in(voucher.learner).get(TABLE))]
    assert len(transfers) == len(set(transfers)) == 5


def test_another_learner_s_movements_are_in_neither() -> None:
    voucher = a_voucher()
    [account] = learning_accounts(1)
    client = signed_in(account.learner)
    assert str(voucher.code) not in client.get(TABLE).content.decode()
    if paper.available():
        assert voucher.run.course.title not in words(client.get(PAPER))


def test_somebody_without_any_movement_gets_a_table_of_none() -> None:
    assert rows(signed_in(somebody()).get(TABLE)) == []


@drawn
def test_the_paper_is_tagged_and_says_what_the_page_says() -> None:
    voucher = a_voucher(state=State.CLOSED, own=True)
    response = signed_in(voucher.learner).get(PAPER)
    reader = PdfReader(io.BytesIO(response.content))
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert "pdfuaid:part" in reader.trailer["/Root"]["/Metadata"].get_data().decode()
    said = words(response)
    assert voucher.learner.name in said
    for one in ("-£60.00 £140.00 in your account", "+£60.00 £120.00 in the voucher", "not sealed yet"):
        assert one in said, one
    assert "Check this yourself" not in said


def test_where_no_pdf_can_be_made_the_statement_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper, "available", lambda: False)
    voucher = a_voucher()
    client = signed_in(voucher.learner)
    assert "As a PDF" not in text(client.get("/learner/statement/"))
    assert "your browser can save that as a PDF" in text(client.get(PAPER, follow=True))


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("alone_in_the_cluster")
def test_each_line_says_its_leaf_and_the_paper_has_the_checkpoint_that_signs_it() -> None:
    voucher = a_voucher(state=State.CLOSED)
    sealing.seal()
    client, era = signed_in(voucher.learner), Book.objects.get().era
    shown = {UUID(row["Transfer"]): int(row["Leaf"]) for row in rows(client.get(TABLE))}
    assert shown == proofs.places(shown)
    if paper.available():
        root = proofs.checkpoint(era).note.splitlines()[2]
        said = words(client.get(PAPER))
        assert f"of era {era}" in said
        assert root in said.replace(" ", "")
