"""Rules are changed by two: one proposes, and a second person decides."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

import ledger
from accounts import errors, proposing, schemes
from accounts.models import RuleProposal, RuleVersion, Scheme
from accounts.rules import RulesInvalid
from accounts.scheme_files import preset
from ledger import Actor
from tests.factories.accounts import a_manager, a_scheme, rules
from tests.racing import together

pytestmark = pytest.mark.django_db(transaction=True)
ACTOR = Actor.system("test")


def other_rules():
    return rules(award={"amount_minor": 250_00})


def a_proposal(scheme, by, **said):
    usual = {"valid_from": ledger.today() + dt.timedelta(days=1), "source": "The funder's letter"}
    return proposing.propose(scheme, other_rules(), by=by, actor=ACTOR, **usual | said)


def test_rules_count_from_their_day_once_a_second_person_has_approved_them():
    scheme = a_scheme()
    one, other = a_manager(scheme), a_manager(scheme)
    proposal = a_proposal(scheme, one)
    tomorrow = ledger.today() + dt.timedelta(days=1)
    assert schemes.current_rules([scheme.pk], tomorrow)[scheme.pk].number == 1
    approved = proposing.approve(proposal.pk, by=other, actor=ACTOR)
    version = schemes.current_rules([scheme.pk], tomorrow)[scheme.pk]
    assert (version.number, version.parsed.awards[0].amount_minor) == (2, 250_00)
    assert (approved.state, approved.decided_by, approved.rule_version) == ("approved", other.user, version)
    assert schemes.current_rules([scheme.pk], ledger.today())[scheme.pk].number == 1


def test_nobody_approves_or_rejects_their_own_proposal_and_nothing_changes(books):
    scheme = a_scheme()
    one = a_manager(scheme)
    proposal = a_proposal(scheme, one)
    before = books()
    for decide in (proposing.approve, proposing.reject):
        with pytest.raises(errors.SecondPersonNeeded):
            decide(proposal.pk, by=one, actor=ACTOR)
    assert (books(), RuleProposal.objects.get().state, RuleVersion.objects.count()) == (before, "proposed", 1)


def test_the_database_too_wants_a_second_person():
    scheme = a_scheme()
    one = a_manager(scheme)
    proposal = a_proposal(scheme, one)
    with pytest.raises(IntegrityError, match="rules_are_decided_by_a_second_person"), transaction.atomic():
        RuleProposal.objects.filter(pk=proposal.pk).update(
            state="rejected", decided_by=one.user, decided_at=ledger.now()
        )


def test_of_two_who_approve_at_once_one_is_told_that_it_is_decided():
    scheme = a_scheme()
    proposal = a_proposal(scheme, a_manager(scheme))
    others = [a_manager(scheme), a_manager(scheme)]

    def approve(by):
        try:
            return proposing.approve(proposal.pk, by=by, actor=ACTOR).state
        except errors.ProposalOver as over:
            return over.code

    answers = together(*[lambda by=by: approve(by) for by in others])
    assert sorted(answers) == ["approved", "proposal_over"]
    assert scheme.rule_versions.count() == 2


def test_a_proposal_whose_day_has_passed_counts_from_the_day_it_is_approved(clock):
    scheme = a_scheme()
    proposal = a_proposal(scheme, a_manager(scheme))
    clock.move_by(days=5)
    version = proposing.approve(proposal.pk, by=a_manager(scheme), actor=ACTOR).rule_version
    assert version.valid_from == ledger.today()


def test_a_manager_of_another_scheme_has_never_heard_of_a_proposal():
    scheme = a_scheme()
    proposal = a_proposal(scheme, a_manager(scheme))
    stranger = a_manager(a_scheme())
    for decide in (proposing.approve, proposing.reject, proposing.withdraw):
        with pytest.raises(errors.ProposalNotFound):
            decide(proposal.pk, by=stranger, actor=ACTOR)
    assert not proposing.schemes_of(stranger).filter(pk=scheme.pk).exists()


def test_whoever_proposed_takes_back_and_nobody_else_does():
    scheme = a_scheme()
    one, other = a_manager(scheme), a_manager(scheme)
    proposal = a_proposal(scheme, one)
    with pytest.raises(errors.ProposalNotFound):
        proposing.withdraw(proposal.pk, by=other, actor=ACTOR)
    assert proposing.withdraw(proposal.pk, by=one, actor=ACTOR).state == "withdrawn"
    with pytest.raises(errors.ProposalOver):
        proposing.approve(proposal.pk, by=other, actor=ACTOR)


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        ({"valid_from": dt.date(2020, 1, 1)}, errors.RulesOfThePast),
        ({"rules": "same"}, errors.RulesUnchanged),
        ({"rules": {}}, RulesInvalid),
    ],
)
def test_what_cannot_be_proposed_is_refused_and_nothing_is_kept(said, refused):
    scheme = a_scheme()
    wanted = said.get("rules", other_rules())
    wanted = rules() if wanted == "same" else wanted
    valid_from = said.get("valid_from", ledger.today() + dt.timedelta(days=1))
    with pytest.raises(refused):
        proposing.propose(scheme, wanted, valid_from=valid_from, by=a_manager(scheme), actor=ACTOR)
    assert not RuleProposal.objects.exists()


def test_two_versions_never_begin_on_one_later_day():
    scheme = a_scheme()
    day = ledger.today() + dt.timedelta(days=30)
    schemes.publish_rules(scheme, other_rules(), valid_from=day, source="", actor=ACTOR)
    with pytest.raises(errors.RulesOverlap):
        a_proposal(scheme, a_manager(scheme), valid_from=day)
    with pytest.raises(errors.RulesOverlap):
        schemes.publish_rules(scheme, rules(), valid_from=day, source="", actor=ACTOR)
    assert scheme.rule_versions.count() == 2


def test_a_new_scheme_takes_nobody_until_a_second_person_has_approved_its_rules():
    one, other = a_manager(sets_up=True), a_manager(sets_up=True)
    proposal = proposing.propose_scheme(preset("ila-wales-2003") | {"slug": "newer"}, by=one, actor=ACTOR)
    scheme = proposal.scheme
    assert (scheme.state, schemes.current_rules([scheme.pk], ledger.today())) == ("draft", {})
    assert not scheme.takes_new(ledger.today())
    proposing.approve(proposal.pk, by=other, actor=ACTOR)
    scheme = Scheme.objects.get(slug="newer")
    assert scheme.takes_new(ledger.today())
    assert set(scheme.managers.all()) == {one, other}
    assert schemes.current_rules([scheme.pk], ledger.today())[scheme.pk].number == 1


def test_who_may_not_set_schemes_up_is_refused():
    with pytest.raises(errors.MayNotSetUp):
        proposing.propose_scheme(preset("ila-wales-2003"), by=a_manager(), actor=ACTOR)
    assert not Scheme.objects.exists()
