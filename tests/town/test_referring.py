"""What a guest finds of whom she was referred to, and her adviser of whom others refer to him."""

from __future__ import annotations

import pytest

from brokerage import assigning
from brokerage.models import Adviser
from brokerage.referring import answering
from brokerage.referring.models import Referral
from tests.factories.brokerage import an_organisation
from tests.factories.referrals import a_lead
from tests.factories.talks import advised
from tests.factories.vouchers import learning_accounts
from town import referring

pytestmark = pytest.mark.django_db


def test_one_was_answered_one_waits_for_her_yes_and_one_comes_from_elsewhere() -> None:
    learner, adviser = advised()
    assert learner.user is not None  # they can sign in
    Adviser.objects.filter(pk=adviser.pk).update(leads=True)
    assigning.name_advisers([learning_accounts(1)[0].learner], [a_lead(an_organisation("Llwybr De"))])
    referring.refer(learner.user.email)
    mine = learner.referrals.order_by("proposed_at", "id").values_list("state", "said")
    assert list(mine) == [("answered", "can_help"), ("proposed", "")]
    assert answering.passed_on_to(adviser).get().state == "sent"
    assert Referral.objects.count() == 3
