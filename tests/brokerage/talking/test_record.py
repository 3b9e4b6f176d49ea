"""The guidance record: one for each learner, read by those two, added to and never edited; and support tiers."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, transaction

from accounts.models import Learner
from brokerage import leaving
from brokerage.errors import LearnerNotFound
from brokerage.models import Adviser, Caseload, Channel, Consultation
from brokerage.talking import calling, calling_back, errors, recording, tiers
from brokerage.talking.models import GuidanceEntry, PrivateNote, Tier, TierChoice
from brokerage.talking.reading import private_notes, record_of, tier_of, with_whom
from brokerage.talking.tiers import How, Need
from tests.factories.brokerage import a_request, an_adviser
from tests.factories.talks import a_booking, advised
from tests.factories.vouchers import ACTOR, learning_accounts

pytestmark = pytest.mark.django_db


def talked() -> tuple[Learner, Adviser, GuidanceEntry]:
    learner, adviser = advised()
    note = "She wants to keep books."
    calling.log(learner.pk, channel=Channel.PHONE, minutes=20, note=note, by=adviser, actor=ACTOR)
    return learner, adviser, GuidanceEntry.objects.get()


def test_every_talk_about_a_request_is_on_the_record_too() -> None:
    request = a_request(consulted=True)
    [line] = record_of(request.learner_id)
    assert (line.entry.text, line.entry.consultation.request) == ("We talked.", request)


def test_a_correction_and_an_answer_stand_beside_what_they_are_about(django_assert_num_queries: Any) -> None:
    learner, adviser, entry = talked()
    correction = recording.correct(entry.pk, "She keeps them already.", by=adviser.cover, actor=ACTOR)
    answer = recording.answer(correction.pk, "For my sister.", learner=learner, actor=ACTOR)
    with django_assert_num_queries(1):
        [line] = record_of(learner.pk)
        assert (line.entry, line.after) == (entry, [correction, answer])
        assert [each.text for each in (line.entry, *line.after)] == [
            "She wants to keep books.",
            "She keeps them already.",
            "For my sister.",
        ]


def test_what_the_learner_said_is_not_corrected_and_nobody_else_adds_anything() -> None:
    learner, adviser, entry = talked()
    answer = recording.answer(entry.pk, "Not quite.", learner=learner, actor=ACTOR)
    with pytest.raises(errors.NothingToCorrect):
        recording.correct(answer.pk, "Quite.", by=adviser, actor=ACTOR)
    stranger = an_adviser("Somebody Else")
    with pytest.raises(errors.TalkNotFound):
        recording.correct(entry.pk, "No.", by=stranger, actor=ACTOR)
    with pytest.raises(errors.TalkNotFound):
        recording.answer(entry.pk, "No.", learner=learning_accounts(1)[0].learner, actor=ACTOR)
    with pytest.raises(LearnerNotFound):
        recording.note_privately(learner.pk, "No.", by=stranger, actor=ACTOR)
    with pytest.raises(errors.WordsMissing):
        recording.answer(entry.pk, " \n ", learner=learner, actor=ACTOR)
    assert GuidanceEntry.objects.count() == 2


@pytest.mark.parametrize(
    "change",
    [
        lambda: GuidanceEntry.objects.update(words="Something else"),
        lambda: GuidanceEntry.objects.update(kind="missed"),
        lambda: GuidanceEntry.objects.filter(kind="answer").delete(),
        lambda: Consultation.objects.update(note="Something else"),
        lambda: Consultation.objects.update(minutes=1),
        lambda: PrivateNote.objects.update(words="Something else"),
        lambda: PrivateNote.objects.all().delete(),
        lambda: TierChoice.objects.update(tier="intensive"),
    ],
)
def test_the_database_lets_nobody_edit_it(change: Any) -> None:
    learner, adviser, entry = talked()
    recording.answer(entry.pk, "Not quite.", learner=learner, actor=ACTOR)
    recording.note_privately(learner.pk, "Tired.", by=adviser, actor=ACTOR)
    tiers.choose(Tier.ASSISTED, learner=learner, actor=ACTOR)
    with pytest.raises(DatabaseError), transaction.atomic():
        change()


def test_private_notes_stay_in_the_organisation_and_are_in_the_file_of_everything() -> None:
    learner, adviser, _entry = talked()
    recording.note_privately(learner.pk, "Tired.", by=adviser, actor=ACTOR)
    assert [note.words for note in private_notes(learner.pk, adviser.cover)] == ["Tired."]
    elsewhere = an_adviser("Somebody Else")
    elsewhere.organisation = type(elsewhere.organisation).objects.create(name="Elsewhere")
    elsewhere.save()
    Caseload.objects.filter(learner=learner).update(adviser=elsewhere)
    assert with_whom(elsewhere).filter(pk=learner.pk).exists()
    assert not private_notes(learner.pk, elsewhere)
    assert not any("Tired." in line.entry.text for line in record_of(learner.pk))
    told = leaving.everything(learner)["kept"]
    assert [row["words"] for row in told["brokerage.PrivateNote"]] == ["Tired."]
    assert told["brokerage.GuidanceEntry"][0]["kind"] == "talk"


def test_every_word_is_erased_when_the_learner_leaves() -> None:
    learner, adviser, entry = talked()
    recording.answer(entry.pk, "Not quite.", learner=learner, actor=ACTOR)
    recording.note_privately(learner.pk, "Tired.", by=adviser, actor=ACTOR)
    tiers.converse(learner.pk, dict.fromkeys(Need, How.EASY), "All well.", by=adviser, actor=ACTOR)
    leaving.leave(learner.pk, actor=ACTOR)
    assert {(each.words, str(each.answers)) for each in GuidanceEntry.objects.all()} == {("", "{}")}
    assert (PrivateNote.objects.get().words, Consultation.objects.get().note) == ("", "[erased]")
    assert not with_whom(adviser).exists()


def test_whoever_rings_or_is_booked_reads_it_until_that_is_over() -> None:
    made = a_booking()
    other = an_adviser("Somebody Else")
    Caseload.objects.all().delete()
    assert with_whom(made.slot.adviser).get() == made.learner
    assert not with_whom(other).exists()
    asked = calling_back.ask("01248 555 010", language="cy", learner=made.learner, actor=ACTOR)
    assert made.learner in with_whom(asked.adviser)
    made.delete()
    calling_back.take_back(asked.pk, learner=made.learner, actor=ACTOR)
    assert not with_whom(asked.adviser).exists()


def test_a_choice_of_support_is_the_learner_s_is_kept_and_loses_nothing() -> None:
    learner, _adviser, entry = talked()
    assert tier_of(learner.pk) is None
    for tier in (Tier.INTENSIVE, Tier.SELF_SERVICE, Tier.SELF_SERVICE):
        tiers.choose(tier, learner=learner, actor=ACTOR)
    assert tier_of(learner.pk) == Tier.SELF_SERVICE
    assert [choice.tier for choice in learner.tier_choices.order_by("chosen_at", "id")] == ["intensive", "self_service"]
    assert [line.entry.kind for line in record_of(learner.pk)] == ["tier", "tier", "talk"]
    assert record_of(learner.pk)[-1].entry == entry


@pytest.mark.parametrize(
    ("some_help", "hard", "tier"),
    [
        (0, 0, Tier.SELF_SERVICE),
        (2, 0, Tier.SELF_SERVICE),
        (3, 0, Tier.ASSISTED),
        (1, 1, Tier.ASSISTED),
        (5, 1, Tier.ASSISTED),
        (8, 0, Tier.INTENSIVE),
        (0, 3, Tier.INTENSIVE),
    ],
)
def test_answers_suggest_a_tier_and_set_none(some_help: int, hard: int, tier: Tier) -> None:
    learner, adviser = advised()
    said = [How.SOME_HELP] * some_help + [How.HARD] * hard + [How.EASY] * len(Need)
    answers = dict(zip(Need, said, strict=False))
    entry = tiers.converse(learner.pk, answers, by=adviser, actor=ACTOR)
    assert entry.answers["suggests"] == tier
    assert tier_of(learner.pk) is None
    with pytest.raises(errors.AnswerMissing):
        tiers.converse(learner.pk, {Need.GOAL: How.EASY}, by=adviser, actor=ACTOR)
