"""An adviser approves something else than was asked for: both stay on the record, and the learner has the last word."""

import pytest
from django.db import IntegrityError, transaction

from brokerage import buying, consulting, deciding, deciding_errors, errors, requesting
from brokerage.assigning import name_advisers
from brokerage.changing import Change
from brokerage.deciding import Ruling, answers_to, may_appeal
from brokerage.deciding_models import Terms
from brokerage.models import Channel, Decision, Outcome, ReasonCode, Request
from brokerage.organisations import declaring
from brokerage.organisations.declaring import Kind
from brokerage.organisations.errors import Interested
from brokerage.requesting import Draft, submit
from brokerage.requoting import now_of
from config.refusals import only
from ledger.models import Event
from providers.models import CourseRun
from tests.factories.brokerage import a_request, an_adviser, under
from tests.factories.bundles import an_account_for_exams
from tests.factories.providers import ProviderFactory, RunExtraFactory
from tests.factories.vouchers import ACTOR, a_run
from vouchers.errors import NotOnSale
from vouchers.models import Voucher

pytestmark = pytest.mark.django_db

WHY = {"reasons": "The evening class costs less.", "reason_codes": [ReasonCode.BETTER_OFFER]}


def asked(worth=150_00, **situation):
    return a_request(worth=worth, **{"policy": "structured", "consulted": True} | situation)


def again(request):
    return Request.objects.select_related(
        "adviser", "cover", "learner", "run__course", "rule_version", "learning_account__scheme",
        "learning_account__learner",
    ).get(pk=request.pk)  # fmt: skip


def change(request, run, extras=(), by=None, **said):
    ruling = Ruling(request.pk, Outcome.APPROVE_CHANGED, change=Change(run.pk, extras), **WHY | said)
    return deciding.decide(ruling, by=by or request.adviser, actor=ACTOR)


def decide(request, outcome=Outcome.APPROVE, by=None, **said):
    reasons = {} if outcome == Outcome.APPROVE else WHY
    return deciding.decide(Ruling(request.pk, outcome, **reasons | said), by=by or request.adviser, actor=ACTOR)


def appeal(request):
    return deciding.appeal(request.pk, "I want that one.", learner_id=request.learner_id, actor=ACTOR)


def cheaper(worth=100_00):
    return a_run(ProviderFactory(), worth)


def terms_of(decision):
    return {terms.of: (terms.run_id, terms.price_minor) for terms in decision.terms.all()}


def test_the_request_is_for_the_other_run_at_its_price_and_both_are_kept(books):
    request, other = asked(), cheaper()
    before = books()
    decision = change(request, other)
    now = again(request)
    assert (now.state, now.approvals, now.run_id) == ("approved", 1, other.pk)
    assert (now.price_minor, now.from_purse_minor, now.own_minor) == (100_00, 100_00, 0)
    assert terms_of(decision) == {"asked": (request.run_id, 150_00), "approved": (other.pk, 100_00)}
    assert books() == before
    event = Event.objects.get(kind="request.changed")
    assert (event.data["run"], event.data["price_minor"]) == (str(other.pk), 100_00)
    assert Event.objects.get(kind="request.decided").data["outcome"] == "approve_changed"


def test_nothing_is_bought_until_the_learner_goes_ahead_with_it():
    request, other = asked(), cheaper()
    change(request, other)
    assert not Voucher.objects.exists()
    voucher = only(buying.buy([request.pk], learner=request.learner, actor=ACTOR))
    assert (voucher.run_id, voucher.price_minor) == (other.pk, 100_00)


def test_extras_can_be_left_out_and_are_priced_again():
    account, adviser = an_account_for_exams(), an_adviser(cover=an_adviser("Elin Pugh"))
    under(account, policy="structured")
    run = a_run(ProviderFactory(), 120_00)
    exam = RunExtraFactory(run=run, title="Certificate", price_minor=40_00)
    trip = RunExtraFactory(run=run, title="Bus", price_minor=20_00, earmark="travel")
    name_advisers([account.learner], [adviser])
    request = only(submit([Draft(account, run, extras=(exam.pk, trip.pk))], actor=ACTOR))
    consulting.hold(request.pk, by=adviser, channel=Channel.PHONE, minutes=5, note="We talked.", actor=ACTOR)
    request = again(request)
    decision = change(request, run, [exam.pk], by=request.adviser)
    now = again(request)
    assert (request.price_minor, now.price_minor) == (180_00, 160_00)
    assert [extra.title for extra in now.extras.all()] == ["Certificate"]
    kept = {terms.of: sorted(extra.title for extra in terms.extras.all()) for terms in decision.terms.all()}
    assert kept == {"asked": ["Bus", "Certificate"], "approved": ["Certificate"]}
    appeal(request)
    assert sorted(extra.title for extra in again(request).extras.all()) == ["Bus", "Certificate"]


@pytest.mark.parametrize(
    ("wanted", "refusal"),
    [
        (lambda request: request.run, deciding_errors.NothingChanged),
        (lambda request: a_run(ProviderFactory(state="suspended"), 50_00), NotOnSale),
        (lambda request: asked_too(request), deciding_errors.AskedForIt),
    ],
    ids=["nothing is changed", "it is not on sale", "it is asked for already"],
)
def test_a_change_that_leads_nowhere_is_refused_and_leaves_everything(wanted, refusal, books):
    request = asked()
    run = wanted(request)
    before = books()
    with pytest.raises(refusal):
        change(request, run)
    assert (again(request).state, again(request).run_id, books()) == ("in_consultation", request.run_id, before)
    assert not Decision.objects.exists()
    assert not Terms.objects.exists()


def asked_too(request):
    run = cheaper(50_00)
    only(submit([Draft(again(request).learning_account, run)], actor=ACTOR))
    return run


@pytest.mark.parametrize("policy", ["open", "guided"])
def test_only_where_an_adviser_decides_can_they_approve_something_else(policy):
    request = asked(policy=policy)
    with pytest.raises(errors.OutcomeNotAllowed):
        change(request, cheaper())


@pytest.mark.parametrize("said", [{"reasons": " "}, {"reason_codes": []}])
def test_a_change_needs_reasons(said):
    request = asked()
    with pytest.raises(errors.ReasonsNeeded):
        change(request, cheaper(), **said)


def test_a_change_without_terms_and_terms_without_a_change_are_no_answers():
    request = asked()
    for ruling in (
        Ruling(request.pk, Outcome.APPROVE_CHANGED, **WHY),
        Ruling(request.pk, Outcome.APPROVE, change=Change(cheaper().pk)),
    ):
        with pytest.raises(errors.OutcomeNotAllowed):
            deciding.decide(ruling, by=request.adviser, actor=ACTOR)


def test_the_second_adviser_approves_or_declines_just_what_the_first_approved():
    request = asked(180_00, second_approver_above_minor=120_00)
    change(request, cheaper(130_00))
    handed = again(request)
    assert (handed.state, handed.price_minor) == ("approved_once", 130_00)
    assert answers_to(handed) == (Outcome.APPROVE, Outcome.DECLINE)
    with pytest.raises(deciding_errors.NoChangeToThis):
        change(request, cheaper(125_00), by=handed.adviser)
    decide(request, by=handed.adviser)
    assert (again(request).state, again(request).approvals, again(request).price_minor) == ("approved", 2, 130_00)


def test_below_the_amount_the_changed_request_needs_no_second_adviser():
    request = asked(second_approver_above_minor=120_00)
    change(request, cheaper(100_00))
    assert (again(request).state, again(request).approvals_needed) == ("approved", 1)


def test_an_appeal_against_the_change_asks_another_adviser_for_what_was_wished():
    request, other = asked(), cheaper()
    change(request, other)
    assert may_appeal(again(request))
    appeal(request)
    now = again(request)
    assert (now.state, now.adviser_id, now.run_id, now.price_minor) == (
        "appealed", request.cover_id, request.run_id, 150_00,
    )  # fmt: skip
    with pytest.raises(errors.RequestWaits):
        only(buying.buy([request.pk], learner=request.learner, actor=ACTOR))
    decide(request, by=now.adviser)
    assert (again(request).state, again(request).run_id, again(request).approvals) == ("approved", request.run_id, 1)
    assert not may_appeal(again(request))


def test_an_appeal_that_is_lost_leaves_what_was_approved_with_the_change():
    request, other = asked(), cheaper()
    change(request, other)
    appeal(request)
    decide(request, Outcome.DECLINE, by=again(request).adviser)
    now = again(request)
    assert (now.state, now.run_id, now.price_minor, now.approvals) == ("approved", other.pk, 100_00, 1)
    assert not may_appeal(now)
    assert isinstance(only(buying.buy([request.pk], learner=request.learner, actor=ACTOR)), Voucher)


def test_a_second_change_after_an_appeal_that_is_not_seconded_leaves_the_first():
    request, third = asked(190_00, second_approver_above_minor=120_00), an_adviser("Nia Vaughan")
    first, second = cheaper(110_00), cheaper(150_00)
    change(request, first)
    appeal(request)
    change(request, second, by=again(request).adviser)
    assert (again(request).state, again(request).adviser) == ("approved_once", third)
    decide(request, Outcome.DECLINE, by=third)
    now = again(request)
    assert (now.state, now.run_id, now.approvals, now.approvals_needed) == ("approved", first.pk, 1, 1)


def test_a_change_that_the_second_adviser_declined_can_be_appealed_and_then_it_is_the_last_word():
    request, third = asked(180_00, second_approver_above_minor=120_00), an_adviser("Nia Vaughan")
    change(request, cheaper(130_00))
    decide(request, Outcome.DECLINE, by=again(request).adviser)
    assert again(request).state == "declined"
    appeal(request)
    assert (again(request).run_id, again(request).approvals) == (request.run_id, 0)
    decide(request, Outcome.DECLINE, by=third)
    assert again(request).state == "upheld"


def test_what_was_bought_is_not_appealed_and_a_changed_request_can_be_taken_back():
    bought, taken_back = asked(), asked(adviser=an_adviser(cover=an_adviser()))
    change(bought, cheaper())
    only(buying.buy([bought.pk], learner=bought.learner, actor=ACTOR))
    with pytest.raises(errors.RequestBought):
        appeal(bought)
    change(taken_back, cheaper())
    requesting.withdraw(taken_back.pk, learner=taken_back.learner, actor=ACTOR)
    with pytest.raises(errors.RequestOver):
        appeal(taken_back)


def test_who_has_asked_for_the_first_wish_anew_does_not_ask_for_it_twice():
    request = asked()
    change(request, cheaper())
    only(submit([Draft(again(request).learning_account, request.run)], actor=ACTOR))
    with pytest.raises(errors.AlreadyAsked):
        appeal(request)
    assert again(request).state == "approved"


def test_an_answer_to_what_has_changed_meanwhile_is_refused_and_stores_nothing():
    request = asked()
    seen = now_of(again(request)).fingerprint
    CourseRun.objects.filter(pk=request.run_id).update(price_minor=160_00)
    with pytest.raises(deciding_errors.SeenOtherwise):
        decide(request, seen=seen)
    assert not Decision.objects.exists()
    now = now_of(again(request))
    assert (now.differs, now.lapsed) == (True, True)
    decide(request, seen=now.fingerprint)
    assert again(request).state == "approved"


def test_the_fingerprint_is_another_when_the_purse_the_places_the_rules_or_the_sale_are(books):
    request = asked(worth=150_00)
    seen = {now_of(again(request)).fingerprint}
    assert not now_of(again(request)).differs
    other = a_request(policy="open", account=again(request).learning_account, worth=120_00)
    only(buying.buy([other.pk], learner=request.learner, actor=ACTOR))
    now = now_of(again(request))
    assert now.split.from_purse_minor == 80_00
    assert now.lapsed
    assert now.newer_rules is not None
    seen.add(now.fingerprint)
    CourseRun.objects.filter(pk=request.run_id).update(places=0)
    assert now_of(again(request)).full
    seen.add(now_of(again(request)).fingerprint)
    CourseRun.objects.filter(pk=request.run_id).update(dates_in_doubt=True)
    assert now_of(again(request)).not_on_sale is not None
    seen.add(now_of(again(request)).fingerprint)
    assert len(seen) == 4


def test_the_database_keeps_one_of_each_terms_and_sums_that_are_right():
    decision = change(asked(), cheaper())
    terms = decision.terms.get(of="asked")
    for wrong in ({}, {"of": "wished"}, {"of": "approved", "own_minor": 5}):
        fields = {field.attname: getattr(terms, field.attname) for field in Terms._meta.fields} | wrong
        del fields["id"]
        with pytest.raises(IntegrityError), transaction.atomic():
            Terms.objects.create(**fields)


def test_nobody_approves_a_change_to_a_provider_that_they_have_an_interest_in(books):
    request, other = asked(), cheaper()
    declaring.declare(Kind.OWNS, other.course.provider, by=request.adviser, actor=ACTOR)
    before = books()
    with pytest.raises(Interested):
        change(request, other)
    now = again(request)
    assert (now.state, now.run_id, books()) == ("in_consultation", request.run_id, before)
    assert not Decision.objects.exists()


def test_the_database_too_keeps_an_interest_out_of_what_is_approved_instead(monkeypatch):
    request, other = asked(), cheaper()
    declaring.declare(Kind.OWNS, other.course.provider, by=request.adviser, actor=ACTOR)
    monkeypatch.setattr(declaring, "interest_in_deciding", lambda *_args: None)
    with pytest.raises(Interested):
        change(request, other)
    assert again(request).run_id == request.run_id
    assert not Terms.objects.exists()
