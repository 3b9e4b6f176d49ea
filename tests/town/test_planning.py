"""What a guest finds planned, and asked for her."""

from __future__ import annotations

import pytest

from accounts.models import Learner
from brokerage.advocacy.models import Advocacy
from providers.models import Provider
from tests.factories.providers import CourseFactory, CourseRunFactory, ProviderFactory
from tests.factories.talks import advised
from town import planning, telling
from town.places import COLLEGES
from vouchers.models import AgreedPrice

pytestmark = pytest.mark.django_db


def test_a_guest_has_a_plan_a_lower_price_and_a_question_that_waits() -> None:
    college = ProviderFactory()
    Provider.objects.filter(pk=college.pk).update(ukprn=COLLEGES[0].ukprn)
    for price_minor in (50_00, 60_00):
        CourseRunFactory(course=CourseFactory(provider=college), price_minor=price_minor)
    learner: Learner = advised()[0]
    assert learner.user is not None  # they can sign in
    telling.tell(learner.user.email)
    planning.plan_with_adviser(learner.user.email)
    assert learner.goals.get().plan.occupation == "3341"
    assert set(Advocacy.objects.values_list("wanted", "state")) == {("price", "agreed"), ("adjustment", "proposed")}
    assert AgreedPrice.objects.get().price_minor == 40_00
