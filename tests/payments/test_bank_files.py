"""What a bank takes and what it answers: ISO 20022 written to the standard's schema, and read with care."""

from __future__ import annotations

import datetime as dt

import pytest
import xmlschema
from lxml import etree
from lxml.etree import DocumentInvalid
from sepaxml import validation

from payments import bank_answers, bank_files
from payments.bank import ByHand, bank
from payments.bank_answers import Answer, Said
from payments.bank_files import NAMESPACE, Debtor, Order
from payments.errors import BankFileUnreadable
from payments.models import BankAnswer
from payments.sandbox import SandboxBank

FUNDER = Debtor("ELWa", "GB33BUKB20201555555555", "BUKBGB22XXX")
MADE_AT = dt.datetime(2026, 7, 1, 9, 30, tzinfo=dt.UTC)
IBAN, REFUSED, COMES_BACK = "GB29NWBK60161331926819", "GB36NWBK60161331929991", "GB52NWBK60161331929994"


def an_order(reference: str, amount_minor: int = 120_00, iban: str = IBAN, name: str = "Coleg y Foryd") -> Order:
    return Order(reference, name, iban, "", amount_minor, "ILA Wales")


def a_file(*orders: Order, currency: str = "GBP") -> bytes:
    return bank_files.write("MESSAGE1", FUNDER, orders or [an_order("E2E1")], currency=currency, made_at=MADE_AT)


def said(body: bytes) -> list[Answer]:
    return bank_answers.read(body)


def camt(entries: str, kind: str = "camt.054.001.02", root: str = "BkToCstmrDbtCdtNtfctn/Ntfctn") -> bytes:
    outer, inner = root.split("/")
    return (
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:{kind}"><{outer}><{inner}>{entries}</{inner}></{outer}>'
        "</Document>"
    ).encode()


def an_entry(
    reference: str = "E2E1", amount: str = "120.00", way: str = "DBIT", more: str = "", status: str = "BOOK"
) -> str:
    return (
        f'<Ntry><Amt Ccy="GBP">{amount}</Amt><CdtDbtInd>{way}</CdtDbtInd><Sts>{status}</Sts><NtryDtls><TxDtls>'
        f"<Refs><EndToEndId>{reference}</EndToEndId></Refs>{more}</TxDtls></NtryDtls></Ntry>"
    )


RETURN = "<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>"


def pain_002(inside: str) -> bytes:
    return (
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt>{inside}</CstmrPmtStsRpt>'
        "</Document>"
    ).encode()


@pytest.mark.parametrize("currency", ["GBP", "EUR"])
def test_a_file_is_what_the_standard_says(currency: str) -> None:
    file = a_file(an_order("E2E1", 120_05), an_order("E2E2", 1, name="Écoles & Cie <Lyon>"), currency=currency)
    schema = validation.os.path.join(validation.os.path.dirname(validation.__file__), "schemas/pain.001.001.03.xsd")
    xmlschema.XMLSchema(schema).validate(file.decode())
    document = etree.fromstring(file)

    def text(path: str) -> list[str]:
        return [node.text for node in document.iterfind(f".//pain:{path}", NAMESPACE)]

    assert text("GrpHdr/pain:MsgId") == ["MESSAGE1"]
    assert text("GrpHdr/pain:CreDtTm") == ["2026-07-01T10:30:00"]
    assert text("GrpHdr/pain:CtrlSum") == ["120.06"]
    assert text("PmtInf/pain:PmtInfId") == ["MESSAGE1"]
    assert text("ReqdExctnDt") == ["2026-07-01"]
    assert text("EndToEndId") == ["E2E1", "E2E2"]
    assert [(node.text, node.get("Ccy")) for node in document.iterfind(".//pain:InstdAmt", NAMESPACE)] == [
        ("120.05", currency),
        ("0.01", currency),
    ]
    assert text("Cdtr/pain:Nm") == ["Coleg y Foryd", "Ecoles & Cie <Lyon>"]
    assert text("SvcLvl/pain:Cd") == (["SEPA"] if currency == "EUR" else [])


def test_a_file_is_the_same_however_often_it_is_written() -> None:
    assert a_file() == a_file()


def test_what_the_standard_has_no_room_for_makes_no_file() -> None:
    with pytest.raises(DocumentInvalid, match="EndToEndId"):
        a_file(an_order("E" * 36))


def test_only_what_has_two_decimal_places_is_paid_by_file() -> None:
    with pytest.raises(ValueError, match="JPY is not paid by file"):
        a_file(currency="JPY")


def test_the_sandboxs_bank_pays_refuses_and_gets_money_back() -> None:
    file = a_file(an_order("PAID"), an_order("REFUSED", iban=REFUSED), an_order("BACK", 55_00, iban=COMES_BACK))
    status, paid, back = SandboxBank().answers(file)
    assert said(status) == [Answer(Said.RETURNED, "REFUSED", "MESSAGE1", 120_00, "GBP", "AC01")]
    assert said(paid) == [
        Answer(Said.SETTLED, "PAID", "", 120_00, "GBP"),
        Answer(Said.SETTLED, "BACK", "", 55_00, "GBP"),
    ]
    assert said(back) == [Answer(Said.RETURNED, "BACK", "", 55_00, "GBP", "AC04")]
    assert SandboxBank().answers(file) == [status, paid, back]


def test_a_bank_of_another_kind_is_a_setting(settings: object) -> None:
    settings.PAYMENTS_BANK = "payments.bank.ByHand"  # type: ignore[attr-defined]
    assert isinstance(bank(), ByHand)
    assert bank().answers(a_file()) == []


@pytest.mark.parametrize(
    ("kind", "root"),
    [
        ("camt.054.001.02", "BkToCstmrDbtCdtNtfctn/Ntfctn"),
        ("camt.054.001.08", "BkToCstmrDbtCdtNtfctn/Ntfctn"),
        ("camt.053.001.02", "BkToCstmrStmt/Stmt"),
    ],
)
def test_statements_and_notifications_say_what_was_booked(kind: str, root: str) -> None:
    entries = an_entry() + an_entry("E2E2", "7.5", way="CRDT", more=RETURN)
    assert said(camt(entries, kind, root)) == [
        Answer(Said.SETTLED, "E2E1", "", 120_00, "GBP"),
        Answer(Said.RETURNED, "E2E2", "", 7_50, "GBP", "AC04"),
    ]


def test_a_newer_versions_status_is_in_an_element_of_its_own() -> None:
    entry = an_entry().replace("<Sts>BOOK</Sts>", "<Sts>\n <Cd>BOOK</Cd>\n</Sts>")
    assert [one.said for one in said(camt(entry, "camt.053.001.08", "BkToCstmrStmt/Stmt"))] == [Said.SETTLED]


@pytest.mark.parametrize(
    "entry",
    [
        an_entry(status="PDNG"),
        an_entry("NOTPROVIDED"),
        an_entry(way="CRDT"),
        an_entry(way="DBIT", more=RETURN),
        '<Ntry><Amt Ccy="GBP">1.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts></Ntry>',
    ],
)
def test_what_is_not_booked_or_not_a_payment_of_ours_says_nothing(entry: str) -> None:
    assert said(camt(entry)) == []


def test_an_amount_that_is_none_matches_nothing() -> None:
    amounts = ["120.005", "-1", "1e9", "NaN", "١٢", "", "9" * 30]
    assert [one.amount_minor for one in said(camt("".join(an_entry(amount=amount) for amount in amounts)))] == [-1] * 7


def test_several_payments_of_one_entry_each_have_their_own_amount() -> None:
    one = (
        '<TxDtls><Refs><EndToEndId>{}</EndToEndId></Refs><AmtDtls><TxAmt><Amt Ccy="GBP">{}</Amt></TxAmt></AmtDtls>'
        "</TxDtls>"
    )
    batch = (
        '<Ntry><Amt Ccy="GBP">30.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts><NtryDtls>'
        + one.format("A", "10.00")
        + one.format("B", "20.00")
        + "</NtryDtls></Ntry>"
    )
    assert [(answer.reference, answer.amount_minor) for answer in said(camt(batch))] == [("A", 10_00), ("B", 20_00)]


def test_a_status_report_says_what_was_paid_or_refused_and_not_what_is_on_its_way() -> None:
    statuses = {"A": "ACSP", "B": "RJCT", "C": "ACSC", "D": "PDNG", "E": "ACCC"}
    inside = "<OrgnlGrpInfAndSts><OrgnlMsgId>M</OrgnlMsgId><GrpSts>PART</GrpSts></OrgnlGrpInfAndSts><OrgnlPmtInfAndSts>"
    for reference, status in statuses.items():
        inside += f"<TxInfAndSts><OrgnlEndToEndId>{reference}</OrgnlEndToEndId><TxSts>{status}</TxSts></TxInfAndSts>"
    assert said(pain_002(inside + "</OrgnlPmtInfAndSts>")) == [
        Answer(Said.RETURNED, "B", "M", reason="MS03"),
        Answer(Said.SETTLED, "C", "M"),
        Answer(Said.SETTLED, "E", "M"),
    ]


@pytest.mark.parametrize(
    "inside",
    [
        "<OrgnlGrpInfAndSts><OrgnlMsgId>M</OrgnlMsgId><GrpSts>RJCT</GrpSts><StsRsnInf><Rsn><Cd>AM05</Cd></Rsn>"
        "</StsRsnInf></OrgnlGrpInfAndSts>",
        "<OrgnlGrpInfAndSts><OrgnlMsgId>M</OrgnlMsgId></OrgnlGrpInfAndSts><OrgnlPmtInfAndSts><PmtInfSts>RJCT</PmtInfSts>"
        "<StsRsnInf><Rsn><Cd>AM05</Cd></Rsn></StsRsnInf></OrgnlPmtInfAndSts>",
    ],
)
def test_a_file_that_is_refused_whole_is_said_once(inside: str) -> None:
    assert said(pain_002(inside)) == [Answer(Said.RETURNED, "", "M", reason="AM05")]


BOMB = b'<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><Document>&b;</Document>'
OUTSIDE = b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><Document>&x;</Document>'


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x00\x01",
        b"not xml",
        b"<Document>",
        b"<Document/>",
        b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.03"/>',
        b'<Other xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.02"/>',
        b'<?xml version="1.0" encoding="no-such"?><Document/>',
        BOMB,
        OUTSIDE,
        b"<a>" * 100_000,
    ],
)
def test_what_no_bank_would_send_is_refused(body: bytes) -> None:
    with pytest.raises(BankFileUnreadable):
        said(body)


def test_what_is_too_large_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bank_answers, "MOST_BYTES", 10)
    with pytest.raises(BankFileUnreadable, match="too large"):
        said(camt(an_entry()))


@pytest.mark.django_db
def test_an_answer_is_kept_as_it_came_and_once() -> None:
    first, again = bank_files.keep_answer(b"<a/>"), bank_files.keep_answer(b"<a/>")
    assert first.pk == again.pk
    assert bytes(BankAnswer.objects.get().body) == b"<a/>"
