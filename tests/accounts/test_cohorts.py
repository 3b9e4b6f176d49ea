"""A whole cohort is awarded in chunks: each account once, what was interrupted goes on, and no pot is overdrawn."""

import datetime as dt
from collections import Counter
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from structlog.testing import capture_logs

import ledger
from accounts import awarding, cohorts, errors, opening, people, purses
from accounts.management.commands import award as command
from accounts.models import Award, Learner, Purse, Scheme
from accounts.tasks import award_cohort
from config.ids import uuid7
from ledger.models import Event
from tests.factories.accounts import ACTOR, a_person, a_scheme, an_account
from tests.racing import Meeting, together

pytestmark = pytest.mark.django_db

EACH = 200_00


def a_cohort(scheme, size):
    learners = people.sign_up_learners([a_person() for _ in range(size)], actor=ACTOR)
    accounts = opening.open_learning_accounts([(learner, scheme) for learner in learners], actor=ACTOR)
    return sorted(accounts, key=lambda account: account.pk)


def steps(scheme, **chunk):
    return list(cohorts.award_cohort(scheme, actor=ACTOR, **chunk))


def outcome(scheme, **chunk):
    return steps(scheme, **chunk)[-1]


def in_pot(scheme):
    return ledger.balances([scheme.pot_id])[scheme.pot_id]


def in_purses():
    return sorted(ledger.balances(Purse.objects.values_list("ledger_account", flat=True)).values())


def ctrl_c():
    raise KeyboardInterrupt


def test_everybody_in_a_cohort_is_awarded_once_out_of_the_pot():
    scheme, elsewhere = a_scheme(paid_in=2_000_00), a_scheme()
    an_account(elsewhere)
    accounts = a_cohort(scheme, 5)
    assert steps(scheme, chunk=2) == [
        cohorts.Progress(accounts=5),
        cohorts.Progress(accounts=5, considered=2, awarded=2, awarded_minor=400_00),
        cohorts.Progress(accounts=5, considered=4, awarded=4, awarded_minor=800_00),
        cohorts.Progress(accounts=5, considered=5, awarded=5, awarded_minor=1_000_00),
    ]
    assert Counter(Award.objects.values_list("learning_account", flat=True)) == {account.pk: 1 for account in accounts}
    assert (in_pot(scheme), in_purses()) == (1_000_00, [EACH] * 5)


def test_a_second_run_awards_nothing_assesses_nobody_and_moves_nothing(books, monkeypatch):
    scheme = a_scheme()
    a_cohort(scheme, 5)
    outcome(scheme, chunk=2)
    before, events = books(), Event.objects.count()
    monkeypatch.setattr(awarding, "assess", lambda *_given: pytest.fail("somebody was assessed again"))
    assert outcome(scheme, chunk=2) == cohorts.Progress(accounts=5, considered=5, already=5)
    assert (books(), Event.objects.count()) == (before, events)


def test_who_has_come_since_is_all_that_the_next_run_awards(books):
    scheme = a_scheme()
    a_cohort(scheme, 3)
    outcome(scheme)
    before, newcomer = books(), an_account(scheme)
    assert outcome(scheme) == cohorts.Progress(accounts=4, considered=4, awarded=1, awarded_minor=EACH, already=3)
    after, purse = books(), Purse.objects.get(learning_account=newcomer)
    assert {account: held for account, held in after.items() if held != before.get(account)} == {
        scheme.pot_id: before[scheme.pot_id] - EACH,
        purse.ledger_account_id: EACH,
    }


def test_everybody_is_awarded_again_when_the_year_is_over(clock):
    scheme = a_scheme()
    a_cohort(scheme, 3)
    outcome(scheme)
    clock.move_by(days=366)
    assert (outcome(scheme).awarded, outcome(scheme).awarded) == (3, 0)
    assert Counter(Award.objects.values_list("period", flat=True)) == {"year 1": 3, "year 2": 3}


def test_a_scheme_that_nobody_has_joined_is_awarded_to_nobody():
    assert steps(a_scheme()) == [cohorts.Progress(accounts=0)]


def test_a_run_that_is_interrupted_leaves_whole_chunks_and_the_next_makes_exactly_the_rest():
    scheme = a_scheme(paid_in=2_000_00)
    accounts = a_cohort(scheme, 5)

    def listen_until_ctrl_c():
        for progress in cohorts.award_cohort(scheme, actor=ACTOR, chunk=2):
            if progress.considered:
                ctrl_c()

    with pytest.raises(KeyboardInterrupt):
        listen_until_ctrl_c()
    first = set(Award.objects.values_list("learning_account", flat=True))
    assert first == {account.pk for account in accounts[:2]}
    assert (in_pot(scheme), in_purses()) == (1_600_00, [EACH] * 2)
    assert outcome(scheme, chunk=2) == cohorts.Progress(
        accounts=5, considered=5, awarded=3, awarded_minor=600_00, already=2
    )
    assert (in_pot(scheme), in_purses()) == (1_000_00, [EACH] * 5)


def test_a_run_that_dies_within_a_chunk_leaves_nothing_of_it(books, monkeypatch):
    scheme = a_scheme()
    a_cohort(scheme, 4)
    run = cohorts.award_cohort(scheme, actor=ACTOR, chunk=2)
    next(run), next(run)
    before = books()
    with monkeypatch.context() as patched:
        patched.setattr(awarding.ledger, "post", lambda *_given: ctrl_c())
        with pytest.raises(KeyboardInterrupt):
            next(run)
    assert (books(), Award.objects.count(), Purse.objects.count()) == (before, 2, 2)
    assert outcome(scheme, chunk=2).awarded == 2


def test_a_pot_that_cannot_cover_a_chunk_stops_the_run_before_it_and_says_how_much_is_missing(books):
    scheme = a_scheme(paid_in=700_00)
    a_cohort(scheme, 6)
    *_, before, last = steps(scheme, chunk=2)
    assert (before.considered, before.awarded, before.stopped) == (2, 2, None)
    assert (last.considered, last.awarded, last.not_reached, last.refused) == (2, 2, 4, {})
    assert (last.stopped.code, last.stopped.left_minor, last.stopped.wanted_minor, last.stopped.awards) == (
        "budget_exhausted",
        300_00,
        400_00,
        2,
    )
    assert last.stopped.sentence == (
        "ILA Wales has £300.00 left for awards, and 2 awards would take £400.00, so none was made."
    )
    assert last.stopped.advice == "Nothing was changed. Add at least £100.00 to its budget, or award fewer."
    assert (in_pot(scheme), in_purses()) == (300_00, [EACH] * 2)


def test_an_empty_pot_refuses_the_first_chunk_and_leaves_everything_as_it_was(books):
    scheme = a_scheme(paid_in=0)
    a_cohort(scheme, 3)
    before, events = books(), Event.objects.count()
    last = outcome(scheme, chunk=2)
    assert (last.considered, last.not_reached, last.stopped.left_minor) == (0, 3, 0)
    assert (books(), Event.objects.count()) == (before, events)
    assert (Award.objects.count(), Purse.objects.count()) == (0, 0)


def test_who_is_not_eligible_any_more_is_counted_by_code_and_takes_no_money_from_the_pot():
    scheme = a_scheme(paid_in=600_00)
    accounts = a_cohort(scheme, 5)
    Learner.objects.filter(pk__in=[account.learner_id for account in accounts[1:3]]).update(residence="england")
    assert outcome(scheme, chunk=2) == cohorts.Progress(
        accounts=5, considered=5, awarded=3, awarded_minor=600_00, refused={"not_eligible": 2}
    )
    assert (in_pot(scheme), in_purses()) == (0, [EACH] * 3)


def test_a_scheme_that_takes_nobody_new_refuses_before_anything_is_done(books):
    scheme = a_scheme()
    a_cohort(scheme, 2)
    Scheme.objects.filter(pk=scheme.pk).update(state="closed")
    before = books()
    with pytest.raises(errors.SchemeClosed):
        cohorts.award_cohort(scheme, actor=ACTOR)
    assert (books(), Award.objects.count()) == (before, 0)


def test_a_scheme_that_is_closed_meanwhile_stops_the_run_there():
    scheme = a_scheme()
    a_cohort(scheme, 4)
    run = cohorts.award_cohort(scheme, actor=ACTOR, chunk=2)
    next(run), next(run)
    Scheme.objects.filter(pk=scheme.pk).update(state="paused")
    [last] = run
    assert (last.awarded, last.not_reached, last.stopped.code) == (2, 2, "scheme_closed")
    assert Award.objects.count() == 2


@pytest.mark.parametrize("chunk", [0, awarding.CHUNK + 1])
def test_a_chunk_is_as_large_as_one_transaction_may_be(chunk):
    with pytest.raises(ValueError, match="1 to 2000"):
        cohorts.award_cohort(a_scheme(), actor=ACTOR, chunk=chunk)


def queries_of_a_chunk(size):
    """Some awarded already, some not eligible, the others due."""
    scheme = a_scheme()
    accounts = a_cohort(scheme, size)
    awarding.award(accounts[: size // 5], actor=ACTOR)
    Learner.objects.filter(pk__in=[account.learner_id for account in accounts[-size // 5 :]]).update(
        residence="england"
    )
    run = cohorts.award_cohort(scheme, actor=ACTOR)
    next(run)
    with CaptureQueriesContext(connection) as queries:
        progress = next(run)
    assert progress.considered == size
    return len(queries)


def test_a_chunk_takes_as_many_queries_for_ten_accounts_as_for_a_hundred():
    assert queries_of_a_chunk(10) == queries_of_a_chunk(100)


@pytest.mark.parametrize(
    ("slug", "rule"),
    [
        ("ila-wales-2003", {"period": "once"}),
        ("ila-wales-2003", {"period": "calendar_year"}),
        ("ila-wales-2003", {"period": "rolling_year"}),
        ("ila-england-2000", {"period": "rolling_year"}),
    ],
    ids=["once", "calendar year", "rolling year", "year from the first use"],
)
@pytest.mark.parametrize("began", [dt.date(2027, 3, 1), dt.date(2028, 2, 29), dt.date(2028, 12, 31)], ids=str)
def test_who_is_passed_over_is_who_would_be_told_that_they_had_theirs(clock, slug, rule, began):
    clock.move_to(dt.datetime.combine(began, dt.time(0, 30), dt.UTC))
    scheme = a_scheme(slug, award=rule)
    home = "england" if "england" in slug else "wales"
    used, unused = an_account(scheme, residence=home), an_account(scheme, residence=home)
    awarding.award([used, unused], actor=ACTOR)
    purses.begin_years([used.purses.get().pk], ledger.today(), actor=ACTOR)
    made = {award.learning_account_id: award for award in Award.objects.select_related("rule_version", "purse")}
    for days in (0, 1, 59, 60, 306, 307, 364, 365, 366, 367, 729, 730, 731):
        day = began + dt.timedelta(days=days)
        assert awarding.had_theirs([used, unused], "core", day) == {
            account for account, award in made.items() if not awarding._is_over(award, day)
        }, day


@pytest.fixture
def both_look_together(monkeypatch):
    """Each run has seen that nobody in its chunk was awarded before either awards."""
    meeting, look = Meeting(), awarding._awards_before

    def look_then_wait(accounts, kind):
        found = look(accounts, kind)
        meeting.wait()
        return found

    monkeypatch.setattr(awarding, "_awards_before", look_then_wait)
    return meeting


def two_runs(scheme):
    return together(*[lambda: outcome(scheme, chunk=3)] * 2)


@pytest.mark.django_db(transaction=True)
def test_if_no_two_awards_were_of_one_period_two_runs_at_once_would_pay_twice(both_look_together, monkeypatch):
    monkeypatch.setattr(awarding, "_period", lambda *_given: uuid7().hex)
    scheme = a_scheme(paid_in=2_000_00)
    a_cohort(scheme, 3)
    assert [run.awarded for run in two_runs(scheme)] == [3, 3]
    assert both_look_together.met
    assert (in_pot(scheme), in_purses()) == (800_00, [EACH] * 6)


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_pay_everybody_exactly_once(both_look_together):
    scheme = a_scheme(paid_in=2_000_00)
    accounts = a_cohort(scheme, 6)
    runs = two_runs(scheme)
    assert both_look_together.met
    assert [run.considered for run in runs] == [6, 6]
    assert (sum(run.awarded for run in runs), sum(run.already for run in runs)) == (6, 6)
    assert Counter(Award.objects.values_list("learning_account", flat=True)) == {account.pk: 1 for account in accounts}
    assert (in_pot(scheme), in_purses()) == (800_00, [EACH] * 6)


@pytest.mark.django_db(transaction=True)
def test_of_two_cohorts_at_once_that_one_pot_cannot_both_pay_one_is_refused_whole(both_look_together):
    scheme = a_scheme(paid_in=1_000_00)
    one, other = a_cohort(scheme, 3), a_cohort(scheme, 3)
    answers = together(*[lambda half=half: awarding.award(half, actor=ACTOR) for half in (one, other)])
    assert both_look_together.met
    kinds = sorted([type(answer).__name__ for answer in half] for half in answers)
    assert kinds == [["Award"] * 3, ["BudgetExhausted"] * 3]
    [short] = {answer for half in answers for answer in half if isinstance(answer, errors.BudgetExhausted)}
    assert (short.left_minor, short.wanted_minor) == (400_00, 600_00)
    assert (in_pot(scheme), in_purses()) == (400_00, [EACH] * 3)


def by_hand(slug):
    printed = StringIO()
    call_command("award", slug, stdout=printed, stderr=printed)
    return [" ".join(line.split()) for line in printed.getvalue().splitlines() if line.strip()]


def test_the_command_awards_the_cohort_and_says_what_came_of_each():
    scheme = a_scheme(paid_in=1_000_00)
    accounts = a_cohort(scheme, 4)
    awarding.award(accounts[:1], actor=ACTOR)
    Learner.objects.filter(pk=accounts[1].learner_id).update(residence="england")
    printed = by_hand(scheme.slug)
    assert printed[0] == "ILA Wales"
    assert printed[3:] == [
        "awarded now 2 £400.00",
        "had theirs already 1",
        "refused: not_eligible 1",
        "not reached 0",
    ]
    assert (in_pot(scheme), in_purses()) == (400_00, [EACH] * 3)
    assert set(Event.objects.filter(kind="award.made").values_list("actor", flat=True)) == {
        "system:test",
        "system:accounts.award",
    }


def test_the_command_fails_when_the_pot_is_short_and_says_by_how_much():
    scheme = a_scheme(paid_in=300_00)
    a_cohort(scheme, 2)
    printed = StringIO()
    with pytest.raises(CommandError) as short:
        call_command("award", scheme.slug, stdout=printed)
    assert short.value.returncode == 1
    assert str(short.value) == (
        "ILA Wales has £300.00 left for awards, and 2 awards would take £400.00, so none was made. "
        "Nothing was changed. Add at least £100.00 to its budget, or award fewer."
    )
    assert "not reached" in printed.getvalue()
    assert (in_pot(scheme), in_purses()) == (300_00, [])


def test_the_command_can_be_interrupted_and_run_again_for_the_rest(monkeypatch):
    scheme = a_scheme()
    a_cohort(scheme, 4)
    whole = cohorts.award_cohort

    def until_ctrl_c(scheme, kind, *, actor):
        run = whole(scheme, kind, actor=actor, chunk=3)
        yield next(run)
        yield next(run)
        ctrl_c()

    with monkeypatch.context() as patched:
        patched.setattr(command.cohorts, "award_cohort", until_ctrl_c)
        with pytest.raises(SystemExit) as ended:
            by_hand(scheme.slug)
    assert (ended.value.code, Award.objects.count()) == (130, 3)
    assert by_hand(scheme.slug)[3:] == ["awarded now 1 £200.00", "had theirs already 3", "not reached 0"]


def test_the_command_names_the_schemes_there_are_and_says_when_one_is_closed():
    with pytest.raises(CommandError, match=r"^There is no scheme wales\. There is none yet\.$"):
        by_hand("wales")
    scheme, other = a_scheme(), a_scheme("ila-england-2000")
    with pytest.raises(CommandError, match=rf"^There is no scheme wales\. There is: {other.slug}, {scheme.slug}\.$"):
        by_hand("wales")
    Scheme.objects.filter(pk=scheme.pk).update(state="closed")
    with pytest.raises(CommandError, match="ILA Wales takes nobody new at the moment"):
        by_hand(scheme.slug)


def test_the_task_awards_the_cohort_and_given_out_again_awards_nothing(books):
    scheme = a_scheme(paid_in=1_000_00)
    a_cohort(scheme, 3)
    assert award_cohort(str(scheme.pk)) == 3
    assert (in_pot(scheme), in_purses()) == (400_00, [EACH] * 3)
    before = books()
    assert award_cohort(str(scheme.pk)) == 0
    assert books() == before


def test_the_task_goes_on_where_a_killed_worker_left_off():
    scheme = a_scheme(paid_in=1_000_00)
    a_cohort(scheme, 4)
    run = cohorts.award_cohort(scheme, actor=ACTOR, chunk=3)
    next(run), next(run)
    run.close()
    assert award_cohort(str(scheme.pk)) == 1
    assert (in_pot(scheme), in_purses()) == (200_00, [EACH] * 4)


@pytest.mark.parametrize(
    ("paid_in", "state", "why"),
    [(100_00, "open", "ILA Wales has £100.00 left"), (1_000_00, "closed", "ILA Wales takes nobody new")],
)
def test_the_task_ends_with_a_warning_when_trying_again_would_not_help(books, paid_in, state, why):
    scheme = a_scheme(paid_in=paid_in)
    a_cohort(scheme, 2)
    Scheme.objects.filter(pk=scheme.pk).update(state=state)
    before = books()
    with capture_logs() as logs:
        assert award_cohort(str(scheme.pk)) == 0
    [warning] = logs
    assert (warning["event"], warning["scheme"], warning["awarded"]) == ("accounts.cohort_stopped", scheme.slug, 0)
    assert warning["why"].startswith(why)
    assert books() == before
