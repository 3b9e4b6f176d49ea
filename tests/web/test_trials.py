"""A trial as people see it: that there is a draw, and nowhere which arm it gave, or will give."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from brokerage.models import Request
from brokerage.trial_models import TrialAssignment
from tests.factories.providers import CourseRunFactory
from tests.factories.trials import in_trial
from tests.web.learner.visiting import signed_in, text

pytestmark = pytest.mark.django_db


def test_no_page_names_an_arm_or_the_trial() -> None:
    [account] = in_trial(1)
    run, client = CourseRunFactory(price_minor=50_00), signed_in(account.learner)
    page = f"/learner/courses/{run.pk}/"
    before = text(client.get(page))
    assert "a draw decides which is yours when you ask" in before
    assert "You would have an answer by" in before
    assert not TrialAssignment.objects.exists()
    client.post(page, {"note": ""})
    asked = Request.objects.select_related("adviser__user").get()
    assert TrialAssignment.objects.get().learning_account == account
    desk = Client()
    desk.force_login(asked.adviser.user)
    pages: list[Any] = [client.get(page), client.get("/learner/"), client.get(f"/learner/requests/{asked.pk}/")]
    pages += [desk.get("/desk/"), desk.get(f"/desk/requests/{asked.pk}/")]
    for shown in pages:
        for word in ("plain_way", "talked_way", "decided_way", "advice_2027"):
            assert word not in shown.content.decode()
    assert "a draw decides" not in text(pages[0])
