"""Receipts: what moved of a learner's money is proven to be in the sealed log, to that learner alone."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ledger import sealing
from ledger.models import Event, Transfer
from tests.factories.vouchers import a_voucher, learning_accounts
from tests.web.learner.visiting import signed_in, text
from vouchers.models import State, Voucher

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("alone_in_the_cluster")]


def said(response: Any) -> dict[str, dict[str, Any]]:
    """What the leaves of a receipt say, by the id of their row."""
    rows = [row for log in response.json()["logs"] for row in log["rows"]]
    return {row["id"]: json.loads(row["leaf"])["row"] for row in rows}


def redemption_of(voucher: Voucher) -> Transfer:
    return Transfer.objects.filter(debit=voucher.account_id, kind="redemption").first()  # type: ignore[return-value]


def test_a_learner_keeps_the_receipt_of_one_movement() -> None:
    voucher = a_voucher(state=State.CLOSED)
    sealing.seal()
    paid = redemption_of(voucher)
    client = signed_in(voucher.learner)
    assert f"/learner/receipts/{paid.pk}/" in client.get("/learner/statement/").content.decode()
    response = client.get(f"/learner/receipts/{paid.pk}/")
    assert response["Content-Disposition"] == f'attachment; filename="receipt-{paid.pk}.json"'
    leaves = said(response)
    assert leaves.keys() == {str(paid.pk), str(paid.event_id)}
    assert (leaves[str(paid.pk)]["amount_minor"], leaves[str(paid.pk)]["kind"]) == (paid.amount_minor, "redemption")


def test_a_voucher_s_receipt_has_all_that_moved_and_all_that_happened() -> None:
    voucher = a_voucher(state=State.CLOSED, own=True)
    sealing.seal()
    leaves = said(signed_in(voucher.learner).get(f"/learner/vouchers/{voucher.pk}/receipt/"))
    kinds = [leaf["kind"] for leaf in leaves.values()]
    for kind in ("reservation", "copayment", "voucher.issued", "voucher.accepted", "voucher.started"):
        assert kinds.count(kind) == 1
    assert kinds.count("milestone.confirmed") == kinds.count("redemption") == 2
    happened = Event.objects.filter(subject=voucher.subject).values_list("pk", flat=True)
    assert {str(pk) for pk in happened} <= leaves.keys()


def test_what_is_not_sealed_yet_is_said_and_has_no_receipt() -> None:
    voucher = a_voucher(state=State.CLOSED)
    client = signed_in(voucher.learner)
    assert "Not sealed yet" in text(client.get("/learner/statement/"))
    for path, back in (
        (f"/learner/receipts/{redemption_of(voucher).pk}/", "/learner/statement/"),
        (f"/learner/vouchers/{voucher.pk}/receipt/", f"/learner/vouchers/{voucher.pk}/"),
    ):
        response = client.get(path, follow=True)
        assert response.redirect_chain == [(back, 302)]
        assert "not in its sealed log yet" in text(response)


def test_somebody_else_s_receipt_looks_like_none() -> None:
    voucher = a_voucher(state=State.CLOSED)
    sealing.seal()
    stranger = signed_in(learning_accounts(1)[0].learner)
    assert stranger.get(f"/learner/receipts/{redemption_of(voucher).pk}/").status_code == 404
    assert stranger.get(f"/learner/vouchers/{voucher.pk}/receipt/").status_code == 404


def test_a_movement_between_accounts_that_are_not_the_learner_s_has_no_receipt_for_them() -> None:
    voucher = a_voucher()
    sealing.seal()
    paid_in = Transfer.objects.exclude(credit=voucher.account_id).exclude(debit=voucher.account_id).first()
    assert paid_in is not None
    assert paid_in.kind == "funding"
    assert signed_in(voucher.learner).get(f"/learner/receipts/{paid_in.pk}/").status_code == 404
