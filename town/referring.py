"""Referring: whom a guest's adviser refers her to, what came back, and whom another organisation refers to him."""

from __future__ import annotations

from uuid import UUID

from accounts.models import Learner
from brokerage.models import Adviser
from brokerage.referring import answering, listing, referring
from brokerage.referring.models import Helps, OutsideService, Referral
from brokerage.referring.referring import PassedOn
from ledger import Actor

SERVICES = (
    ("Foryd Debt Advice", "Debts, rent, and what to do about letters", "help@debt-advice.example"),
    ("Foryd Playgroup", "Care of children up to five while you learn", "places@playgroup.example"),
)


def refer(email: str) -> None:
    """The guest with this address was told of by her adviser once, and is asked whether she may be again; a learner of
    another organisation is referred to his."""
    guest = Learner.objects.select_related("caseload__adviser__user", "caseload__adviser__organisation").get(
        user__email=email
    )
    adviser = guest.caseload.adviser
    debts, playgroup = _services(adviser)
    words = "She has fallen behind with her rent since her shifts were cut. She would like to go through it once."
    sent = _referred(guest, debts.pk, PassedOn(words, "01248 555 010, after five", named=True), adviser)
    if link := answering.new_link(sent.pk):
        answering.read(sent.pk, actor=answering.by_link(sent))
        answering.answer_by_link(link[1], Helps.CAN_HELP, "On Thursdays from two, in the library. She need not book.")
    words = "She is looking for care for her daughter, who is three, on Tuesday evenings from September."
    passed_on = PassedOn(words, "01248 555 010, after five", named=True)
    referring.propose(guest.pk, playgroup.pk, passed_on, by=adviser, actor=_acting(adviser))
    elsewhere = Adviser.objects.exclude(organisation=adviser.organisation).order_by("id")
    named = elsewhere.filter(caseload__isnull=False).distinct().select_related("user", "organisation").first()
    if named is not None:
        theirs = named.caseload.select_related("learner__user").order_by("since", "id")[0].learner
        words = "They move to Foryd next month, and would like to go on learning there."
        _referred(theirs, adviser.organisation_id, PassedOn(words, "By e-mail, in the evening", named=True), named)


def _services(adviser: Adviser) -> list[OutsideService]:
    lead = adviser.organisation.advisers.select_related("user", "organisation").get(leads=True)
    return [listing.add(*service, by=lead, actor=_acting(lead)) for service in SERVICES]


def _referred(learner: Learner, to: UUID, passed_on: PassedOn, adviser: Adviser) -> Referral:
    assert learner.user_id is not None  # they can sign in
    proposed = referring.propose(learner.pk, to, passed_on, by=adviser, actor=_acting(adviser))
    return referring.consent(proposed.pk, named=True, learner=learner, actor=Actor.user(learner.user_id))


def _acting(adviser: Adviser) -> Actor:
    return Actor.user(adviser.user_id, acting_for=f"organisation:{adviser.organisation_id}")
