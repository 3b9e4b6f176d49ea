"""What each policy lets an adviser answer and a learner do: the table of the design, row by row."""

import datetime as dt

import pytest

import ledger
from accounts.models import Purse
from brokerage import buying, clocks, consulting, deciding, errors, requesting
from brokerage.deciding import Ruling
from brokerage.models import Adviser, Channel, Decision, Outcome, ReasonCode, Request
from brokerage.requesting import Draft
from config.refusals import Refusal, only
from providers.models import CourseRun
from tests.factories.brokerage import a_request, an_adviser, under
from tests.factories.providers import CourseRunFactory, ProviderFactory
from tests.factories.vouchers import ACTOR, a_run, learning_accounts
from vouchers.models import Voucher

pytestmark = pytest.mark.django_db

AGAINST = {"reasons": "Level 1 first.", "reason_codes": [ReasonCode.TOO_HARD]}


def decide(request, outcome, by=None, **said):
    return deciding.decide(Ruling(request.pk, outcome, **said), by=by or request.adviser, actor=ACTOR)


def buy(request):
    [answer] = buying.buy([request.pk], learner=request.learner, actor=ACTOR)
    return answer


def state(request):
    return Request.objects.get(pk=request.pk).state


def test_under_open_the_learner_may_go_ahead_at_once():
    assert isinstance(buy(a_request(policy="open")), Voucher)


def test_under_open_an_adviser_may_advise_and_the_learner_still_decides():
    request = a_request(policy="open")
    decide(request, Outcome.ADVISE_OTHERWISE, **AGAINST)
    assert state(request) == "advised_otherwise"
    assert isinstance(buy(request), Voucher)


def test_under_guided_a_consultation_comes_first(books):
    request = a_request(policy="guided")
    before = books()
    assert isinstance(buy(request), errors.RequestWaits)
    with pytest.raises(errors.ConsultationNeeded):
        decide(request, Outcome.APPROVE)
    assert books() == before
    assert state(request) == "submitted"


def test_under_guided_the_learner_may_choose_against_the_advice():
    request = a_request(policy="guided", consulted=True)
    decide(request, Outcome.ADVISE_OTHERWISE, **AGAINST)
    assert isinstance(buy(request), Voucher)


def test_under_guided_the_learner_may_go_ahead_when_the_advisers_time_is_over(clock):
    request = a_request(policy="guided", run=CourseRunFactory(price_minor=100_00))
    clock.move_by(hours=49)
    assert isinstance(buy(request), Voucher)


def test_under_structured_the_adviser_decides():
    request = a_request(policy="structured", consulted=True)
    assert isinstance(buy(request), errors.RequestWaits)
    decide(request, Outcome.APPROVE)
    assert isinstance(buy(request), Voucher)


def test_under_structured_a_declined_request_cannot_be_bought(books):
    request = a_request(policy="structured", consulted=True)
    decide(request, Outcome.DECLINE, **AGAINST)
    before = books()
    assert isinstance(buy(request), errors.RequestOver)
    assert books() == before


@pytest.mark.parametrize(
    ("policy", "outcome"),
    [
        ("open", Outcome.DECLINE),
        ("guided", Outcome.DECLINE),
        ("structured", Outcome.ADVISE_OTHERWISE),
    ],
)
def test_an_answer_that_the_policy_does_not_know_is_refused(policy, outcome):
    request = a_request(policy=policy, consulted=True)
    with pytest.raises(errors.OutcomeNotAllowed):
        decide(request, outcome, **AGAINST)
    assert not Decision.objects.exists()


def test_above_the_schemes_amount_guided_becomes_structured():
    account = learning_accounts(1)[0]
    under(account, policy="guided", structured_above_minor=120_00)
    small, large = CourseRunFactory(price_minor=120_00), CourseRunFactory(price_minor=120_01)
    quotes = requesting.quote(account, [small, large])
    assert (quotes[small.pk].policy, quotes[large.pk].policy) == ("guided", "structured")


@pytest.mark.parametrize("said", [{}, {"reasons": "No."}, {"reason_codes": [ReasonCode.PRICE]}, {"reasons": "  "}])
def test_an_answer_against_needs_its_reasons(said):
    request = a_request(policy="structured", consulted=True)
    with pytest.raises(errors.ReasonsNeeded):
        decide(request, Outcome.DECLINE, **said)
    assert state(request) == "in_consultation"


def test_a_request_on_another_desk_does_not_exist_for_an_adviser():
    request = a_request(consulted=True)
    stranger = an_adviser("Somebody Else")
    with pytest.raises(errors.RequestNotFound):
        decide(request, Outcome.APPROVE, by=stranger)
    with pytest.raises(errors.RequestNotFound):
        consulting.hold(request.pk, by=stranger, channel=Channel.PHONE, minutes=5, note="x", actor=ACTOR)


def test_the_colleague_who_covers_may_answer():
    request = a_request(consulted=True)
    decide(request, Outcome.APPROVE, by=request.cover)
    assert state(request) == "approved"


def test_nobody_decides_on_their_own_request():
    request = a_request(policy="open")
    Adviser.objects.filter(pk=request.adviser_id).update(user=request.learner.user_id)
    with pytest.raises(errors.OwnRequest):
        decide(request, Outcome.APPROVE, by=Adviser.objects.get(pk=request.adviser_id))


def test_a_request_is_answered_once():
    request = a_request(consulted=True)
    decide(request, Outcome.APPROVE)
    with pytest.raises(errors.RequestDecided):
        decide(request, Outcome.ADVISE_OTHERWISE, by=request.cover, **AGAINST)
    assert Decision.objects.count() == 1


def test_an_appeal_goes_to_another_adviser_whose_word_is_the_last():
    request = a_request(policy="structured", consulted=True)
    decide(request, Outcome.DECLINE, **AGAINST)
    deciding.appeal(request.pk, "I have done level 1.", learner_id=request.learner_id, actor=ACTOR)
    request = Request.objects.select_related("adviser").get(pk=request.pk)
    assert request.state == "appealed"
    assert request.adviser.user.name == "Elin Pugh"
    decide(request, Outcome.DECLINE, **AGAINST)
    assert state(request) == "upheld"
    with pytest.raises(errors.RequestOver):
        deciding.appeal(request.pk, "Again.", learner_id=request.learner_id, actor=ACTOR)


def test_an_appeal_can_be_won():
    request = a_request(policy="structured", consulted=True)
    decide(request, Outcome.DECLINE, **AGAINST)
    deciding.appeal(request.pk, "I have done level 1.", learner_id=request.learner_id, actor=ACTOR)
    request = Request.objects.select_related("adviser", "learner").get(pk=request.pk)
    decide(request, Outcome.APPROVE)
    assert isinstance(buy(request), Voucher)


def test_nobody_appeals_for_somebody_else():
    request = a_request(policy="structured", consulted=True)
    decide(request, Outcome.DECLINE, **AGAINST)
    with pytest.raises(errors.RequestNotFound):
        deciding.appeal(request.pk, "x", learner_id=learning_accounts(1)[0].learner_id, actor=ACTOR)


def test_a_clock_that_runs_out_under_structured_escalates_and_lengthens_the_purse_but_approves_nothing(clock):
    request = a_request(policy="structured")
    ended = Purse.objects.get().expires_on
    clock.move_by(hours=49)
    assert clocks.run_out(actor=ACTOR) == 1
    again = Request.objects.select_related("adviser__user").get(pk=request.pk)
    assert (again.state, again.adviser_id, again.cover_id) == ("submitted", request.cover_id, request.adviser_id)
    assert again.answer_by == ledger.now() + dt.timedelta(hours=48)
    assert Purse.objects.get().expires_on == ended + dt.timedelta(days=3)
    assert isinstance(buy(request), errors.RequestWaits)
    assert clocks.run_out(actor=ACTOR) == 0


def test_a_learner_takes_a_request_back_until_something_is_bought():
    taken, bought = a_request(policy="open"), a_request(policy="open")
    requesting.withdraw(taken.pk, learner=taken.learner, actor=ACTOR)
    assert state(taken) == "withdrawn"
    buy(bought)
    with pytest.raises(errors.RequestBought):
        requesting.withdraw(bought.pk, learner=bought.learner, actor=ACTOR)
    with pytest.raises(errors.RequestNotFound):
        requesting.withdraw(taken.pk, learner=bought.learner, actor=ACTOR)


@pytest.mark.parametrize(
    ("run", "refusal"),
    [
        ({"free": True}, "nothing_to_buy"),
        ({"on_request": True}, "nothing_to_buy"),
        ({"past": True}, "not_on_sale"),
        ({"withdrawn": True}, "not_on_sale"),
    ],
)
def test_what_cannot_be_bought_cannot_be_asked_for(run, refusal):
    an_adviser()
    [answer] = requesting.submit([Draft(learning_accounts(1)[0], CourseRunFactory(**run))], actor=ACTOR)
    assert isinstance(answer, Refusal)
    assert answer.code == refusal
    assert not Request.objects.exists()


def test_the_same_course_is_asked_for_once():
    request = a_request(policy="guided")
    draft = Draft(request.learning_account, CourseRun.objects.select_related("course").get(pk=request.run_id))
    [answer] = requesting.submit([draft], actor=ACTOR)
    assert isinstance(answer, errors.AlreadyAsked)


def test_a_changed_price_is_not_paid(books):
    request = a_request(policy="open")
    CourseRun.objects.filter(pk=request.run_id).update(price_minor=110_00)
    before = books()
    assert buy(request).code == "price_changed"
    assert books() == before


def test_two_requests_of_one_learner_cannot_both_use_the_same_ceiling(books):
    account = learning_accounts(1, benefits=())[0]
    first = a_request(policy="open", account=account, worth=160_00)
    second = a_request(policy="open", account=account, worth=160_00)
    assert (first.from_purse_minor, second.from_purse_minor) == (80_00, 80_00)
    assert isinstance(buy(first), Voucher)
    before = books()
    assert isinstance(buy(second), errors.QuoteLapsed)
    assert books() == before


def test_a_request_is_bought_once(books):
    request = a_request(policy="open")
    buy(request)
    before = books()
    assert isinstance(buy(request), errors.RequestBought)
    assert books() == before


def test_another_learners_request_does_not_exist(books):
    request, other = a_request(policy="open"), learning_accounts(1)[0]
    before = books()
    [answer] = buying.buy([request.pk], learner=other.learner, actor=ACTOR)
    assert isinstance(answer, errors.RequestNotFound)
    assert books() == before


def test_quoting_many_runs_costs_as_many_queries_as_one(django_assert_num_queries):
    account = learning_accounts(1)[0]
    runs = [a_run(ProviderFactory(), 100_00) for _ in range(6)]
    for asked in (runs[:1], runs):
        with django_assert_num_queries(6):
            requesting.quote(account, asked)


def test_hostile_words_are_kept_as_words():
    request = a_request(policy="structured", consulted=True)
    words = "'; DROP TABLE brokerage_request; -- <script>alert(1)</script> \u202e \x7f {answer_by} %s"
    decide(request, Outcome.DECLINE, reasons=words, reason_codes=[ReasonCode.PRICE])
    assert Decision.objects.get().reasons == words
    assert only([request]) is request
