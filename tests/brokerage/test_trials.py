"""A scheme's trial: each learner in one arm, drawn at random, evenly, for good, and to be drawn again from the seed."""

import hashlib
from collections import Counter

import pytest
from django.db import DatabaseError, IntegrityError, transaction

import ledger
from accounts.rules.shape import Arm, Trial
from brokerage import buying, errors, requesting, trials
from brokerage.models import Request
from brokerage.requesting import Draft, submit
from brokerage.trial_models import Stratum, TrialAssignment
from brokerage.trial_models import Trial as Running
from brokerage.trials import InArm, arm_at, stratum_of
from config.refusals import only
from ledger.models import Event
from providers.models import CourseRun
from tests.conftest import as_owner
from tests.factories.brokerage import under
from tests.factories.providers import CourseRunFactory, ProviderFactory
from tests.factories.trials import TRIAL, in_trial
from tests.factories.vouchers import ACTOR, a_run, a_scheme, learning_accounts
from vouchers.models import Voucher

pytestmark = pytest.mark.django_db

POLICIES = {"plain_way": "open", "talked_way": "guided", "decided_way": "structured"}
DESIGN = Trial(
    code="advice_2027",
    arms=(Arm(code="a", policy="open"), Arm(code="b", policy="guided"), Arm(code="c", policy="structured", share=2)),
    stratify_by=("residence", "qualification", "employment"),
)


def ask(accounts, worth=50_00):
    run = a_run(ProviderFactory(), worth)
    return submit([Draft(account, run) for account in accounts], actor=ACTOR)


def arms(accounts):
    found = TrialAssignment.objects.filter(learning_account__in=accounts).order_by("position")
    return list(found.values_list("arm", flat=True))


def test_of_each_block_every_arm_has_its_share_in_an_order_that_differs_from_block_to_block():
    orders = []
    for block in range(200):
        drawn = [arm_at(DESIGN, b"secret", "wales/low/employed", 4 * block + place).code for place in range(4)]
        assert Counter(drawn) == {"a": 1, "b": 1, "c": 2}
        orders.append("".join(drawn))
    # All twelve orders that there are come up, none of them nearly always.
    assert len(set(orders)) == 12
    assert max(Counter(orders).values()) < 40


def test_the_same_seed_draws_the_same_and_another_seed_or_stratum_something_else():
    def drawn(seed, stratum):
        return [arm_at(DESIGN, seed, stratum, position).code for position in range(40)]

    assert drawn(b"secret", "all") == drawn(b"secret", "all")
    assert drawn(b"secret", "all") != drawn(b"another", "all")
    assert drawn(b"secret", "all") != drawn(b"secret", "wales/low/employed")


@pytest.mark.parametrize(
    ("level", "employment", "stratum"),
    [
        (0, "employed", "wales/low/employed"),
        (2, "unemployed", "wales/low/unemployed"),
        (3, "", "wales/higher/unknown"),
        (None, "self_employed", "wales/unknown/self_employed"),
    ],
)
def test_a_stratum_is_what_the_learner_is_in_the_trials_terms(level, employment, stratum):
    learner = learning_accounts(1)[0].learner
    learner.qualification_level, learner.employment = level, employment
    assert stratum_of(DESIGN, learner) == stratum
    assert stratum_of(Trial(code="x", arms=DESIGN.arms), learner) == "all"


def test_the_first_request_puts_a_learner_into_an_arm_and_has_its_policy():
    accounts = in_trial(8)
    requests = ask(accounts)
    by_account = {each.learning_account_id: each for each in TrialAssignment.objects.all()}
    for account, request in zip(accounts, requests, strict=True):
        assert request.policy == POLICIES[by_account[account.pk].arm]
        assert Request.objects.get(pk=request.pk).policy == request.policy
    assert Counter(arms(accounts)) == {"plain_way": 2, "talked_way": 2, "decided_way": 4}
    assert [by_account[account.pk].position for account in accounts] == list(range(8))


def test_the_arm_stays_for_later_requests_and_later_rules_with_the_same_trial():
    accounts = in_trial(4)
    ask(accounts)
    before = arms(accounts)
    turned_around = TRIAL | {"arms": list(reversed(TRIAL["arms"])), "stratify_by": []}
    under(accounts[0], policy="open", trial=turned_around)
    requests = ask(accounts)
    assert arms(accounts) == before
    assert [request.policy for request in requests] == [POLICIES[arm] for arm in before]
    assert TrialAssignment.objects.count() == 4


def test_who_joins_under_later_rules_is_drawn_by_the_design_of_the_beginning():
    accounts = in_trial(4)
    ask(accounts[:1])
    under(accounts[0], policy="open", trial=TRIAL | {"arms": TRIAL["arms"][:2], "stratify_by": []})
    ask(accounts[1:])
    assert Counter(arms(accounts)) == {"plain_way": 1, "talked_way": 1, "decided_way": 2}


def test_rules_that_leave_the_trial_out_end_it():
    accounts = in_trial(2)
    ask(accounts[:1])
    under(accounts[0], policy="guided")
    assert [request.policy for request in ask(accounts)] == ["guided", "guided"]
    assert TrialAssignment.objects.count() == 1


def test_above_the_amount_it_is_structured_in_every_arm_and_may_need_a_second_approval():
    accounts = in_trial(4, structured_above_minor=60_00, second_approver_above_minor=80_00)
    assert {request.policy for request in ask(accounts, worth=60_01)} == {"structured"}
    assert {request.approvals_needed for request in ask(accounts, worth=80_00)} == {1}
    assert {request.approvals_needed for request in ask(accounts, worth=80_01)} == {2}
    small = ask(accounts, worth=10_00)
    assert Counter(request.policy for request in small) == {"open": 1, "guided": 1, "structured": 2}


def test_a_second_approval_is_needed_in_the_structured_arm_alone():
    accounts = in_trial(4, second_approver_above_minor=40_00)
    needed = {request.policy: request.approvals_needed for request in ask(accounts)}
    assert needed == {"open": 1, "guided": 1, "structured": 2}


def test_a_refused_request_puts_nobody_into_an_arm():
    accounts = in_trial(1)
    [answer] = submit([Draft(accounts[0], CourseRunFactory(free=True))], actor=ACTOR)
    assert isinstance(answer, errors.NothingToBuy)
    assert not Running.objects.exists()
    assert not TrialAssignment.objects.exists()
    assert not Event.objects.filter(kind__startswith="trial.").exists()


def test_a_quote_does_not_foretell_the_arm_and_says_so():
    [account, other] = in_trial(2, structured_above_minor=60_00)
    small, large = CourseRunFactory(price_minor=50_00), CourseRunFactory(price_minor=70_00)
    before = requesting.quote(account, [small, large])
    assert (before[small.pk].policy, before[small.pk].by_lot) == ("guided", True)
    assert (before[large.pk].policy, before[large.pk].by_lot) == ("structured", False)
    assert not TrialAssignment.objects.exists()
    request = only(ask([account]))
    after = requesting.quote(account, [small])[small.pk]
    assert (after.policy, after.by_lot) == (request.policy, False)
    assert requesting.quote(other, [small])[small.pk].by_lot


def test_an_auditor_who_is_given_the_seed_draws_every_arm_again():
    for count in (3, 7, 2):
        ask(in_trial(count))
    running = Running.objects.get()
    seed = bytes(running.seed)
    begun = Event.objects.get(kind="trial.begun")
    assert begun.data["seed_sha256"] == hashlib.sha256(seed).hexdigest()
    kept = list(TrialAssignment.objects.order_by("stratum", "position"))
    assert [each.position for each in kept] == list(range(12))
    assert [each.arm for each in kept] == [
        arm_at(running.design, seed, each.stratum, each.position).code for each in kept
    ]
    logged = {event.data["assignment"]: event.data["arm"] for event in Event.objects.filter(kind="trial.assigned")}
    assert logged == {str(each.pk): each.arm for each in kept}


def test_every_trial_has_a_seed_of_its_own():
    ask(in_trial(1))
    ask(in_trial(1, trial=TRIAL | {"code": "advice_2028"}))
    seeds = {bytes(running.seed) for running in Running.objects.all()}
    assert len(seeds) == 2
    assert {len(seed) for seed in seeds} == {32}


def test_the_counts_for_an_analysis():
    accounts = in_trial(6)
    for account in accounts[4:]:
        account.learner.qualification_level = 5
    ask(accounts)
    counted = trials.assignments(a_scheme(), "advice_2027")
    low = [each for each in counted if each.stratum == "wales/low/unknown"]
    assert low == [
        InArm("wales/low/unknown", "decided_way", 2),
        InArm("wales/low/unknown", "plain_way", 1),
        InArm("wales/low/unknown", "talked_way", 1),
    ]
    assert sum(each.learners for each in counted if each.stratum == "wales/higher/unknown") == 2
    assert trials.assignments(a_scheme(), "another") == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("table", ["brokerage_trial", "brokerage_trialassignment"])
def test_not_even_the_owner_changes_a_trial_or_an_assignment(table):
    ask(in_trial(1))
    for change in (f"UPDATE {table} SET rule_version_id = rule_version_id", f"DELETE FROM {table}"):
        with as_owner() as cursor, pytest.raises(DatabaseError, match="is only ever added to"):
            cursor.execute(change)


def test_the_database_too_has_one_arm_a_learner_and_one_learner_a_position():
    [account, other] = in_trial(2)
    ask([account])
    made = TrialAssignment.objects.get()
    facts = {"trial": made.trial, "arm": made.arm, "rule_version": made.rule_version, "assigned_at": ledger.now()}
    walls = {
        "one_arm_a_trial_and_account": {"learning_account": account, "stratum": "other", "position": 0},
        "one_learner_a_position": {"learning_account": other, "stratum": made.stratum, "position": made.position},
    }
    for wall, values in walls.items():
        with pytest.raises(IntegrityError, match=wall), transaction.atomic():
            TrialAssignment.objects.create(**facts, **values)
    assert Stratum.objects.get().assigned == 1


def test_asking_costs_as_many_queries_for_many_learners_as_for_one(django_assert_num_queries):
    accounts = in_trial(9)
    ask(accounts[:1])
    for some in (accounts[1:2], accounts[2:]):
        run = CourseRun.objects.select_related("course").get(pk=a_run(ProviderFactory(), 50_00).pk)
        with django_assert_num_queries(QUERIES):
            submit([Draft(account, run) for account in some], actor=ACTOR)


def test_what_was_asked_for_in_an_arm_is_bought_as_its_policy_says():
    for request in ask(in_trial(4)):
        [answer] = buying.buy([request.pk], learner=None, actor=ACTOR)
        assert isinstance(answer, Voucher if request.policy == "open" else errors.RequestWaits)


QUERIES = 30
