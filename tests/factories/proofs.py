"""A scheme that wants proof of what its learners say."""

from __future__ import annotations

from typing import Any

from accounts.models import Scheme
from accounts.schemes import current_rules, publish_rules
from ledger import today
from tests.factories.vouchers import ACTOR

BENEFITS: dict[str, Any] = {"criterion": "benefits", "documents": ["benefit_letter", "official_letter"]}
RESIDENCE: dict[str, Any] = {"criterion": "residence", "documents": ["utility_bill"], "lasts_days": 90}


def wants_proof(scheme: Scheme, *proofs: dict[str, Any]) -> None:
    """Publish rules for the scheme that want these proofs, in force at once."""
    now = current_rules({scheme.pk}, today())[scheme.pk]
    rules = now.rules | {"proofs": list(proofs)}
    publish_rules(scheme, rules, valid_from=today(), source="a test", actor=ACTOR)
