"""Sealing: every row becomes one leaf, in order, and whatever is done to it afterwards is named."""

from __future__ import annotations

import threading
from io import StringIO

import pytest
import rfc8785
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.db import connection, transaction

import ledger
from ledger import leaves, merkle, notes, sealing
from ledger.errors import EraIsOver
from ledger.models import Book, Event, Leaf, Seal, SealKey, Transfer
from ledger.verification import verify
from tests.conftest import as_owner
from tests.ledger.conftest import tamper

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("alone_in_the_cluster")]


def row(reference):
    return Transfer.objects.get(reference=reference)


def broken():
    found = verify().broken
    assert found is not None
    return found


def newest():
    found = sealing.newest(1)
    assert found is not None
    return found


def test_transfers_and_events_are_leaves_in_the_order_of_their_transactions(history):
    rows = sorted(
        [(one.xid, one.id) for one in Transfer.objects.all()] + [(one.xid, one.id) for one in Event.objects.all()]
    )
    assert list(Leaf.objects.order_by("index").values_list("row", flat=True)) == [pk for _xid, pk in rows]
    assert (newest().size, newest().transfers, newest().events, newest().totals) == (10, 5, 5, {"GBP": 14_00})


def test_a_checkpoint_is_a_signed_note_that_counts_and_totals(history):
    seal = newest()
    [key] = sealing.known_keys()
    said = notes.read(seal.note, [key])
    assert said == notes.Checkpoint(
        sealing.origin(Book.objects.get().log, 1),
        10,
        bytes(seal.root),
        ("era 1", "transfers 5", "events 5", "moved GBP 1400"),
    )


def test_sealing_again_with_nothing_new_changes_nothing(history):
    before = list(Seal.objects.order_by("size").values())
    assert sealing.seal() == 0
    assert list(Seal.objects.order_by("size").values()) == before


def test_sealing_in_small_pieces_makes_the_same_tree(history):
    for number in range(7):
        history.move(history.pot, history.purse, 1, f"more {number}")
    assert sealing.seal(at_once=3) == 14
    hashes = [bytes(leaf.hash) for leaf in Leaf.objects.order_by("index")]
    whole = merkle.Growing()
    for hashed in hashes:
        list(whole.add(hashed))
    assert newest().size == 24
    assert bytes(newest().root) == whole.root()
    assert verify().broken is None


def test_a_transaction_that_began_earlier_and_commits_later_is_sealed_in_its_place(history):
    """What an open transaction has written may not be seen yet: nothing at or above it is sealed until it has ended."""
    began, go_on = threading.Event(), threading.Event()

    def slow():
        try:
            with transaction.atomic():
                ledger.post([history.transfer(history.pot, history.purse, 5, "slow")])
                began.set()
                go_on.wait(20)
        finally:
            connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    assert began.wait(20)
    history.move(history.funder, history.other, 7, "quick")
    assert sealing.seal() == 0
    go_on.set()
    thread.join(20)
    assert sealing.seal() == 4
    order = list(Leaf.objects.filter(table="transfer").order_by("-index").values_list("row", flat=True)[:2])
    assert order == [row("quick").pk, row("slow").pk]
    assert verify().broken is None


def test_two_sealers_at_once_seal_everything_once(history):
    for number in range(20):
        history.move(history.pot, history.purse, 1, f"more {number}")
    answers = []

    def run():
        try:
            answers.append(sealing.seal(at_once=7))
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sum(answers) == 40
    assert (newest().size, Leaf.objects.count()) == (50, 50)
    assert verify().broken is None


def test_a_sealer_that_is_killed_before_it_publishes_has_its_checkpoint_published_by_the_next(history, monkeypatch):
    log = Book.objects.get().log
    assert list(sealing.published(log, 1)) == [8, 10]
    history.move(history.pot, history.purse, 1, "more")
    with monkeypatch.context() as killed:
        killed.setattr(sealing, "publish", lambda: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            sealing.seal()
    sealing.seal()
    assert list(sealing.published(log, 1)) == [8, 10, 12]
    assert storages["checkpoints"].open(f"{log}/1/00000000/000000000012").read().decode() == newest().note


def test_what_was_published_is_listed_from_a_size_on_without_what_came_before(history, monkeypatch):
    monkeypatch.setattr(sealing, "FOLDER", 4)
    log = Book.objects.get().log
    for number in range(3):
        history.move(history.pot, history.purse, 1, f"more {number}")
        sealing.seal()
    assert list(sealing.published(log, 1, 13)) == [14, 16]
    folders = {name: storages["checkpoints"].listdir(f"{log}/1/{name}")[1] for name in ("00000003", "00000004")}
    assert folders == {"00000003": ["000000000012", "000000000014"], "00000004": ["000000000016"]}
    storages["checkpoints"].save(f"{log}/1/00000004/a note of somebody's", ContentFile(b""))
    assert list(sealing.published(log, 1, 16)) == [16]


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE ledger_transfer SET amount_minor = 99 WHERE reference = 'payment 1'", "was changed after it was"),
        ("UPDATE ledger_transfer SET created_at = created_at - interval '1 day' WHERE reference = 'payment 1'", "was"),
        ("DELETE FROM ledger_transfer WHERE reference = 'payment 1'", "it is gone"),
    ],
    ids=["an edited amount", "an edited time", "a deleted row"],
)
def test_a_row_that_is_not_as_it_was_sealed_is_named(history, statement, says):
    changed = row("payment 1").pk
    tamper(statement)
    assert (broken().table, broken().id) == ("transfer", str(changed))
    assert says in broken().says


def test_an_edited_event_is_named(history):
    event = row("payment 1").event_id
    tamper(f"UPDATE ledger_event SET actor = 'user:somebody-else' WHERE id = '{event}'")
    assert (broken().table, broken().id) == ("event", str(event))


def test_a_row_put_in_among_what_was_sealed_is_named(history):
    tamper(
        "INSERT INTO ledger_event SELECT gen_random_uuid(), kind, subject, actor, acting_for, on_behalf_of, request_id,"
        " data, created_at, era, xid FROM ledger_event ORDER BY xid LIMIT 1"
    )
    put_in = Event.objects.exclude(pk__in=Leaf.objects.values("row")).get()
    assert (broken().table, broken().id) == ("event", str(put_in.pk))
    assert "unsealed" in broken().says


def test_rows_that_changed_places_are_named(history):
    one, other = row("payment 0"), row("payment 1")
    tamper(
        f"UPDATE ledger_transfer SET xid = '{other.xid}' WHERE id = '{one.pk}'",
        f"UPDATE ledger_transfer SET xid = '{one.xid}' WHERE id = '{other.pk}'",
    )
    assert broken().table in ("transfer", "event")
    assert "not in that place" in broken().says


def test_a_log_that_was_cut_off_with_its_rows_is_named_by_what_was_published(history):
    tamper(
        "DELETE FROM ledger_transfer WHERE reference = 'late'",
        "DELETE FROM ledger_event WHERE id NOT IN (SELECT event_id FROM ledger_transfer)",
        "UPDATE ledger_balance SET posted = posted + 100, seq = seq - 1 WHERE posted = 600",
        "UPDATE ledger_balance SET posted = posted - 100, seq = seq - 1 WHERE posted = 400",
        "DELETE FROM ledger_leaf WHERE index >= 8",
        "DELETE FROM ledger_seal WHERE size > 8",
    )
    assert (broken().table, broken().id) == ("seal", "1/10")
    assert broken().says == "was published; the log ends at 8 leaves now"


def test_a_checkpoint_taken_out_of_the_log_is_named_by_what_was_published(history):
    tamper("DELETE FROM ledger_seal WHERE size = 8")
    assert (broken().table, broken().id) == ("seal", "1/8")
    assert broken().says == "was published; the log has no such checkpoint any more"


def test_a_log_that_was_written_again_and_signed_is_named(history):
    """An insider edits a row, makes every hash again and signs: what was published says otherwise."""
    tamper(
        "UPDATE ledger_event SET actor = 'user:somebody-else' WHERE id IN (SELECT event_id FROM ledger_transfer)",
        "TRUNCATE ledger_leaf, ledger_seal, ledger_node",
    )
    sealing.seal(at_once=4)
    assert broken().table == "seal"
    assert broken().says == "was published as another checkpoint"


def test_a_root_that_its_leaves_do_not_make_and_a_signature_that_does_not_fit_are_named(history):
    tamper("UPDATE ledger_seal SET root = sha256('') WHERE size = 8")
    assert (broken().id, broken().says) == ("1/8", "has another root than its leaves make")
    tamper(
        f"UPDATE ledger_seal SET root = decode('{merkle_root(8).hex()}', 'hex') WHERE size = 8",
        "UPDATE ledger_seal SET note = replace(note, 'moved GBP 1300', 'moved GBP 1301') WHERE size = 8",
    )
    assert broken().id == "1/8"
    assert "its checkpoint does not stand: the signature" in broken().says


def merkle_root(size):
    return sealing.tree(1, size).root()


def test_verifying_since_a_checkpoint_looks_at_what_came_after_it_alone(history):
    first = Seal.objects.get(size=8)
    verdict = verify(since=first)
    assert (verdict.broken, verdict.transfers, verdict.events, verdict.sealed) == (None, 1, 1, 2)
    tamper("UPDATE ledger_transfer SET amount_minor = 99 WHERE reference = 'payment 1'")
    assert verify(since=first).broken is None
    tamper("UPDATE ledger_transfer SET amount_minor = 99 WHERE reference = 'late'")
    found = verify(since=first).broken
    assert found is not None
    assert (found.table, found.id) == ("transfer", str(row("late").pk))


def test_an_unsealed_row_that_does_not_go_on_from_where_its_account_stood_is_named_since_a_checkpoint(history):
    history.move(history.pot, history.purse, 1_00, "unsealed")
    assert verify(since=newest()).broken is None
    tamper("UPDATE ledger_transfer SET debit_after_minor = 1 WHERE reference = 'unsealed'")
    found = verify(since=newest()).broken
    assert found is not None
    assert (found.id, found.says.startswith("leaves account")) == (str(row("unsealed").pk), True)


def test_verifying_since_asks_as_many_queries_however_long_the_history_is(history, django_assert_max_num_queries):
    def queries():
        with django_assert_max_num_queries(100) as asked:
            assert verify(since=newest()).broken is None
        return len(asked)

    few = queries()
    for number in range(150):
        history.move(history.pot, history.purse, 1, f"more {number}")
    sealing.seal()
    assert queries() <= few + 2  # a tree of more than 256 leaves has a full subtree to look up


def test_two_keys_sign_while_one_takes_the_others_place_and_old_checkpoints_still_stand(history, settings):
    old = settings.LEDGER_SIGNING_KEYS[0]
    new = "waymark.example/2027:" + "c" * 43 + "="
    history.move(history.pot, history.purse, 1, "both")
    settings.LEDGER_SIGNING_KEYS = [new, old]
    sealing.seal()
    history.move(history.pot, history.purse, 1, "the new one")
    settings.LEDGER_SIGNING_KEYS = [new]
    sealing.seal()
    first, second = sealing.known_keys() if SealKey.objects.count() == 2 else (None, None)
    assert [seal.note.count("\n— ") for seal in Seal.objects.order_by("size")] == [1, 1, 2, 1]
    assert verify().broken is None
    with pytest.raises(notes.NoteInvalid, match="none of the known keys"):
        notes.read(newest().note, [key for key in (first, second) if key and key.name == "waymark.example"])


def test_without_a_key_nothing_is_sealed(history, settings):
    settings.LEDGER_SIGNING_KEYS = []
    history.move(history.pot, history.purse, 1, "more")
    with pytest.raises(CommandError, match="names no key"):
        call_command("ledger", "seal")
    assert Leaf.objects.count() == 10


def test_after_a_restore_into_another_cluster_nothing_is_written_until_a_new_era_begins(history):
    """As such a database finds itself: its transactions are older than those it has sealed."""
    tamper("UPDATE ledger_book SET floor = '9000000000', cluster = 'another'")
    with pytest.raises(EraIsOver):
        history.move(history.pot, history.purse, 1, "too early")
    with pytest.raises(sealing.NeedsNewEra, match="was sealed in another cluster"):
        sealing.seal()
    with as_owner() as cursor:
        cursor.execute("SELECT ledger_new_era()")
    history.move(history.pot, history.purse, 1, "in time")
    assert row("in time").era == 2
    assert sealing.seal() == 2
    assert [(seal.era, seal.size) for seal in Seal.objects.order_by("era", "size")] == [(1, 8), (1, 10), (2, 2)]
    assert verify().broken is None


def test_a_new_era_is_the_owners_alone_to_begin(history):
    with pytest.raises(CommandError, match="is the database's owner's to begin"):
        call_command("ledger", "new-era")
    assert Book.objects.get().era == 1


def test_the_command_seals_and_verifies_since_a_checkpoint_that_somebody_kept(history, tmp_path):
    history.move(history.pot, history.purse, 1, "more")
    printed = StringIO()
    call_command("ledger", "seal", stdout=printed)
    assert printed.getvalue().startswith("2 rows sealed.\nwaymark.example/")
    kept = tmp_path / "checkpoint"
    kept.write_text(Seal.objects.get(size=10).note)
    printed = StringIO()
    call_command("ledger", "verify", "--since", str(kept), stdout=printed)
    assert printed.getvalue().startswith("1 transfers and 1 events since 1/10; 2 rows sealed.")


@pytest.mark.parametrize(
    ("named", "says"),
    [
        ("yesterday", "neither a file with a checkpoint nor ERA/SIZE"),
        ("1/9", "The log has no checkpoint 1/9"),
    ],
)
def test_a_checkpoint_that_there_is_not_is_refused_in_words(history, named, says):
    with pytest.raises(CommandError, match=says):
        call_command("ledger", "verify", "--since", named)


def test_a_kept_checkpoint_that_the_log_does_not_agree_with_is_named(history, tmp_path):
    kept = tmp_path / "checkpoint"
    kept.write_text(Seal.objects.get(size=10).note)
    tamper("UPDATE ledger_seal SET root = sha256('') WHERE size = 10")
    with pytest.raises(CommandError, match="was signed for another root"):
        call_command("ledger", "verify", "--since", str(kept))
    kept.write_text("hello\n")
    with pytest.raises(CommandError, match="is not a checkpoint of this log: it has no signature"):
        call_command("ledger", "verify", "--since", str(kept))


def test_leaves_are_rfc_8785_whatever_is_in_the_row():
    content = {
        "b": 'a "quoted" \\ line\n\u0007',
        "a": [1, None, True, -5],
        "€": "ключ",
        "data": {"z": 1, "aa": 2**53 - 1},
    }
    assert leaves.canonical(content) == rfc8785.dumps(content)


def test_snapshots_are_taken_with_the_seals(history):
    assert ledger.balances([history.funder]) == {history.funder: -10_00}
    with connection.cursor() as cursor:
        cursor.execute("SELECT balance_minor FROM ledger_snapshot WHERE account_id = %s", [history.funder])
        assert cursor.fetchall() == [(-10_00,)]
