"""What banks answer, read defensively: ISO 20022 pain.002 (a file's status), camt.053 and camt.054 (what was booked).

Banks use many versions of each; what is read here is at the same place in all of them.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from xml.etree.ElementTree import Element, ParseError

from babel.numbers import get_currency_precision
from defusedxml import DefusedXmlException  # type: ignore[import-untyped]
from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]

from payments.errors import BankFileUnreadable

MOST_BYTES = 10_000_000
_NAMESPACE = re.compile(r"\{urn:iso:std:iso:20022:tech:xsd:((?:pain\.002|camt\.05[34])\.001\.\d\d)\}(\w+)")
_AMOUNT = re.compile(r"[0-9]{1,13}(?:\.[0-9]{1,5})?")
_REASON = re.compile(r"[A-Z0-9]{1,4}")
# The bank has paid, by its own books or the payee's bank's. Until then it has only taken the order.
_PAID, _REFUSED = {"ACSC", "ACCC"}, "RJCT"
UNSPECIFIED = "MS03"


class Said(enum.Enum):
    """That it was paid; or that it was refused, or has come back."""

    SETTLED = "settled"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a bank says of one payment, by its end-to-end id; or of a whole file, by its message id.

    `amount_minor` is None where the bank did not say it, and -1 where that is no amount of its currency. `reason` is
    the bank's own code (ISO 20022 external codes: AC04 is a closed account).
    """

    said: Said
    reference: str
    message_id: str = ""
    amount_minor: int | None = None
    currency: str = ""
    reason: str = ""


def read(body: bytes) -> list[Answer]:
    """What a file says, in its order; what is only on its way is not in it. Raises `BankFileUnreadable`."""
    if len(body) > MOST_BYTES:
        raise BankFileUnreadable(reason="it is too large")
    try:
        document = fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise BankFileUnreadable(reason="it is not plain XML") from error
    found = _NAMESPACE.fullmatch(document.tag)
    if found is None or found[2] != "Document":
        raise BankFileUnreadable(reason="it is neither pain.002, camt.053 nor camt.054")
    namespace = document.tag.removesuffix("Document")
    read_as = _statuses if found[1].startswith("pain") else _entries
    return list(read_as(_Node(document, namespace)))


@dataclass(frozen=True, slots=True)
class _Node:
    """A place in a file, which finds what is under it by the standard's names."""

    element: Element
    namespace: str

    def all(self, path: str) -> list[_Node]:
        return [_Node(found, self.namespace) for found in self.element.findall(self._path(path))]

    def text(self, *paths: str) -> str:
        """The first of these that is there and has text."""
        for path in paths:
            if (found := self.element.findtext(self._path(path), "").strip()) and len(found) <= 140:
                return found
        return ""

    def amount(self, *paths: str) -> tuple[int | None, str]:
        for path in paths:
            if (found := self.element.find(self._path(path))) is not None:
                return _minor((found.text or "").strip(), found.get("Ccy", "").strip())
        return None, ""

    def _path(self, path: str) -> str:
        return "/".join(f"{self.namespace}{part}" for part in path.split("/"))


def _statuses(document: _Node) -> Iterator[Answer]:
    for report in document.all("CstmrPmtStsRpt"):
        group = report.all("OrgnlGrpInfAndSts")
        message_id = group[0].text("OrgnlMsgId") if group else ""
        about_all = [*group, *report.all("OrgnlPmtInfAndSts")]
        for whole, status in ((one, one.text("GrpSts", "PmtInfSts")) for one in about_all):
            if status == _REFUSED and message_id and not whole.all("TxInfAndSts"):
                yield Answer(Said.RETURNED, "", message_id, reason=_reason(whole, "StsRsnInf"))
                return
        for one in report.all("OrgnlPmtInfAndSts/TxInfAndSts"):
            reference, status = one.text("OrgnlEndToEndId"), one.text("TxSts")
            said = Said.SETTLED if status in _PAID else Said.RETURNED if status == _REFUSED else None
            if reference and said:
                amount_minor, currency = one.amount("OrgnlTxRef/Amt/InstdAmt")
                reason = _reason(one, "StsRsnInf") if said == Said.RETURNED else ""
                yield Answer(said, reference, message_id, amount_minor, currency, reason)


def _entries(document: _Node) -> Iterator[Answer]:
    entries = [*document.all("BkToCstmrStmt/Stmt/Ntry"), *document.all("BkToCstmrDbtCdtNtfctn/Ntfctn/Ntry")]
    for entry in entries:
        if entry.text("Sts/Cd", "Sts") != "BOOK":
            continue
        details = entry.all("NtryDtls/TxDtls")
        for one in details:
            reference = one.text("Refs/EndToEndId")
            way = one.text("CdtDbtInd") or entry.text("CdtDbtInd")
            came_back = bool(one.all("RtrInf"))
            if not reference or reference == "NOTPROVIDED" or (way == "DBIT") == came_back:
                continue
            amount_minor, currency = one.amount("Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/InstdAmt/Amt")
            if amount_minor is None and len(details) == 1:
                amount_minor, currency = entry.amount("Amt")
            said = Said.RETURNED if came_back else Said.SETTLED
            reason = _reason(one, "RtrInf") if came_back else ""
            yield Answer(said, reference, "", amount_minor, currency, reason)


def _reason(node: _Node, where: str) -> str:
    code = node.text(f"{where}/Rsn/Cd")
    return code if _REASON.fullmatch(code) else UNSPECIFIED


def _minor(text: str, currency: str) -> tuple[int, str]:
    if not _AMOUNT.fullmatch(text) or not re.fullmatch("[A-Z]{3}", currency):
        return -1, currency[:3]
    scaled = Decimal(text).scaleb(get_currency_precision(currency))
    return (int(scaled) if scaled == scaled.to_integral_value() else -1), currency
