"""Referrals in the situations that tests begin from, made by the room's own capabilities."""

from __future__ import annotations

from accounts.models import Learner, User
from brokerage.models import Adviser, GuidanceOrganisation
from brokerage.referring import answering, listing, referring
from brokerage.referring.models import OutsideService, Referral
from brokerage.referring.referring import PassedOn
from config.ids import uuid7
from tests.factories.brokerage import an_organisation
from tests.factories.talks import advised
from tests.factories.vouchers import ACTOR

WORDS = "She would like help with a debt to her landlord."
REACH = "01248 555 010, after five"


def a_lead(organisation: GuidanceOrganisation | None = None) -> Adviser:
    """Whoever leads Foryd Careers, or another organisation."""
    user = User.objects.create_user(f"{uuid7().hex}@adviser.example", "a-password-to-try", name="Glesni Vaughan")
    return Adviser.objects.create(user=user, organisation=organisation or an_organisation(), leads=True)


def a_service(name: str = "Foryd Debt Advice") -> OutsideService:
    """In the directory of Foryd Careers."""
    if there := OutsideService.objects.open_at(an_organisation()).filter(name=name).first():
        return there
    lead = Adviser.objects.filter(organisation=an_organisation(), leads=True).first() or a_lead()
    return listing.add(name, "Debts and rent", "help@debt.example", by=lead, actor=ACTOR)


def proposed(
    to: OutsideService | GuidanceOrganisation | None = None,
    passed_on: PassedOn | None = None,
    of: tuple[Learner, Adviser] | None = None,
) -> Referral:
    """What an adviser would pass on; the learner is to say yes."""
    learner, adviser = of or advised()
    passed_on = passed_on or PassedOn(WORDS, REACH, named=True)
    return referring.propose(learner.pk, (to or a_service()).pk, passed_on, by=adviser, actor=ACTOR)


def sent(to: OutsideService | GuidanceOrganisation | None = None, *, named: bool = True) -> Referral:
    """The same, with the learner's yes."""
    referral = proposed(to)
    return referring.consent(referral.pk, named=named, learner=referral.learner, actor=ACTOR)


def linked(referral: Referral | None = None, *, read: bool = False) -> str:
    """The secret in the link of an outside service."""
    referral = referral or sent()
    found = answering.new_link(referral.pk)
    assert found is not None  # it waits for an answer
    if read:
        answering.read(referral.pk, actor=ACTOR)
    return found[1]
