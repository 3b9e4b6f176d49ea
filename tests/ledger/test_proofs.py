"""Proofs: what the log holds is shown to a stranger, who takes our word for nothing."""

from __future__ import annotations

import json
from base64 import b64decode
from hashlib import sha256

import pytest
import rfc8785
from pymerkle import InclusionProof, InvalidProof, verify_inclusion
from pymerkle.core import _inclusion_path_layout

from ledger import merkle, notes, proofs, sealing
from ledger.models import Leaf, Seal, Transfer
from tests.conftest import as_owner

pytestmark = pytest.mark.django_db(transaction=True)


def row(reference):
    return Transfer.objects.get(reference=reference)


def test_a_receipt_proves_transfers_and_their_events_to_a_stranger(history):
    """Checked with a library that is not ours, from nothing but the receipt and the log's public key."""
    paid = [row("payment 1"), row("late")]
    receipt = json.loads(json.dumps(proofs.receipt([transfer.pk for transfer in paid]).as_json()))
    [log] = receipt["logs"]
    checkpoint = notes.read(log["checkpoint"], [notes.Key.read(key) for key in receipt["keys"]])
    for proven in log["rows"]:
        accepted_by_pymerkle(proven, checkpoint)
        assert rfc8785.dumps(json.loads(proven["leaf"])) == proven["leaf"].encode()
    said = {proven["id"]: json.loads(proven["leaf"])["row"] for proven in log["rows"]}
    assert said.keys() == {str(pk) for transfer in paid for pk in (transfer.pk, transfer.event_id)}
    shown = said[str(paid[0].pk)]
    assert (shown["amount_minor"], shown["reference"], shown["debit"]) == (1_00, "payment 1", str(history.pot))
    assert receipt["not_sealed_yet"] == []


def accepted_by_pymerkle(proven, checkpoint):
    hashed = sha256(b"\x00" + proven["leaf"].encode()).digest()
    place, path = proven["leaf_index"] + 1, [b64decode(step) for step in proven["inclusion_proof"]]
    rule, _ranges = _inclusion_path_layout(place, checkpoint.size)
    proof = InclusionProof("sha256", True, checkpoint.size, place, rule, [hashed, *path])
    verify_inclusion(hashed, checkpoint.root, proof)


def test_the_library_refuses_a_proof_of_another_leaf(history):
    receipt = proofs.receipt([row("payment 1").pk]).as_json()
    [log] = receipt["logs"]
    checkpoint = notes.read(log["checkpoint"], [notes.Key.read(key) for key in receipt["keys"]])
    proven = log["rows"][0]
    with pytest.raises(InvalidProof):
        accepted_by_pymerkle(proven | {"leaf": proven["leaf"].replace("0", "1", 1)}, checkpoint)


def test_a_receipt_asks_as_many_queries_however_many_rows_it_has(history, django_assert_num_queries):
    transfers = list(Transfer.objects.values_list("pk", flat=True))
    for asked in (transfers[:1], transfers):
        with django_assert_num_queries(6):
            proofs.receipt(asked)


def test_a_receipt_says_what_of_it_is_not_sealed_yet(history):
    posted = history.move(history.pot, history.purse, 1, "fresh")
    fresh = row("fresh")
    assert posted.id == fresh.pk
    with pytest.raises(proofs.NotSealedYet):
        proofs.receipt([fresh.pk])
    receipt = proofs.receipt([fresh.pk, row("late").pk])
    assert receipt.not_sealed_yet == sorted([fresh.pk, fresh.event_id])
    assert [proven.id for _checkpoint, rows in receipt.logs for proven in rows] == list(
        Leaf.objects.filter(row__in=[row("late").pk, row("late").event_id])
        .order_by("index")
        .values_list("row", flat=True)
    )


def test_a_receipt_of_two_eras_has_the_checkpoint_of_each(history):
    with as_owner() as cursor:
        cursor.execute("SELECT ledger_new_era()")
    history.move(history.pot, history.purse, 1, "in the next era")
    sealing.seal()
    receipt = proofs.receipt([row("late").pk, row("in the next era").pk]).as_json()
    keys = [notes.Key.read(key) for key in receipt["keys"]]
    read = [notes.read(log["checkpoint"], keys) for log in receipt["logs"]]
    assert [(checkpoint.origin[-2:], checkpoint.size) for checkpoint in read] == [("/1", 10), ("/2", 2)]
    for log, checkpoint in zip(receipt["logs"], read, strict=True):
        for proven in log["rows"]:
            accepted_by_pymerkle(proven, checkpoint)


def test_one_checkpoint_is_proven_to_begin_with_another(history):
    first, second = Seal.objects.order_by("size")
    proof = proofs.consistency(1, 8, 10)
    assert merkle.verify_consistency(8, 10, proof, bytes(first.root), bytes(second.root))
    for sizes in ((8, 9), (10, 8), (0, 8)):
        with pytest.raises(proofs.NoSuchCheckpoint):
            proofs.consistency(1, *sizes)
