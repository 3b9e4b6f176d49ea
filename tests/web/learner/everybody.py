"""Learners in whose pages everything is, and the pages that links lead to from where they begin."""

from __future__ import annotations

from django.urls import Resolver404, resolve

from accounts.models import Learner
from brokerage import wishing
from brokerage.advocacy import advocating
from brokerage.advocacy.models import Wanted
from brokerage.assisting import assisting
from brokerage.assisting.models import Act, Together
from brokerage.careers import loading
from brokerage.careers.models import CareerSkill, Level
from brokerage.careers.rating import rate
from brokerage.hearing.models import Destination, GuidanceFeedback
from brokerage.models import Outcome
from brokerage.planning import planning
from brokerage.planning.planning import Aim, NewStep
from brokerage.talking import recording, tiers
from ledger import now
from tests.factories.brokerage import a_request
from tests.factories.careers import FIGURES
from tests.factories.cases import not_me
from tests.factories.hearing import talked
from tests.factories.pooling import BREAD, TOWN, an_offer, who_wish
from tests.factories.proofs import RESIDENCE, wants_proof
from tests.factories.providers import ProviderFactory
from tests.factories.referrals import proposed as proposed_referral
from tests.factories.talks import a_booking, slots
from tests.factories.voice import proposed
from tests.factories.voice import shown as proposed_and_shown
from tests.factories.vouchers import ACTOR, a_run, a_scheme, a_voucher
from tests.web.learner.test_request import answered
from tests.web.learner.test_story import filled
from vouchers.models import State

# What a link gives that is no page: files to keep.
FILES = {"receipt", "voucher-receipt", "statement-table", "statement-paper", "story:piece", "everything", "proof-file"}
FILES |= {"talks:calendar"}
# What differs from one learner to the next.
OTHERWISE = {"voucher", "request", "voice:proposal"}


def name_of(address: str) -> str | None:
    """The name of a learner's page; None for anything else."""
    try:
        found = resolve(address)
    except Resolver404:
        return None
    return found.view_name.removeprefix("learner:") if found.namespaces[:1] == ["learner"] else None


def a_talk() -> Learner:
    """Somebody who has talked with their adviser, has booked the next talk, and could book another time."""
    made = a_booking()
    slots(made.slot.adviser, in_days=8)
    said = dict.fromkeys(tiers.Need, tiers.How.SOME_HELP)
    entry = tiers.converse(made.learner_id, said, "We talked.", by=made.slot.adviser, actor=ACTOR)
    recording.answer(entry.pk, "Thank you.", learner=made.learner, actor=ACTOR)
    asked_about(made.learner)
    allowed(made.learner)
    proposed_referral(of=(made.learner, made.slot.adviser))
    planned(made.learner)
    helped(made.learner)
    return made.learner


def asked_about(learner: Learner) -> None:
    """They are asked how their talk was."""
    adviser = learner.caseload.adviser
    talked(learner, adviser)
    talk, scheme = learner.consultations.get(), a_scheme()
    GuidanceFeedback.objects.create(
        learner=learner, scheme=scheme, organisation=adviser.organisation, consultation=talk, asked_at=now()
    )


def allowed(learner: Learner) -> None:
    """Their adviser would ask a provider for something, and waits for their yes."""
    run = a_run(ProviderFactory(), 120_00)
    adviser = learner.caseload.adviser
    advocating.propose(learner.pk, run.pk, Wanted.PLACE, "They learn best in a small group.", by=adviser, actor=ACTOR)


def helped(learner: Learner) -> None:
    """Their adviser has made a wish on their pages."""
    begun = assisting.begin(learner.pk, Together.PHONE, by=learner.caseload.adviser, actor=ACTOR)
    with assisting.marked(begun, Act.WISHED, learner.subject):
        wishing.wish(learner=learner, category=BREAD, town=TOWN, actor=ACTOR)


def planned(learner: Learner) -> None:
    """They plan a goal with their adviser, with a course to ask for."""
    adviser = learner.caseload.adviser
    goal = planning.begin_for(learner.pk, "Work as a bookkeeper", by=adviser, actor=ACTOR).goal_id
    run = a_run(ProviderFactory(), 80_00)
    planning.add_step(goal, NewStep("Learn the books", run=run.pk), by=adviser, actor=ACTOR)
    planning.consider(goal, "Learn it at work", "My manager would let me.", by=learner, actor=ACTOR)
    planning.aim(goal, 1, Aim(work="Bookkeeper", occupation="3313"), by=learner, actor=ACTOR)
    loading.load(FIGURES, actor=ACTOR)
    rate(goal, dict.fromkeys(CareerSkill, Level.A_LITTLE), share=True, learner=learner, actor=ACTOR)


def people() -> list[tuple[Learner, str]]:
    """Learners in whose pages everything is, and where each begins."""
    full, contested = filled(), not_me()
    who_wish(5)
    for category, town in (("0611", ""), (BREAD, TOWN)):
        wishing.wish(learner=full, category=category, town=town, actor=ACTOR)
    an_offer()
    unpaid = a_voucher(state=State.RESERVED, own=True)
    proposed_and_shown(proposed(unpaid.learner))
    proposed(full)
    someone = a_talk()
    after = Destination.objects.create(voucher=a_voucher(state=State.CLOSED), asked_at=now())
    found = [
        (full, "/learner/"),
        (unpaid.learner, "/learner/"),
        (unpaid.learner, f"/learner/vouchers/{unpaid.pk}/paid/"),
        (a_request().learner, "/learner/"),
        (answered().learner, "/learner/vouchers/"),
        (answered(Outcome.DECLINE, policy="structured").learner, "/learner/vouchers/"),
        (a_voucher(state=State.ACCEPTED).learner, "/learner/"),
        (a_voucher(state=State.STARTED, own=True).learner, "/learner/"),
        (contested.learner, "/learner/cases/"),
        (someone, "/learner/guidance/"),
        (someone, "/learner/adviser/"),
        (someone, f"/learner/story/goals/{someone.goals.get().pk}/"),
        (after.voucher.learner, f"/learner/what-became/{after.pk}/"),
    ]
    # Last, since nobody would have an account without having shown it.
    wants_proof(a_scheme(), RESIDENCE)
    return found
