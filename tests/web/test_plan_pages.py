"""A plan on two people's pages: the learner opens it to their advisers, both write in it, and one press asks for it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from brokerage import saving
from brokerage.models import Request
from brokerage.planning import planning
from brokerage.planning.planning import NewStep
from brokerage.progress import writing
from tests.factories.brokerage import an_adviser
from tests.factories.plans import a_plan
from tests.factories.providers import ProviderFactory
from tests.factories.talks import advised
from tests.factories.vouchers import ACTOR, a_run, learning_accounts
from tests.web.learner.visiting import signed_in, text
from tests.web.provider.visiting import signed_in as sign_in

pytestmark = pytest.mark.django_db


def test_from_a_goal_of_ones_own_to_requests_in_one_press() -> None:
    person, adviser = advised()
    learner, desk = signed_in(person), sign_in(adviser.user)
    goal = writing.add_goal("Work as a bookkeeper", learner=person, actor=ACTOR)
    run = a_run(ProviderFactory(), 80_00)
    saving.save(run.pk, learner=person, actor=ACTOR)
    story, page = f"/learner/story/goals/{goal.pk}/", f"/desk/learners/{person.pk}/plans/{goal.pk}/"
    assert desk.get(page).status_code == 404
    learner.post(f"{story}together/")
    assert "Work as a bookkeeper" in text(desk.get(f"/desk/learners/{person.pk}/"))
    desk.post(f"{page}aim/", {"version": 1, "learning": "Double entry", "work": "Bookkeeper", "occupation": "3313"})
    desk.post(page, {"title": "Take the course", "who": "learner", "run": run.pk})
    desk.post(f"{page}options/new/", {"title": "Learn it at work", "reasons": "<b>My manager</b> would let me."})
    shown = learner.get(f"{story}plan/")
    assert "<b>My manager" not in shown.content.decode()
    assert "Accounting associate professionals ISCO-08 3313" in text(shown)
    option = goal.options.get()
    learner.post(f"{story}plan/", {"option": f"{option.pk}:no"})
    assert "Not taken" in text(desk.get(page))
    assert f"{run.course.title} {run.course.provider.name}" in text(learner.get(f"{story}plan/ask/"))
    assert "You have asked for 1 course." in text(learner.post(f"{story}plan/ask/", follow=True))
    assert Request.objects.get().run_id == run.pk
    desk.post(page, {"step": f"{goal.steps.get().pk}:yes"})
    assert goal.steps.get().done_on is not None
    learner.post(f"{story}together/", {"with": "nobody"})
    assert desk.get(page).status_code == 404


def test_an_adviser_begins_one_and_is_told_what_is_missing() -> None:
    person, adviser = advised()
    desk, page = sign_in(adviser.user), f"/desk/learners/{person.pk}/plans/new/"
    assert desk.post(page, {"title": ""}).status_code == 422
    answer = desk.post(page, {"title": "Work with animals"})
    plan = planning.plans_for(person).get().goal_id
    assert answer.headers["Location"] == f"/desk/learners/{person.pk}/plans/{plan}/"
    wrong = desk.post(f"{answer.headers['Location']}aim/", {"version": 1, "occupation": "accounting"})
    assert "2 occupations go by these words, such as: 3313 Accounting associate professionals; 4311" in text(wrong)
    stale = desk.post(f"{answer.headers['Location']}aim/", {"version": 7, "work": "Vet"})
    assert (stale.status_code, planning.plans_for(person).get().work) == (422, "")
    assert desk.post(answer.headers["Location"], {"step": "rubbish:yes"}).status_code == 404


def test_not_yours_looks_like_does_not_exist() -> None:
    plan, _adviser = a_plan()
    stranger = signed_in(learning_accounts(1)[0].learner)
    for end in ("plan/", "plan/aim/", "plan/options/new/", "plan/ask/"):
        assert stranger.get(f"/learner/story/goals/{plan.goal_id}/{end}").status_code == 404
    assert stranger.post(f"/learner/story/goals/{plan.goal_id}/together/").status_code == 404
    elsewhere = sign_in(an_adviser("Somebody Else").user)
    assert elsewhere.get(f"/desk/learners/{plan.goal.learner_id}/plans/{plan.goal_id}/").status_code == 404


def test_a_plan_costs_the_same_queries_however_full_it_is() -> None:
    plan, adviser = a_plan()
    desk, page = sign_in(adviser.user), f"/desk/learners/{plan.goal.learner_id}/plans/{plan.goal_id}/"
    by = {"by": adviser, "actor": ACTOR}
    counts = []
    for number in (1, 4):
        for each in range(number):
            run = a_run(ProviderFactory(), 80_00)
            planning.add_step(plan.goal_id, NewStep(f"Step {number} {each}", run=run.pk), **by)
            planning.consider(plan.goal_id, "", "Why not?", run.pk, **by)
        counts.append(_queries(desk, page))
    assert counts[0] == counts[1]


def _queries(client: Any, page: str) -> int:
    client.get(page)
    with CaptureQueriesContext(connection) as seen:
        client.get(page)
    return len(seen)
