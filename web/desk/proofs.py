"""What a learner's scheme wants proof of, as an adviser sees it: what was seen, and what is missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from accounts import proving
from accounts.circumstances import Criterion, Document
from accounts.models import Evidence
from accounts.schemes import current_rules
from brokerage.models import Request
from config.refusals import Sentence

# The labels of criteria and documents speak to the learner; where one of them says "your", the adviser reads this.
_CRITERIA = {Criterion.RESIDENCE: _("Where they live")}
_DOCUMENTS = {Document.UTILITY_BILL: _("a bill with their address"), Document.BENEFIT_LETTER: _("a letter about it")}


@dataclass(frozen=True, slots=True)
class Row:
    """One proof that the scheme wants: `needed` now, or `seen` (and `holds`, unless it has lapsed), or neither."""

    criterion: str
    documents: Sequence[str]
    seen: Evidence | None
    holds: bool
    needed: bool
    by_scheme: bool

    @property
    def words(self) -> Sentence:
        return criterion_words(self.criterion)

    @property
    def seen_words(self) -> Sentence:
        return document_words(self.seen.document) if self.seen else ""

    @property
    def may_record(self) -> bool:
        """Nobody is asked for what makes no difference to them; what was seen can be seen again."""
        return not self.by_scheme and (self.needed or self.seen is not None)


def proofs_of(request: Request, today: dt.date) -> list[Row]:
    """What the scheme of this request wants proof of on that day, for its learner. At most two queries."""
    scheme = request.learning_account.scheme_id
    version = current_rules({scheme}, today).get(scheme)
    if version is None or not version.parsed.proofs:
        return []
    rules = version.parsed
    found = proving.standing(request.learner_id, rules, today)
    proven = {one.proof.criterion: one.seen.valid_until for one in found if one.seen}
    needed = proving.still_needed(request.learner.circumstances(proven), rules, today)
    missing = {proof.criterion for _sentence, proof in needed}
    return [
        Row(
            criterion=one.proof.criterion,
            documents=one.proof.documents,
            seen=one.seen,
            holds=one.holds,
            needed=one.proof.criterion in missing,
            by_scheme=one.proof.checked_by == "scheme",
        )
        for one in found
    ]


def criterion_words(code: str) -> Sentence:
    return _CRITERIA.get(Criterion(code), Criterion(code).label)


def document_words(code: str) -> Sentence:
    return _DOCUMENTS.get(Document(code), Document(code).label)
