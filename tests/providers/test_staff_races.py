"""Two at the same moment, where one of them has to lose: the last administrators, an invitation, a bank account."""

from __future__ import annotations

import pytest

from config.refusals import Refusal
from ledger import Actor
from providers import banking, staffing
from providers.models import BankAccount, Provider, Role, Staff
from tests.factories.providers import ProviderFactory, StaffFactory, UserFactory
from tests.racing import together

pytestmark = pytest.mark.django_db(transaction=True)

ACTOR = Actor.system("test")


def outcome(request):
    """What was answered, or the code of the refusal."""

    def tried():
        try:
            request()
        except Refusal as refusal:
            return refusal.code
        return "done"

    return tried


def two_administrators() -> list[Staff]:
    provider: Provider = ProviderFactory()
    return [StaffFactory(provider=provider, roles=[Role.ADMINISTRATOR]) for _each in range(2)]


def test_of_two_last_administrators_who_leave_at_once_one_stays() -> None:
    one, other = two_administrators()
    answers = together(
        outcome(lambda: staffing.leave(one.pk, by=one, actor=ACTOR)),
        outcome(lambda: staffing.leave(other.pk, by=other, actor=ACTOR)),
    )
    assert sorted(answers) == ["done", "last_administrator"]
    assert Staff.objects.current().count() == 1


def test_an_invitation_that_is_accepted_twice_at_once_makes_one_member_of_staff() -> None:
    one, _other = two_administrators()
    invited = staffing.invite("dai@nb.example", ["money"], by=one, actor=ACTOR)
    dai = UserFactory(email="dai@nb.example")
    accept = outcome(lambda: staffing.accept(invited.token, user=dai.pk, actor=ACTOR))
    assert sorted(together(accept, accept)) == ["done", "invitation_used"]
    assert Staff.objects.filter(user=dai).count() == 1


def test_of_two_bank_accounts_proposed_at_once_one_waits() -> None:
    one, other = two_administrators()
    answers = together(
        outcome(lambda: banking.propose("A", "GB29 NWBK 6016 1331 9268 19", by=one, actor=ACTOR)),
        outcome(lambda: banking.propose("B", "FR76 3000 6000 0112 3456 7890 189", by=other, actor=ACTOR)),
    )
    assert sorted(answers) == ["bank_account_waits", "done"]
    assert BankAccount.objects.get().state == "proposed"
