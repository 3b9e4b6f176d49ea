"""A step that did not happen as said, and complaints: who says what, by when, and what a decision does."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, transaction

import ledger
from config.refusals import only
from tests.factories.cases import a_mediator, not_me, settled, taken
from tests.factories.providers import ProviderFactory
from tests.factories.vouchers import ACTOR, a_voucher, learning_accounts
from vouchers import complaining, confirmation, delivery, errors, mediating, redemption
from vouchers.cases import CaseAbout, Side
from vouchers.delivery import Declaration
from vouchers.models import Case, CaseEntry, Control, State
from vouchers.redemption import Line

pytestmark = pytest.mark.django_db


def disputed(number=1, **situation):
    voucher = a_voucher(**({"state": State.STARTED} | situation))
    confirmation.dispute(voucher.pk, number, "I was not there.", learner=voucher.learner, actor=ACTOR)
    return voucher, Case.objects.get()


def complaint(voucher, about=CaseAbout.VOUCHER, words="The room was locked."):
    return complaining.complain(
        about,
        words,
        learner=voucher.learner,
        account=voucher.learning_account_id,
        voucher=voucher.pk,
        actor=ACTOR,
    )


def test_a_dispute_is_a_case_that_its_provider_reads_and_answers():
    voucher, case = disputed()
    assert (case.kind, case.milestone.number, case.answer_by - case.opened_at) == ("dispute", 1, dt.timedelta(days=10))
    provider = voucher.provider
    complaining.answer(case.pk, "She signed.", by=provider, author=a_mediator(case.scheme), actor=ACTOR)
    said = case.entries.values_list("side", "words", "to_provider")
    assert list(said) == [("learner", "I was not there.", True), ("provider", "She signed.", True)]


def test_upheld_the_step_is_undone_with_what_followed_from_it_and_may_be_declared_again(books):
    voucher, case = disputed(state=State.COMPLETED)
    before = books()
    settled(case, upheld=True)
    voucher.refresh_from_db()
    assert (voucher.state, voucher.control) == (State.ACCEPTED, Control.CLEAR)
    assert set(voucher.milestones.values_list("state", flat=True)) == {"planned"}
    assert books() == before
    only(delivery.declare([Declaration(voucher.code, 1, ledger.today())], by=voucher.provider, actor=ACTOR))
    voucher.refresh_from_db()
    assert voucher.state == State.STARTED


def test_upheld_of_the_end_alone_the_start_stays():
    voucher, case = disputed(2, state=State.COMPLETED, confirmed=1)
    settled(case, upheld=True)
    voucher.refresh_from_db()
    assert voucher.state == State.STARTED
    assert list(voucher.milestones.values_list("state", flat=True)) == ["confirmed", "planned"]


def test_not_upheld_the_decision_confirms_the_step_and_it_can_be_paid():
    voucher, case = disputed()
    settled(case, upheld=False)
    voucher.refresh_from_db()
    milestone = voucher.milestones.get(number=1)
    assert (milestone.state, milestone.confirmed_how, voucher.control) == ("confirmed", "decision", Control.CLEAR)
    redeemed = only(redemption.redeem([Line(voucher.code)], by=voucher.provider, actor=ACTOR))
    assert [each.amount_minor for each in redeemed.redemptions] == [30_00]


def test_taken_back_the_learner_is_asked_again_and_has_the_whole_window(clock):
    voucher, case = disputed()
    clock.move_by(days=3)
    mediating.withdraw(case.pk, learner=voucher.learner, actor=ACTOR)
    milestone = voucher.milestones.get(number=1)
    days = voucher.rule_version.parsed.delivery.confirm_days
    assert (milestone.state, milestone.confirm_by - ledger.now()) == ("declared", dt.timedelta(days=days))


def test_a_complaint_stops_nothing_and_its_provider_is_told():
    voucher = a_voucher(state=State.STARTED)
    case = complaint(voucher)
    voucher.refresh_from_db()
    assert voucher.control == Control.CLEAR
    assert case.answer_by - case.opened_at == dt.timedelta(days=21)
    assert list(Case.objects.shown_to(voucher.provider)) == [case]
    assert list(Case.objects.shown_to(ProviderFactory())) == []


@pytest.mark.parametrize("about", [CaseAbout.ADVISER, CaseAbout.SERVICE])
def test_a_complaint_about_an_adviser_or_the_service_is_no_providers_business(about):
    voucher = a_voucher()
    case = complaint(voucher, about)
    assert (case.voucher, case.provider, case.provider_told_at) == (None, None, None)
    with pytest.raises(errors.CaseNotFound):
        complaining.answer(case.pk, "Hm.", by=voucher.provider, author=a_mediator(case.scheme), actor=ACTOR)


def test_a_complaint_without_words_or_about_anothers_voucher_is_not_taken():
    voucher, stranger = a_voucher(), learning_accounts(1)[0]
    with pytest.raises(errors.WordsMissing):
        complaint(voucher, words=" ")
    with pytest.raises(errors.VoucherNotFound):
        complaining.complain(
            CaseAbout.VOUCHER, "!", learner=stranger.learner, account=stranger.pk, voucher=voucher.pk, actor=ACTOR
        )
    assert not Case.objects.exists()
    assert not CaseEntry.objects.exists()


def test_the_time_that_a_learner_takes_to_answer_is_not_counted(clock):
    voucher = a_voucher()
    case, mediator = taken(not_me(voucher))
    mediating.ask(case.pk, Side.LEARNER, "Where were you?", by=mediator, scheme=case.scheme, actor=ACTOR)
    clock.move_by(days=2)
    complaining.say(case.pk, "At home.", learner=voucher.learner, actor=ACTOR)
    was = case.answer_by
    case.refresh_from_db()
    assert (case.waits_for, case.answer_by - was) == ("", dt.timedelta(days=2))


def test_of_a_voucher_that_was_not_them_a_provider_reads_only_what_it_is_asked():
    voucher = a_voucher()
    case, mediator = taken(not_me(voucher))
    complaining.say(case.pk, "I never bought this.", learner=voucher.learner, actor=ACTOR)
    assert not Case.objects.shown_to(voucher.provider).exists()
    mediating.ask(case.pk, Side.PROVIDER, "Who came?", by=mediator, scheme=case.scheme, actor=ACTOR)
    complaining.answer(case.pk, "A woman.", by=voucher.provider, author=mediator, actor=ACTOR)
    complaining.say(case.pk, "Not me.", learner=voucher.learner, actor=ACTOR)
    settled(case, upheld=True, by=mediator)
    read = case.entries.filter(to_provider=True).values_list("words", flat=True)
    assert list(read) == ["Who came?", "A woman."]


def test_what_was_said_is_never_rewritten_and_can_be_erased():
    case = complaint(a_voucher())
    for change in ({"words": "It was lovely."}, {"side": "mediator"}):
        with pytest.raises(DatabaseError, match="only ever added to"), transaction.atomic():
            case.entries.update(**change)
    with pytest.raises(DatabaseError, match="only ever added to"), transaction.atomic():
        case.entries.all().delete()
    case.entries.update(words="")
    assert case.entries.get().words == ""
