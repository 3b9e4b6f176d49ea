"""The sandbox's bank: it pays what a file says with money that does not exist, and answers as a bank does.

The last four characters of an IBAN say what becomes of a payment to it: 9991 is refused (AC01, no such account), 9994
is paid and comes back (AC04, a closed account), any other is paid.
"""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from payments.bank_files import NAMESPACE

REFUSED, COMES_BACK = {"9991": "AC01"}, {"9994": "AC04"}


@dataclass(frozen=True, slots=True)
class _Payment:
    reference: str
    iban: str
    amount: str
    currency: str

    @property
    def refused(self) -> str | None:
        return REFUSED.get(self.iban[-4:])

    @property
    def comes_back(self) -> str | None:
        return COMES_BACK.get(self.iban[-4:])


class SandboxBank:
    def answers(self, file: bytes) -> list[bytes]:
        """A status report, what was booked, and what came back: the same for the same file, since it keeps nothing."""
        document = etree.fromstring(file, etree.XMLParser(resolve_entities=False, no_network=True))
        message_id = _text(document, ".//pain:GrpHdr/pain:MsgId")
        payments = [_payment(node) for node in document.iterfind(".//pain:CdtTrfTxInf", NAMESPACE)]
        paid = [payment for payment in payments if not payment.refused]
        returned = [payment for payment in paid if payment.comes_back]
        answers = [_status_report(message_id, payments), _booked(f"{message_id}-D", paid)]
        return [*answers, _booked(f"{message_id}-R", returned, back=True)] if returned else answers


def _payment(node: etree._Element) -> _Payment:
    [amount] = node.iterfind("pain:Amt/pain:InstdAmt", NAMESPACE)
    return _Payment(
        reference=_text(node, "pain:PmtId/pain:EndToEndId"),
        iban=_text(node, "pain:CdtrAcct/pain:Id/pain:IBAN"),
        amount=str(amount.text),
        currency=str(amount.get("Ccy")),
    )


def _text(node: etree._Element, path: str) -> str:
    return str(node.findtext(path, namespaces=NAMESPACE))


def _status_report(message_id: str, payments: list[_Payment]) -> bytes:
    document, report = _document("pain.002.001.03", "CstmrPmtStsRpt")
    _put(report, "GrpHdr/MsgId", f"{message_id}-S")
    group = _put(report, "OrgnlGrpInfAndSts")
    _put(group, "OrgnlMsgId", message_id)
    _put(group, "OrgnlMsgNmId", "pain.001.001.03")
    about = _put(report, "OrgnlPmtInfAndSts")
    _put(about, "OrgnlPmtInfId", message_id)
    for payment in payments:
        one = _put(about, "TxInfAndSts")
        _put(one, "OrgnlEndToEndId", payment.reference)
        _put(one, "TxSts", "RJCT" if payment.refused else "ACSP")
        if payment.refused:
            _put(one, "StsRsnInf/Rsn/Cd", payment.refused)
        _put(one, "OrgnlTxRef/Amt/InstdAmt", payment.amount).set("Ccy", payment.currency)
    return _written(document)


def _booked(message_id: str, payments: list[_Payment], *, back: bool = False) -> bytes:
    """A camt.054 of money that went out; with `back`, of money that has come back in."""
    document, notification = _document("camt.054.001.02", "BkToCstmrDbtCdtNtfctn")
    _put(notification, "GrpHdr/MsgId", message_id)
    about = _put(notification, "Ntfctn")
    for payment in payments:
        entry = _put(about, "Ntry")
        _put(entry, "Amt", payment.amount).set("Ccy", payment.currency)
        _put(entry, "CdtDbtInd", "CRDT" if back else "DBIT")
        _put(entry, "Sts", "BOOK")
        details = _put(entry, "NtryDtls/TxDtls")
        _put(details, "Refs/EndToEndId", payment.reference)
        _put(details, "AmtDtls/TxAmt/Amt", payment.amount).set("Ccy", payment.currency)
        if back and payment.comes_back:
            _put(details, "RtrInf/Rsn/Cd", payment.comes_back)
    return _written(document)


def _document(kind: str, name: str) -> tuple[etree._Element, etree._Element]:
    namespace = f"urn:iso:std:iso:20022:tech:xsd:{kind}"
    # The library's stubs know of no default namespace.
    document = etree.Element(f"{{{namespace}}}Document", nsmap={None: namespace})  # type: ignore[dict-item]
    return document, _put(document, name)


def _put(parent: etree._Element, path: str, text: str | None = None) -> etree._Element:
    """Add an element, inside those that the path names."""
    namespace = etree.QName(parent).namespace
    for part in path.split("/"):
        parent = etree.SubElement(parent, f"{{{namespace}}}{part}")
    parent.text = text
    return parent


def _written(document: etree._Element) -> bytes:
    return bytes(etree.tostring(document, xml_declaration=True, encoding="UTF-8"))
