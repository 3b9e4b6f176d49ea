"""Bank files: payments as a bank takes them, ISO 20022 pain.001, and the bank's answers as they came."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from django.conf import settings
from lxml import etree
from sepaxml import SepaTransfer  # type: ignore[import-untyped]

from payments.models import BankAnswer

SCHEMA = "pain.001.001.03"
NAMESPACE = {"pain": f"urn:iso:std:iso:20022:tech:xsd:{SCHEMA}"}
# Both have two decimal places, which is all that the library writes.
CURRENCIES = ("EUR", "GBP")


@dataclass(frozen=True, slots=True)
class Debtor:
    """Whose account is paid from."""

    name: str
    iban: str
    bic: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """One payment. `reference` is its end-to-end id, which every answer names; `text` is for the payee to read."""

    reference: str
    name: str
    iban: str
    bic: str
    amount_minor: int
    text: str


def write(message_id: str, debtor: Debtor, orders: Sequence[Order], *, currency: str, made_at: dt.datetime) -> bytes:
    """The file with these payments, checked against the standard's own schema. The same for the same arguments.

    A bank that is given it twice knows it by its `message_id`. Raises ValueError for a currency not in CURRENCIES, and
    lxml's DocumentInvalid for what the schema does not allow.
    """
    if currency not in CURRENCIES:
        raise ValueError(f"{currency} is not paid by file")
    local = made_at.astimezone(ZoneInfo(settings.TIME_ZONE))
    about = {"name": debtor.name, "IBAN": debtor.iban, "batch": True, "currency": currency}
    # Only in euros is there SEPA.
    written = SepaTransfer(about | _bic(debtor.bic) | {"domestic": currency != "EUR"}, schema=SCHEMA, clean=True)
    for order in orders:
        written.add_payment(
            {
                "name": order.name,
                "IBAN": order.iban,
                "amount": order.amount_minor,
                "execution_date": local.date(),
                "description": f"{order.text} {order.reference}",
                "endtoend_id": order.reference,
            }
            | _bic(order.bic)
        )
    # The library names each file anew and dates it itself.
    document = etree.fromstring(written.export(validate=False))
    named = {"GrpHdr/pain:MsgId": message_id, "PmtInf/pain:PmtInfId": message_id}
    for place, text in {**named, "GrpHdr/pain:CreDtTm": local.strftime("%Y-%m-%dT%H:%M:%S")}.items():
        for found in document.iterfind(f".//pain:{place}", NAMESPACE):
            found.text = text
    _schema().assertValid(document)
    return bytes(etree.tostring(document, xml_declaration=True, encoding="UTF-8", pretty_print=True))


@cache
def _schema() -> etree.XMLSchema:
    """The standard's own schema, as the library brings it: read once, which the library would do for each file."""
    return etree.XMLSchema(etree.parse(str(files("sepaxml") / "schemas" / f"{SCHEMA}.xsd")))


def keep_answer(body: bytes) -> BankAnswer:
    """Keep a bank's file as it came; the same one twice is kept once."""
    kept, _made = BankAnswer.objects.get_or_create(digest=hashlib.sha256(body).hexdigest(), defaults={"body": body})
    return kept


def _bic(bic: str) -> dict[str, str]:
    return {"BIC": bic} if bic else {}
