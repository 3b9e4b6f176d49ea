"""Whoever decides what learners buy, or over a scheme's money, works for no provider."""

from __future__ import annotations

import pytest

from brokerage import errors, joining
from config.refusals import Refusal
from ledger import Actor
from providers import staffing
from providers.details import Details
from providers.models import Invitation, Provider, Role, Staff
from providers.registering import Application
from tests.factories.accounts import a_manager
from tests.factories.brokerage import an_adviser
from tests.factories.providers import StaffFactory

pytestmark = pytest.mark.django_db

APPLICATION = Application("A", "10004695", details=Details("Mair Owen", "mair@nb.example"))


@pytest.mark.parametrize(
    ("somebody", "refusal"), [(a_manager, errors.ManagesSchemes), (an_adviser, errors.AdvisesLearners)]
)
def test_neither_joins_nor_applies(actor: Actor, somebody, refusal: type[Refusal]) -> None:
    user = somebody().user
    invited = staffing.invite(user.email, ["money"], by=StaffFactory(roles=[Role.ADMINISTRATOR]), actor=actor)
    with pytest.raises(refusal):
        joining.accept_invitation(invited.token, user=user.pk, actor=actor)
    with pytest.raises(refusal):
        joining.apply(APPLICATION, user=user.pk, actor=actor)
    assert (Staff.objects.filter(user=user).count(), Provider.objects.count()) == (0, 1)
    assert Invitation.objects.get().state == "sent"
