"""Who can have it, and what they must prove."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.circumstances import Criterion, Document
from accounts.rules import Proof, Rules
from accounts.wording.groups import conditions
from accounts.wording.lists import any_of
from accounts.wording.sentence import Sentence, Speaker, days, paths_of
from config.refusals import Sentence as Text

PROVE: dict[str, Text] = {
    Criterion.AGE: _("Show your age. This will do: {documents}."),
    Criterion.RESIDENCE: _("Show where you live. This will do: {documents}."),
    Criterion.QUALIFICATION: _("Show your highest qualification. This will do: {documents}."),
    Criterion.EMPLOYMENT: _("Show whether you work. This will do: {documents}."),
    Criterion.BENEFITS: _("Show which benefits you get. This will do: {documents}."),
    Criterion.NEEDS: _("Show what makes learning harder for you. This will do: {documents}."),
    Criterion.INCOME: _("Show your income. This will do: {documents}."),
}
CHECKED_BY: dict[str, Text] = {
    "adviser": _("An adviser checks it."),
    "scheme": _("The scheme's office checks it."),
}
DOCUMENTS: dict[str, Text] = {document.value: document.label for document in Document}


def sentences(rules: Rules, speaker: Speaker) -> Iterator[Sentence]:
    wanted = conditions(rules.who, speaker)
    text = gettext("You can have it if you {conditions}.").format(conditions=wanted)
    yield Sentence(
        key="who", text=text if wanted else gettext("Everybody can have it."), paths=paths_of("who", rules.who)
    )
    for place, proof in enumerate(rules.proofs):
        yield _proof(f"proofs[{place}]", proof)
    trusted = gettext("For the rest, we take your word.") if rules.proofs else gettext("We take your word for it.")
    yield Sentence(key="proofs", text=trusted, paths=("proofs",))


def _proof(where: str, proof: Proof) -> Sentence:
    documents = any_of([str(DOCUMENTS.get(code, code)) for code in proof.documents])
    shown = f"{proof.criterion}: {documents}."
    if proof.criterion in PROVE:
        shown = str(PROVE[proof.criterion]).format(documents=documents)
    lasts = gettext("The proof does not run out.")
    if proof.lasts_days is not None:
        lasts = gettext("The proof is good for {time}.").format(time=days(proof.lasts_days))
    text = " ".join([shown, str(CHECKED_BY[proof.checked_by]), lasts])
    return Sentence(key=f"proofs[{proof.criterion}]", text=text, paths=paths_of(where, proof))
