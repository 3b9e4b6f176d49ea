"""A learner is referred to others: nothing is passed on without their yes, and an answer comes back once."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction

import ledger
from brokerage import leaving
from brokerage.organisation_models import Interest, MarkWithdrawal, QualityMark
from brokerage.organisations import declaring, marking
from brokerage.organisations.errors import Interested, MarkNeeded
from brokerage.referring import answering, listing, referring
from brokerage.referring import errors as no
from brokerage.referring.models import Helps, OutsideService, Referral
from brokerage.referring.referring import PassedOn
from ledger.errors import NeverChanged, in_words
from ledger.models import Event
from tests.factories.brokerage import an_adviser, an_organisation
from tests.factories.referrals import REACH, WORDS, a_lead, a_service, linked, proposed, sent
from tests.factories.talks import advised
from tests.factories.vouchers import ACTOR, learning_accounts

pytestmark = pytest.mark.django_db


def again(referral: Referral) -> Referral:
    return Referral.objects.get(pk=referral.pk)


def elsewhere() -> Any:
    """An adviser of another organisation that holds a mark."""
    return a_lead(an_organisation("Arfon Guidance"))


def test_nobody_sees_anything_until_the_learner_says_yes() -> None:
    other = elsewhere()
    referral = proposed(other.organisation)
    assert (referral.words, referral.name, referral.reach) == (WORDS, referral.learner.name, REACH)
    assert not answering.passed_on_to(other).exists()
    with pytest.raises(no.ReferralNotFound):
        answering.answer(referral.pk, Helps.CAN_HELP, "Yes.", by=other, actor=ACTOR)
    referring.consent(referral.pk, named=True, learner=referral.learner, actor=ACTOR)
    found = answering.passed_on_to(other).get()
    assert (found.named, found.answer_by) == (True, found.consented_at + dt.timedelta(days=14))
    assert not answering.passed_on_to(an_adviser("Somebody Here")).exists()


@pytest.mark.parametrize(
    ("change", "wall"),
    [
        ({"state": "sent"}, "referral_goes_out_with_the_learners_yes"),
        ({"named": True}, "referral_is_read_with_the_learners_yes"),
        (
            {"token_hash": "a", "link_until": dt.datetime(2099, 1, 1, tzinfo=dt.UTC)},
            "referral_is_read_with_the_learners_yes",
        ),
        ({"said": "came"}, "referral_answer_has_its_time"),
    ],
)
def test_without_a_yes_it_cannot_be_passed_on_even_by_hand(change: dict[str, Any], wall: str) -> None:
    referral = proposed()
    with pytest.raises(IntegrityError, match=wall), transaction.atomic():
        Referral.objects.filter(pk=referral.pk).update(**change)
    with pytest.raises(no.ReferralNotFound):
        answering.read(referral.pk, actor=ACTOR)
    assert answering.new_link(referral.pk) is None


@pytest.mark.parametrize("change", [{"words": "Something else."}, {"reach": "01 234"}, {"name": "Somebody"}])
def test_what_a_learner_reads_is_not_edited_afterwards(change: dict[str, Any]) -> None:
    for referral in (proposed(), sent()):
        with pytest.raises(NeverChanged), transaction.atomic(), in_words():
            Referral.objects.filter(pk=referral.pk).update(**change)


def test_a_yes_and_an_answer_stay_what_they_were() -> None:
    referral = sent()
    answering.answer_by_link(linked(referral, read=True), Helps.CAN_HELP, "On Tuesday at ten.")
    for change in ({"named": False}, {"read_at": None}, {"said": "cannot"}, {"answer": "No."}, {"consented_at": None}):
        with pytest.raises(NeverChanged), transaction.atomic(), in_words():
            Referral.objects.filter(pk=referral.pk).update(**change)
    with pytest.raises(NeverChanged), transaction.atomic(), in_words():
        referral.delete()


def test_the_yes_is_the_learners_alone() -> None:
    referral, other = proposed(), learning_accounts(1)[0].learner
    with pytest.raises(no.ReferralNotFound):
        referring.consent(referral.pk, named=True, learner=other, actor=ACTOR)
    with pytest.raises(no.ReferralNotFound):
        referring.call_off(referral.pk, learner=other, actor=ACTOR)
    assert again(referral).state == "proposed"


def test_said_twice_it_is_said_once() -> None:
    referral = sent(named=False)
    twice = referring.consent(referral.pk, named=True, learner=referral.learner, actor=ACTOR)
    assert (twice.named, twice.consented_at) == (False, referral.consented_at)
    kinds = list(Event.objects.filter(subject=referral.subject).order_by("id").values_list("kind", flat=True))
    assert kinds == ["referral.proposed", "referral.consented", "referral.told_service"]


def test_a_name_that_the_adviser_did_not_write_cannot_go_along() -> None:
    referral = proposed(passed_on=PassedOn(WORDS, REACH))
    assert (referral.name, referral.reach) == ("", "")
    assert not referring.consent(referral.pk, named=True, learner=referral.learner, actor=ACTOR).named


@pytest.mark.parametrize(
    ("passed_on", "refusal"),
    [(PassedOn(" "), no.ReferralWordsMissing), (PassedOn(WORDS, " ", named=True), no.ReachMissing)],
)
def test_what_says_too_little_is_not_proposed(passed_on: PassedOn, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        proposed(passed_on=passed_on)
    assert not Referral.objects.exists()


def test_an_adviser_refers_their_own_learners_once_and_where_somebody_is() -> None:
    learner, adviser = advised()
    service = a_service()

    def refer(to: Any = service, by: Any = adviser) -> Referral:
        return referring.propose(learner.pk, to.pk, PassedOn(WORDS), by=by, actor=ACTOR)

    with pytest.raises(no.ReferralNotFound):
        refer(by=an_adviser("Somebody Else"))
    with pytest.raises(no.NobodyToReferTo):
        refer(adviser.organisation)
    with pytest.raises(no.NobodyToReferTo):
        refer(elsewhere())
    unmarked = a_lead(an_organisation("Without A Mark", marked=False))
    with pytest.raises(no.NobodyToReferTo):
        refer(unmarked.organisation)
    theirs = listing.add("Their Own", "Rent", "a@b.example", by=elsewhere(), actor=ACTOR)
    with pytest.raises(no.NobodyToReferTo):
        refer(theirs)
    referral = refer(by=adviser.cover)
    with pytest.raises(no.ReferralOpen):
        refer()
    [lead] = [each for each in adviser.organisation.advisers.all() if each.leads]
    listing.close(service.pk, by=lead, actor=ACTOR)
    with pytest.raises(no.NobodyToReferTo):
        referring.consent(referral.pk, named=False, learner=learner, actor=ACTOR)
    assert Referral.objects.get().state == "proposed"


def test_without_a_quality_mark_and_for_family_nobody_refers() -> None:
    learner, adviser = advised()
    given = {"of": (learner, adviser.cover)}
    Interest.objects.create(adviser=adviser.cover, kind="family", learner=learner, declared_at=ledger.now())
    with pytest.raises(Interested):
        proposed(**given)
    [mark] = QualityMark.objects.filter(organisation=adviser.organisation)
    marking.withdraw_mark(mark, MarkWithdrawal.Reason.ISSUER, by=adviser.user_id, actor=ACTOR)
    with pytest.raises(MarkNeeded):
        proposed(of=(learner, adviser))
    assert not Referral.objects.exists()


def test_it_is_called_off_until_somebody_has_read_it() -> None:
    referral = sent()
    token = linked(referral)
    referring.call_off(referral.pk, learner=referral.learner, actor=ACTOR)
    with pytest.raises(no.ReferralNotFound):
        answering.linked(token)
    with pytest.raises(no.ReferralOver):
        referring.consent(referral.pk, named=True, learner=referral.learner, actor=ACTOR)
    other = sent()
    linked(other, read=True)
    with pytest.raises(no.ReferralRead):
        referring.call_off(other.pk, learner=other.learner, actor=ACTOR)
    assert again(other).state == "sent"


def test_a_link_is_kept_as_a_hash_ends_and_a_newer_one_ends_it(clock: Any) -> None:
    referral = sent()
    first, second = linked(referral), linked(referral)
    with pytest.raises(no.ReferralNotFound):
        answering.linked(first)
    assert answering.linked(second) == referral
    assert second not in str(Referral.objects.filter(pk=referral.pk).values().get())
    clock.move_by(days=60)
    with pytest.raises(no.ReferralNotFound):
        answering.linked(second)
    with pytest.raises(no.ReferralNotFound):
        answering.answer_by_link(second, Helps.CAME, "")


def test_there_is_one_answer_by_whoever_has_read_it() -> None:
    referral = sent()
    token = linked(referral)
    with pytest.raises(no.ReferralNotFound):
        answering.answer_by_link(token, Helps.CAME, "")
    answering.read(referral.pk, actor=ACTOR)
    with pytest.raises(no.ReferralWordsMissing):
        answering.answer_by_link(token, Helps.CANNOT, " ")
    answering.answer_by_link(token, Helps.CAN_HELP, "On Tuesday at ten.")
    with pytest.raises(no.ReferralOver):
        answering.answer_by_link(token, Helps.CAME, "")
    found = again(referral)
    assert (found.state, found.said, found.answer) == ("answered", "can_help", "On Tuesday at ten.")
    assert Event.objects.filter(kind__in=["referral.answered", "referral.told_adviser"]).count() == 2
    assert answering.new_link(referral.pk) is None
    with pytest.raises(no.ReferralOver):
        referring.send_again(referral.pk, by=referral.adviser, actor=ACTOR)


def test_another_organisation_answers_once_and_not_whoever_is_of_the_family() -> None:
    other = elsewhere()
    referral = sent(other.organisation)
    kin = a_lead(other.organisation)
    declaring.declare_family(referral.learner.user.email, by=kin, actor=ACTOR)
    assert not answering.passed_on_to(kin).exists()
    with pytest.raises(no.ReferralNotFound):
        answering.answer(referral.pk, Helps.CAME, "", by=kin, actor=ACTOR)
    found = answering.answer(referral.pk, Helps.DID_NOT_COME, "", by=other, actor=ACTOR)
    assert (found.said, found.answered_by) == ("did_not_come", other)
    with pytest.raises(no.NoLetter):
        referring.send_again(referral.pk, by=referral.adviser, actor=ACTOR)


def test_the_directory_is_the_leads_and_closed_not_deleted() -> None:
    service = a_service()
    lead = service.organisation.advisers.get(leads=True)
    with pytest.raises(no.ServiceExists):
        listing.add(service.name.upper(), "Rent", "a@b.example", by=lead, actor=ACTOR)
    for wrong in (("", "Rent", "a@b.example"), ("A", " ", "a@b.example"), ("A", "Rent", "a at b")):
        with pytest.raises(no.ServiceWrong):
            listing.add(*wrong, by=lead, actor=ACTOR)
    for by in (an_adviser("Not A Lead"), elsewhere()):
        with pytest.raises(no.ServiceNotFound):
            listing.close(service.pk, by=by, actor=ACTOR)
    first = listing.close(service.pk, by=lead, actor=ACTOR).closed_at
    assert listing.close(service.pk, by=lead, actor=ACTOR).closed_at == first
    assert listing.add(service.name, "Rent", "a@b.example", by=lead, actor=ACTOR).closed_at is None
    assert OutsideService.objects.count() == 2


def test_whoever_leaves_is_referred_no_more_and_their_words_are_gone() -> None:
    referral = sent()
    token = linked(referral, read=True)
    leaving.leave(referral.learner_id, actor=ACTOR)
    found = again(referral)
    assert (found.state, found.words, found.name, found.reach) == ("ended", "[erased]", "", "")
    with pytest.raises(no.ReferralNotFound):
        answering.linked(token)
