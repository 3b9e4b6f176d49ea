"""Evidence: what was seen counts where the rules take it, as long as the strictest of them says."""

import datetime as dt

import pytest

from accounts import awarding, errors, opening, proving
from accounts.circumstances import Criterion, Document
from accounts.models import Award, Evidence, User
from accounts.proving import record_evidence
from accounts.schemes import current_rules
from config.refusals import only
from ledger import now, today
from ledger.models import Event
from tests.factories.accounts import ACTOR, a_learner, a_scheme, an_account
from tests.factories.proofs import BENEFITS, RESIDENCE, wants_proof

pytestmark = pytest.mark.django_db


@pytest.fixture
def checker():
    return User.objects.create_user("rhys@adviser.example", name="Rhys Morgan")


def see(learner, criterion, document, by, **how):
    return record_evidence(learner, Criterion(criterion), Document(document), by=by, actor=ACTOR, **how)


def test_what_was_seen_is_kept_with_who_saw_it_and_its_last_day(checker):
    learner = a_learner()
    wants_proof(a_scheme(), RESIDENCE)
    evidence = see(learner, "residence", "utility_bill", checker)
    evidence.refresh_from_db()
    assert (evidence.learner, evidence.criterion, evidence.document) == (learner, "residence", "utility_bill")
    assert (evidence.checked_by, evidence.checked_at.date()) == (checker, now().date())
    assert evidence.valid_until == today() + dt.timedelta(days=90)


def test_the_event_has_ids_and_codes_and_not_which_document_it_was(checker):
    learner = a_learner()
    wants_proof(a_scheme(), RESIDENCE)
    evidence = see(learner, "residence", "utility_bill", checker)
    event = Event.objects.get(kind="evidence.seen")
    assert event.subject == f"learner:{learner.pk}"
    assert event.data == {
        "learner": str(learner.pk),
        "evidence": str(evidence.pk),
        "criterion": "residence",
        "valid_until": evidence.valid_until.isoformat(),
    }


@pytest.mark.parametrize(
    ("lasts", "days"),
    [((None,), None), ((90,), 90), ((None, 90), 90), ((365, 90), 90), ((90, 365), 90), ((None, None), None)],
)
def test_it_is_good_until_the_earliest_that_a_rule_asks_for_it_again(checker, lasts, days):
    for lasts_days in lasts:
        wants_proof(a_scheme(), RESIDENCE | {"lasts_days": lasts_days})
    evidence = see(a_learner(), "residence", "utility_bill", checker)
    assert evidence.valid_until == (days and today() + dt.timedelta(days=days))


def test_a_scheme_that_does_not_take_the_document_does_not_shorten_its_life(checker):
    wants_proof(a_scheme(), RESIDENCE)
    wants_proof(a_scheme(), RESIDENCE | {"documents": ["official_letter"], "lasts_days": 10})
    evidence = see(a_learner(), "residence", "utility_bill", checker)
    assert evidence.valid_until == today() + dt.timedelta(days=90)


def refused(refusal, *seen, **how):
    with pytest.raises(refusal) as raised:
        see(*seen, **how)
    assert not Evidence.objects.exists()
    assert not Event.objects.filter(kind="evidence.seen").exists()
    return str(raised.value)


def test_a_criterion_that_no_rule_asks_is_refused(checker):
    wants_proof(a_scheme(), RESIDENCE)
    said = refused(errors.ProofNotAsked, a_learner(), "needs", "medical_letter", checker)
    assert said.startswith("No scheme of this learner wants you to see proof of this: Needs.")


def test_a_document_that_the_rules_do_not_take_is_refused_with_those_they_take(checker):
    wants_proof(a_scheme(), BENEFITS)
    said = refused(errors.DocumentNotTaken, a_learner(), "benefits", "passport", checker)
    assert "It takes a letter about your benefit or a letter from an authority." in said


def test_nobody_checks_their_own_evidence():
    wants_proof(a_scheme(), RESIDENCE)
    learner = a_learner()
    refused(errors.OwnEvidence, learner, "residence", "utility_bill", learner.user)


def test_what_the_scheme_looks_at_itself_no_adviser_records(checker):
    wants_proof(a_scheme(), RESIDENCE | {"checked_by": "scheme"})
    learner = a_learner()
    refused(errors.ProofNotAsked, learner, "residence", "utility_bill", checker)
    assert see(learner, "residence", "utility_bill", checker, checker="scheme").criterion == "residence"


def test_a_scheme_that_the_learner_is_in_asks_also_when_it_takes_nobody_new(checker):
    scheme = a_scheme()
    account = an_account(scheme)
    wants_proof(scheme, RESIDENCE)
    scheme.state = "closed"
    scheme.save()
    assert see(account.learner, "residence", "utility_bill", checker).learner == account.learner
    with pytest.raises(errors.ProofNotAsked):
        see(a_learner(), "residence", "utility_bill", checker)


def test_a_document_counts_only_in_schemes_that_take_it(checker):
    takes, takes_not = a_scheme(), a_scheme()
    wants_proof(takes, RESIDENCE)
    wants_proof(takes_not, RESIDENCE | {"documents": ["official_letter"]})
    learner = a_learner()
    see(learner, "residence", "utility_bill", checker)
    only(opening.open_learning_accounts([(learner, takes)], actor=ACTOR))
    with pytest.raises(errors.NotEligible) as raised:
        only(opening.open_learning_accounts([(learner, takes_not)], actor=ACTOR))
    assert [reason.code for reason in raised.value.reasons] == ["proof"]


def test_an_award_asks_again_when_what_was_seen_has_lapsed(checker, clock, books):
    scheme = a_scheme()
    wants_proof(scheme, RESIDENCE)
    learner = a_learner()
    with pytest.raises(errors.NotEligible) as raised:
        only(opening.open_learning_accounts([(learner, scheme)], actor=ACTOR))
    assert "We need to see proof of this: Where you live. For example a bill with your address." in str(raised.value)
    see(learner, "residence", "utility_bill", checker)
    account = only(opening.open_learning_accounts([(learner, scheme)], actor=ACTOR))

    clock.move_by(days=91)
    before = books()
    with pytest.raises(errors.NotEligible) as raised:
        only(awarding.award([account], actor=ACTOR))
    assert [reason.code for reason in raised.value.reasons] == ["proof_lapsed"]
    assert (
        "What we saw as proof of this is out of date: Where you live. For example a bill with your address would do."
        in str(raised.value)
    )
    assert not Award.objects.exists()
    assert books() == before

    see(learner, "residence", "utility_bill", checker)
    assert only(awarding.award([account], actor=ACTOR)).amount_minor == 200_00


def test_an_award_on_its_last_day_is_made(checker, clock):
    scheme = a_scheme()
    wants_proof(scheme, RESIDENCE)
    learner = a_learner()
    see(learner, "residence", "utility_bill", checker)
    account = only(opening.open_learning_accounts([(learner, scheme)], actor=ACTOR))
    clock.move_by(days=90)
    assert only(awarding.award([account], actor=ACTOR)).amount_minor == 200_00


def rules_of(scheme):
    return current_rules({scheme.pk}, today())[scheme.pk].parsed


def test_how_a_learner_stands_says_the_last_document_that_the_scheme_takes(checker, clock):
    scheme = a_scheme()
    wants_proof(scheme, BENEFITS, RESIDENCE)
    learner = a_learner()
    see(learner, "residence", "utility_bill", checker)
    again = see(learner, "residence", "utility_bill", checker)
    benefits, residence = proving.standing(learner.pk, rules_of(scheme), today())
    assert (benefits.seen, benefits.holds) == (None, False)
    assert (residence.seen, residence.holds) == (again, True)
    clock.move_by(days=91)
    _benefits, residence = proving.standing(learner.pk, rules_of(scheme), today())
    assert (residence.seen, residence.holds) == (again, False)


def test_only_what_makes_a_difference_is_still_needed():
    scheme = a_scheme()
    wants_proof(scheme, BENEFITS, RESIDENCE, {"criterion": "income", "documents": ["payslip"]})
    rules = rules_of(scheme)

    def needed(**facts):
        person = a_learner(**facts).circumstances()
        return [proof.criterion for _sentence, proof in proving.still_needed(person, rules, today())]

    # ILA Wales pays more to those on benefits, and asks nobody for their income.
    assert needed(benefits=("jobseekers_allowance",)) == ["benefits", "residence"]
    assert needed() == ["residence"]
    assert needed(residence="scotland") == []


def test_how_a_learner_stands_costs_one_query_and_none_where_nothing_is_wanted(django_assert_num_queries):
    scheme, learner, on = a_scheme(), a_learner(), today()
    before = rules_of(scheme)
    wants_proof(scheme, BENEFITS, RESIDENCE)
    after = rules_of(scheme)
    with django_assert_num_queries(0):
        assert proving.standing(learner.pk, before, on) == []
    with django_assert_num_queries(1):
        assert len(proving.standing(learner.pk, after, on)) == 2
