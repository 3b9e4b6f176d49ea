"""The export says what the ledger says, and other people's tools agree."""

import csv
import datetime as dt
import subprocess
from dataclasses import replace
from io import StringIO
from uuid import UUID, uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

import ledger
from ledger import NewAccount, exporting
from ledger.models import Account, Transfer
from tests.conftest import tool
from tests.ledger.conftest import Book, open_book, take_snapshots
from tests.racing import together

pytestmark = pytest.mark.django_db

MAY = dt.date(2026, 5, 1)
HOSTILE = '=cmd|"x"!A1,date:2020-01-01;[2020-01-02]\n2026-01-01 open Assets:X \\ é'


@pytest.fixture
def book(db: None) -> Book:
    """£10 in on 1 May, £3 to a purse on the 2nd, and £1.01 of it back on the 3rd, written down before the other."""
    made = open_book()
    made.move(made.funder, made.pot, 10_00, "in", effective_on=MAY)
    made.move(made.funder, made.purse, 1_01, "early", effective_on=MAY + dt.timedelta(days=2))
    made.move(made.pot, made.purse, 3_00, "late", effective_on=MAY + dt.timedelta(days=1))
    return made


def exported(layout: str, **asked: object) -> str:
    return "".join(exporting.export(layout, **asked))  # type: ignore[arg-type]


def rows(**asked: object) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(exported("csv", **asked), newline="")))


def short(**asked: object) -> list[tuple[str, str, str, str]]:
    """The rows of the CSV: what, on which day of May 2026, the kind of account, how much."""
    return [(row["row"], row["day"][-2:], row["account"].split(":")[2], row["amount"]) for row in rows(**asked)]


def written(*arguments: str) -> str:
    to = StringIO()
    call_command("ledger", "export", *arguments, stdout=to)
    return to.getvalue()


def money(name: str, amount: int, *, reference: str = "", **given: object) -> tuple[UUID, UUID]:
    """A transfer in another currency, between two accounts of their own."""
    book, owner = open_book(), uuid4()
    debit, credit = ledger.open_accounts(
        [NewAccount(kind, name, False, "test", owner) for kind in ("from", "to")],
    )
    book.move(debit, credit, amount, reference, currency=name, effective_on=MAY, **given)
    return debit, credit


def part(account: UUID) -> str:
    return str(account)[0].upper() + str(account)[1:]


def accepted(layout: str, text: str, tmp_path) -> bool:
    """Whether the tool itself takes the file."""
    path = tmp_path / f"it.{layout}"
    path.write_text(text, encoding="utf-8")
    ask = {
        "beancount": [tool("bean-check"), "--no-cache", str(path)],
        "hledger": [tool("hledger"), "-f", str(path), "check", "--strict"],
    }
    said = subprocess.run(ask[layout], capture_output=True, text=True)
    print(said.stdout, said.stderr)
    return said.returncode == 0


def test_beancount_has_a_transfer_with_its_two_postings_and_who_and_why(book):
    moved = Transfer.objects.get(reference="late")
    assert exported("beancount").count("\n2026-05-02 *") == 1
    assert (
        f'\n2026-05-02 * "test"\n'
        f'  transfer: "{moved.id}"\n  kind: "test"\n  reference: "late"\n  journal: "{moved.journal}"\n'
        f'  event: "{moved.event_id}"\n  event-kind: "test.moved"\n  actor: "system:test"\n'
        f'  posted-at: "{moved.created_at.isoformat()}"\n'
        f"  Assets:Test:Pot:{part(book.pot)}  -3.00 GBP\n"
        f"  Assets:Test:Purse:{part(book.purse)}  3.00 GBP\n"
    ) in exported("beancount")


def test_hledger_has_a_transfer_with_its_two_postings_and_who_and_why(book):
    moved = Transfer.objects.get(reference="late")
    assert (
        f"\n2026-05-02 * test\n"
        f"    ; transfer:{moved.id}, kind:test, reference:late, journal:{moved.journal}, event:{moved.event_id},"
        f" event-kind:test.moved, actor:system:test, posted-at:{moved.created_at.isoformat()}\n"
        f"  Assets:Test:Pot:{part(book.pot)}  -3.00 GBP\n"
        f"  Assets:Test:Purse:{part(book.purse)}  3.00 GBP\n"
    ) in exported("hledger")


def test_csv_has_a_row_a_posting(book):
    moved = Transfer.objects.get(reference="late")
    paid, got = (row for row in rows() if row["reference"] == "late")
    assert paid == {
        "row": "posting",
        "day": "2026-05-02",
        "account": f"Assets:Test:Pot:{part(book.pot)}",
        "amount": "-3.00",
        "currency": "GBP",
        "other_account": f"Assets:Test:Purse:{part(book.purse)}",
        "transfer": str(moved.id),
        "kind": "test",
        "reference": "late",
        "journal": str(moved.journal),
        "event": str(moved.event_id),
        "event_kind": "test.moved",
        "actor": "system:test",
        "posted_at": moved.created_at.isoformat(),
    }
    assert (got["account"], got["amount"]) == (paid["other_account"], "3.00")


def test_transfers_are_in_the_ledgers_order_and_balances_are_of_the_day_after_the_last(book):
    assert short() == [
        ("posting", "01", "Funder", "-10.00"),
        ("posting", "01", "Pot", "10.00"),
        ("posting", "03", "Funder", "-1.01"),
        ("posting", "03", "Purse", "1.01"),
        ("posting", "02", "Pot", "-3.00"),
        ("posting", "02", "Purse", "3.00"),
        ("balance", "04", "Funder", "-11.01"),
        ("balance", "04", "Pot", "7.00"),
        ("balance", "04", "Purse", "4.01"),
        ("balance", "04", "Other", "0.00"),
        ("balance", "04", "E", "0.00"),
    ]


def test_what_counted_before_the_day_is_in_opening_balances(book):
    assert short(since=MAY + dt.timedelta(days=2)) == [
        ("opening", "02", "Funder", "-10.00"),
        ("opening", "02", "Pot", "7.00"),
        ("opening", "02", "Purse", "3.00"),
        ("posting", "03", "Funder", "-1.01"),
        ("posting", "03", "Purse", "1.01"),
        ("balance", "04", "Funder", "-11.01"),
        ("balance", "04", "Pot", "7.00"),
        ("balance", "04", "Purse", "4.01"),
        ("balance", "04", "Other", "0.00"),
        ("balance", "04", "E", "0.00"),
    ]


def test_from_the_first_day_on_is_everything_and_opens_nothing(book):
    assert exported("hledger", since=MAY) == exported("hledger")
    assert exported("hledger", since=dt.date.min) == exported("hledger")


def test_of_one_account_only_what_touches_it_and_only_its_balance(book):
    assert short(account=book.pot) == [
        ("posting", "01", "Funder", "-10.00"),
        ("posting", "01", "Pot", "10.00"),
        ("posting", "02", "Pot", "-3.00"),
        ("posting", "02", "Purse", "3.00"),
        ("balance", "03", "Pot", "7.00"),
    ]
    assert exported("beancount", account=book.pot).count(" open ") == 3


def test_of_one_account_since_a_day_only_its_own_opening_balance(book):
    assert short(account=book.pot, since=MAY + dt.timedelta(days=1)) == [
        ("opening", "01", "Pot", "10.00"),
        ("posting", "02", "Pot", "-3.00"),
        ("posting", "02", "Purse", "3.00"),
        ("balance", "03", "Pot", "7.00"),
    ]


def test_an_account_without_a_stored_balance_is_asserted_at_what_its_snapshot_makes(book):
    take_snapshots(below=Transfer.objects.get(reference="in").xid + 1)
    assert ("balance", "04", "Funder", "-11.01") in short()


def test_amounts_have_the_decimals_of_their_currency(db):
    for name, amount in (("JPY", 1250), ("GBP", 1250), ("BHD", 1250), ("GBP", 5), ("BHD", 2**62)):
        money(name, amount)
    found = [(row["amount"], row["currency"]) for row in rows() if row["row"] == "posting"][1::2]
    assert found == [
        ("1250", "JPY"),
        ("12.50", "GBP"),
        ("1.250", "BHD"),
        ("0.05", "GBP"),
        ("4611686018427387.904", "BHD"),
    ]
    assert "commodity 0.000 BHD\ncommodity 0.00 EUR\ncommodity 0.00 GBP\ncommodity 0. JPY\n" in exported("hledger")


def test_an_accounts_name_is_one_that_both_tools_take_whatever_it_is_called():
    account = exporting.Account(UUID(int=0xA << 124), False, "é", 'x: "2"\n', UUID(int=1), "GBP")
    assert account.name == "Equity:None:X-2:A0000000-0000-0000-0000-000000000000"


def test_hostile_text_stays_text(book):
    money("GBP", 1, reference=HOSTILE)
    [first, _] = (row["reference"] for row in rows() if row["reference"].startswith("'"))
    assert first == f"'{HOSTILE}"
    encoded = "=cmd%7C%22x%22%21A1%2Cdate:2020-01-01%3B%5B2020-01-02%5D%0A2026-01-01"
    for layout in ("beancount", "hledger"):
        assert encoded in exported(layout)
        assert "\n2026-01-01 open" not in exported(layout)


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\tx", "\r=x", "'=1", "＝1"])
def test_no_cell_begins_as_a_formula(text, book):
    money("GBP", 1, reference=text)
    assert f"'{text}" in {row["reference"] for row in rows()}


def test_an_empty_ledger_is_an_export_too(db):
    assert rows() == []
    assert exported("hledger") == "decimal-mark .\n\n"


def test_the_ledger_is_read_a_few_rows_at_a_time(book, monkeypatch):
    whole = exported("beancount")
    monkeypatch.setattr(exporting, "ROWS", 2)
    assert exported("beancount") == whole


@pytest.mark.django_db(transaction=True)
def test_what_is_posted_while_it_is_written_is_not_in_it(book):
    pieces = exporting.export("csv")
    head = next(pieces)
    together(lambda: book.move(book.funder, book.pot, 5_00, "meanwhile"))
    assert Transfer.objects.filter(reference="meanwhile").count() == 0
    body = head + "".join(pieces)
    assert "meanwhile" not in body
    assert f"Pot:{part(book.pot)},7.00" in body
    assert "meanwhile" in exported("csv")


@pytest.mark.django_db(transaction=True)
def test_an_export_that_is_left_half_way_leaves_nothing_open(book, monkeypatch):
    monkeypatch.setattr(exporting, "ROWS", 1)
    pieces = exporting.export("csv")
    for _ in range(3):
        next(pieces)
    pieces.close()
    assert not connection.in_atomic_block
    book.move(book.pot, book.other, 1)


def test_the_command_writes_to_the_terminal_and_to_a_file(book, tmp_path):
    path = tmp_path / "ledger.csv"
    assert written("--format", "csv", "--output", str(path)) == ""
    assert path.read_bytes().decode() == written("--format", "csv") == exported("csv")
    assert [found.name for found in tmp_path.iterdir()] == ["ledger.csv"]


def test_the_command_takes_a_day_and_an_account(book):
    asked = written("--format", "hledger", "--since", "2026-05-02", "--account", str(book.pot))
    assert asked == exported("hledger", since=dt.date(2026, 5, 2), account=book.pot)
    assert asked != exported("hledger")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--format", "ods"], "There is no format 'ods': give beancount, hledger, csv."),
        (["--format", "csv", "--since", "May"], "'May' is not a day: write it as 2026-01-31."),
        (["--format", "csv", "--since", ""], "'' is not a day: write it as 2026-01-31."),
        (["--format", "csv", "--account", "pot"], "'pot' is not an account's id."),
        (["--format", "csv", "--account", str(UUID(int=5))], f"There is no account {UUID(int=5)}."),
    ],
)
def test_what_cannot_be_exported_is_said_and_nothing_is_written(arguments, says, book, tmp_path):
    path, to = tmp_path / "ledger.csv", StringIO()
    with pytest.raises(CommandError) as refused:
        call_command("ledger", "export", *arguments, "--output", str(path), stdout=to)
    assert (str(refused.value), refused.value.returncode) == (says, 1)
    assert to.getvalue() == ""
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written_is_said(book, tmp_path):
    with pytest.raises(CommandError, match=r"cannot be written: No such file or directory\."):
        written("--format", "csv", "--output", str(tmp_path / "nowhere" / "ledger.csv"))


ACCEPTED = [
    pytest.param("beancount", marks=pytest.mark.external("bean-check")),
    pytest.param("hledger", marks=pytest.mark.external("hledger")),
]


@pytest.fixture
def many(book: Book) -> Book:
    """The book, three currencies, and text that would like to be more."""
    money("JPY", 1250)
    money("BHD", 1250)
    money("GBP", 1, reference=HOSTILE)
    [odd] = ledger.open_accounts([NewAccount(HOSTILE[:60], "GBP", True, 'é "\n', uuid4())])
    with transaction.atomic():
        ledger.post([replace(book.transfer(book.funder, odd, 1, "odd"), kind=HOSTILE[:60])])
    return book


@pytest.mark.parametrize("layout", ACCEPTED)
@pytest.mark.parametrize("since", [None, dt.date(2026, 5, 2), dt.date(2026, 5, 3), dt.date(2030, 1, 1)])
@pytest.mark.parametrize("of", [None, "funder", "pot", "other"])
def test_the_tool_takes_the_export_in_its_strict_mode(layout, since, of, many, tmp_path):
    text = exported(layout, since=since, account=getattr(many, of) if of else None)
    assert accepted(layout, text, tmp_path)


@pytest.mark.parametrize("layout", ACCEPTED)
def test_the_tool_refuses_an_export_in_which_a_penny_is_elsewhere(layout, book, tmp_path):
    text = exported(layout)
    assert text.count(" 3.00 GBP") == text.count(" -3.00 GBP") == 1
    moved = text.replace(" 3.00 GBP", " 3.01 GBP").replace(" -3.00 GBP", " -3.01 GBP")
    assert not accepted(layout, moved, tmp_path)


@pytest.mark.parametrize("layout", ACCEPTED)
def test_the_tool_takes_the_export_of_an_empty_ledger(layout, db, tmp_path):
    assert accepted(layout, exported(layout), tmp_path)


@pytest.mark.external("hledger")
def test_hledger_counts_what_the_ledger_says_each_account_holds(many, tmp_path):
    path = tmp_path / "it.journal"
    path.write_text(exported("hledger"))
    asked = [str(tool("hledger")), "-f", str(path), "bal", "--empty", "--no-total", "--layout=bare", "-O", "csv"]
    counted = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    found = {row["account"]: row["balance"] for row in csv.DictReader(StringIO(counted))}
    holds = ledger.balances(Account.objects.values_list("id", flat=True))
    assert {UUID(name.split(":")[-1]): int(amount.replace(".", "")) for name, amount in found.items()} == holds
