"""A plan on two people's pages: the learner opens it to their advisers, both write in it, and one press asks for it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from brokerage import saving
from brokerage.careers import loading
from brokerage.careers.models import CareerSkill
from brokerage.models import Request
from brokerage.planning import planning
from brokerage.planning.planning import NewStep
from brokerage.progress import writing
from tests.factories.brokerage import an_adviser
from tests.factories.careers import FIGURES
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
    assert "It could be, for instance: 3313 Accounting associate professionals; 4311" in text(wrong)
    stale = desk.post(f"{answer.headers['Location']}aim/", {"version": 7, "work": "Vet"})
    assert (stale.status_code, planning.plans_for(person).get().work) == (422, "")
    assert desk.post(answer.headers["Location"], {"step": "rubbish:yes"}).status_code == 404


def test_what_is_known_of_the_work_stands_beside_it_on_both_pages() -> None:
    plan, adviser = a_plan()
    loading.load(FIGURES, actor=ACTOR)
    page = f"/desk/learners/{plan.goal.learner_id}/plans/{plan.goal_id}/"
    mine, desk = signed_in(plan.goal.learner), sign_in(adviser.user)
    assert "What is known about this work" not in text(desk.get(page))
    desk.post(f"{page}aim/", {"version": 1, "work": "Bookkeeper", "occupation": "accounting associate"})
    for shown in (desk.get(page), mine.get(f"/learner/story/goals/{plan.goal_id}/plan/")):
        said = text(shown)
        assert "£31,200 2025, Office of Figures" in said
        assert "4,200 for the wider group Financial and mathematical associate professionals 2025, Office" in said
        assert '<span lang="en">Accounting associate professionals</span>' in shown.content.decode()


def test_a_learner_sees_their_own_change_and_the_adviser_only_what_they_share(clock: Any) -> None:
    plan, adviser = a_plan()
    mine, desk = signed_in(plan.goal.learner), sign_in(adviser.user)
    page, record = f"/learner/story/goals/{plan.goal_id}/plan/skills/", f"/desk/learners/{plan.goal.learner_id}/"
    some = mine.post(page, {"planning": "3", "finding_out": "9"})
    assert (some.status_code, text(some).count("Error: Say for each of the eight")) == (422, 6)
    assert re.search(r'name="planning"\s+type="radio"\s+value="3"\s+checked', some.content.decode())
    mine.post(page, dict.fromkeys(CareerSkill.values, "2"))
    clock.move_by(days=100)
    assert "three months since you last answered" in text(mine.get(page.removesuffix("skills/")))
    later = dict.fromkeys(CareerSkill.values, "2") | {"planning": "4", "keeping_up": "1"}
    told = text(mine.post(page, later, follow=True))
    assert "Your answers are kept, for you alone." in told
    assert "I can plan what I want to do, and take the next step A little Well better" in told
    assert "I know whom I can ask for help A little A little the same" in told
    assert "and help them too A little Not yet less well" in told
    assert "Career skills" not in text(desk.get(record))
    mine.post(page, later | {"share": "on"})
    assert "Career skills, as the learner sees them" in text(desk.get(record))
    assert "and take the next step Well" in text(mine.get("/learner/guidance/"))
    stranger = signed_in(learning_accounts(1)[0].learner)
    assert stranger.post(page, later).status_code == 404


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
