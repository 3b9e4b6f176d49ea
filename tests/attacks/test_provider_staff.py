"""Attacks from inside a provider, or by somebody who got hold of one person's session there."""

from __future__ import annotations

import pytest
from django.test import Client

from ledger.models import Event
from providers import staffing
from providers.models import BankAccount, Invitation, Role, Staff
from tests.factories.providers import BankAccountFactory, StaffFactory, UserFactory, VenueFactory
from tests.factories.vouchers import ACTOR
from tests.web.provider.visiting import just_shown

pytestmark = pytest.mark.django_db

IBAN = "GB29 NWBK 6016 1331 9268 19"


def test_one_person_alone_sends_no_money_to_another_bank_account() -> None:
    """The commonest fraud on those who are paid: a new bank account, by somebody who has one person's session."""
    mair = StaffFactory(roles=[Role.ADMINISTRATOR, Role.MONEY])
    now = BankAccountFactory(provider=mair.provider)
    client = just_shown(mair.user)
    client.post("/provider/organisation/bank/", {"holder": "Thief", "iban": IBAN, "bic": ""})
    proposed = BankAccount.objects.waiting().get()
    client.post(f"/provider/organisation/bank/{proposed.pk}/decide/", {"answer": "approve"})
    # Leaving and coming back makes nobody a second person.
    Staff.objects.filter(pk=mair.pk).update(left_at=mair.joined_at)
    StaffFactory(provider=mair.provider, user=mair.user)
    client.post(f"/provider/organisation/bank/{proposed.pk}/decide/", {"answer": "approve"})
    assert BankAccount.objects.in_force().get() == now
    assert not Event.objects.filter(kind="bank_account.approved").exists()


def test_staff_of_another_provider_reach_nothing() -> None:
    theirs, eve = StaffFactory(), StaffFactory()
    bank_account = BankAccountFactory(provider=theirs.provider, proposed=True)
    invitation = staffing.invite("dai@nb.example", ["money"], by=theirs, actor=ACTOR).invitation
    venue = VenueFactory(provider=theirs.provider)
    client = just_shown(eve.user)
    home = "/provider/organisation"
    for address, sent in (
        (f"{home}/bank/{bank_account.pk}/decide/", {"answer": "approve"}),
        (f"{home}/staff/{theirs.pk}/", {"roles": ["courses"]}),
        (f"{home}/staff/{theirs.pk}/leave/", {}),
        (f"{home}/invitations/{invitation.pk}/withdraw/", {}),
        (f"{home}/venues/{venue.pk}/", {"name": "Ours"}),
    ):
        assert client.post(address, sent).status_code == 404
    bank_account.refresh_from_db()
    theirs.refresh_from_db()
    assert (bank_account.state, theirs.left_at, Invitation.objects.get().state) == ("proposed", None, "sent")


def test_an_invitation_that_was_used_or_passed_on_lets_nobody_else_in() -> None:
    mair = StaffFactory(roles=[Role.ADMINISTRATOR])
    invited = staffing.invite("dai@nb.example", ["administrator"], by=mair, actor=ACTOR)
    link, eve, dai = f"/providers/join/{invited.token}/", UserFactory(), UserFactory(email="dai@nb.example")
    assert just_shown(eve).post(link).status_code == 403
    assert just_shown(dai).post(link).status_code == 302
    assert just_shown(eve).post(link).status_code == 409
    staff = Staff.objects.get(user=dai)
    staffing.leave(staff.pk, by=mair, actor=ACTOR)
    assert just_shown(dai).post(link).status_code == 409
    assert Client().get(link).status_code == 409
    assert list(Staff.objects.current()) == [mair]
