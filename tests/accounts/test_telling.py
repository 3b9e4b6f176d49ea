"""A learner says what schemes ask about them: kept, told to the log by name alone, and not against what was proven."""

from __future__ import annotations

from typing import Any

import pytest

from accounts import errors
from accounts.circumstances import Criterion, Document
from accounts.models import Learner, User
from accounts.proving import record_evidence
from accounts.telling import Told, tell
from ledger import Actor
from ledger.models import Event
from tests.factories.accounts import a_learner
from tests.factories.proofs import BENEFITS, wants_proof
from tests.factories.vouchers import a_scheme

pytestmark = pytest.mark.django_db


def said(learner: Learner) -> tuple[Any, ...]:
    learner.refresh_from_db()
    return learner.qualification_level, learner.employment, learner.benefits, learner.needs, learner.income_minor


def test_it_is_kept_and_the_log_knows_what_it_is_about_and_not_what_it_says(actor: Actor) -> None:
    learner = a_learner(qualification_level=2)
    tell(
        learner,
        Told(qualification_level=2, employment="employed", needs=("carer",), income_minor=1_200_000),
        actor=actor,
    )
    assert said(learner) == (2, "employed", [], ["carer"], 1_200_000)
    event = Event.objects.get(kind="learner.told")
    assert event.data == {"learner": str(learner.pk), "criteria": ["employment", "income", "needs"]}


def test_the_same_again_is_nothing(actor: Actor) -> None:
    learner = a_learner(benefits=("universal_credit", "carers_allowance"))
    tell(learner, Told(qualification_level=2, benefits=("carers_allowance", "universal_credit")), actor=actor)
    assert not Event.objects.filter(kind="learner.told").exists()


def test_what_somebody_has_seen_a_document_for_is_not_changed_and_nor_is_anything_else(actor: Actor) -> None:
    learner = a_learner(benefits=("universal_credit",))
    wants_proof(a_scheme(), BENEFITS)
    adviser = User.objects.create_user("adviser@example.org", name="Rhys")
    record_evidence(learner, Criterion.BENEFITS, Document.BENEFIT_LETTER, by=adviser, actor=actor)
    before = said(learner)
    with pytest.raises(errors.AnswerProven) as refused:
        tell(learner, Told(employment="employed", benefits=("jobseekers_allowance",)), actor=actor)
    assert refused.value.field == "benefits"
    assert said(learner) == before
    assert not Event.objects.filter(kind="learner.told").exists()
    tell(learner, Told(qualification_level=2, employment="employed", benefits=("universal_credit",)), actor=actor)
    assert said(learner)[1:3] == ("employed", ["universal_credit"])


@pytest.mark.parametrize(
    ("told", "field"),
    [
        (Told(qualification_level=9), "qualification_level"),
        (Told(employment="king"), "employment"),
        (Told(benefits=("bounty",)), "benefits"),
        (Told(needs=("speed",)), "needs"),
        (Told(income_minor=-1), "income_minor"),
    ],
)
def test_a_code_that_there_is_not_is_refused(told: Told, field: str, actor: Actor) -> None:
    learner = a_learner()
    before = said(learner)
    with pytest.raises(errors.PersonInvalid) as refused:
        tell(learner, told, actor=actor)
    assert (refused.value.field, said(learner)) == (field, before)
