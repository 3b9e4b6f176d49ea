"""What a learner's scheme wants proof of, as an adviser sees it: what was seen, and what is missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from accounts import proving
from accounts.models import Checker, Copy, Evidence
from accounts.schemes import current_rules
from brokerage.models import Request
from config.refusals import Sentence
from web.copies import criterion_words, document_words


@dataclass(frozen=True, slots=True)
class Row:
    """One proof that the scheme wants: `needed` now, or `seen` (and `holds`, unless it has lapsed), or neither."""

    criterion: str
    documents: Sequence[str]
    seen: Evidence | None
    holds: bool
    needed: bool
    by_scheme: bool
    sent: Copy | None

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
    """What the scheme of this request wants proof of on that day, for its learner. At most three queries."""
    scheme = request.learning_account.scheme_id
    version = current_rules({scheme}, today).get(scheme)
    if version is None or not version.parsed.proofs:
        return []
    rules = version.parsed
    found = proving.standing(request.learner_id, rules, today)
    proven = {one.proof.criterion: one.seen.valid_until for one in found if one.seen}
    needed = proving.still_needed(request.learner.circumstances(proven), rules, today)
    sent = {
        copy.criterion: copy
        for copy in Copy.objects.waiting().filter(learner=request.learner_id, scheme=scheme, checker=Checker.ADVISER)
    }
    missing = {proof.criterion for _sentence, proof in needed}
    return [
        Row(
            criterion=one.proof.criterion,
            documents=one.proof.documents,
            seen=one.seen,
            holds=one.holds,
            needed=one.proof.criterion in missing,
            by_scheme=one.proof.checked_by == "scheme",
            sent=sent.get(one.proof.criterion),
        )
        for one in found
    ]
