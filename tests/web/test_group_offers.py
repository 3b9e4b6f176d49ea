"""A provider answers demand with an offer to all of them, and each learner decides on a page of their own."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core import mail

from brokerage.pooling import closing
from brokerage.pooling.models import GroupAnswer, GroupOffer, OfferState
from ledger import today
from providers.models import Role
from tests.factories.pooling import STEPS, a_baking_run, an_offer, come, who_wish
from tests.factories.providers import ProviderFactory
from tests.factories.vouchers import ACTOR, learning_accounts
from tests.web.learner.visiting import signed_in, text
from tests.web.provider.visiting import at_work
from web.notifications import writing

pytestmark = pytest.mark.django_db

DEMAND = "/provider/demand/"
OFFER = f"{DEMAND}offer/?subject=0721&town=Foryd"
QUERIES = 23


def filled_in(_run: Any, **other: str) -> dict[str, str]:
    day = (today() + dt.timedelta(days=7)).isoformat()
    steps = {"learners_1": "5", "price_1": "100.00", "learners_2": "6", "price_2": "80"}
    return {"run": str(_run.pk), "answer_by": day} | steps | other


def test_a_provider_makes_an_offer_from_the_list_of_what_learners_look_for() -> None:
    learners, run = who_wish(), a_baking_run()
    there = at_work(run.course.provider, Role.COURSES)
    assert f'href="{OFFER.replace("&", "&amp;")}"' in there.get(DEMAND).content.decode()
    page = text(there.get(OFFER))
    assert "5 learners or more wish for Food processing in Foryd." in page
    done = text(there.post(OFFER, filled_in(run), follow=True))
    assert "Your offer is made. Everybody who wishes for it has been told." in done
    assert "from 5 learners £100.00 each, from 6 learners £80.00 each" in done
    assert "Fewer than a group would come so far." in done
    made = GroupOffer.objects.get()
    assert [(rung.learners, rung.price_minor) for rung in made.rungs.all()] == [(5, 100_00), (6, 80_00)]
    come(made, learners)
    assert "5 or more would come." in text(there.get(DEMAND))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"run": ""}, "Choose a course."),
        ({"run": "00000000-0000-7000-8000-000000000000"}, "Choose a course of the list."),
        ({"answer_by": ""}, "Choose a day."),
        ({"answer_by": "soon"}, "Enter a day."),
        ({"answer_by": "2020-01-01"}, "Learners need 3 days to answer"),
        ({"learners_1": ""}, "Say how many learners have to come at least."),
        ({"learners_1": "4"}, "greater than or equal to 5"),
        ({"price_1": ""}, "Say what each of them pays."),
        ({"price_1": "much"}, "Write an amount in numbers, such as 95.00."),
        ({"price_1": "95.001"}, "no more than 2 decimal places"),
        ({"price_1": "120"}, "every price below the list price"),
        ({"price_2": "100"}, "every price below the list price"),
        ({"price_2": ""}, "Give both the number and the price, or neither."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(typed: dict[str, str], said: str) -> None:
    who_wish()
    run = a_baking_run()
    there = at_work(run.course.provider, Role.COURSES)
    response = there.post(OFFER, filled_in(run, learners_3="8", price_3="70", **typed))
    assert response.status_code == 422
    assert said in text(response)
    assert 'value="70"' in response.content.decode()
    assert not GroupOffer.objects.exists()


@pytest.mark.parametrize("wanted", ["?subject=0721&town=Nowhere", "?subject=0611&town=Foryd", "", "?subject=x"])
def test_what_not_enough_wish_for_has_no_page(wanted: str) -> None:
    who_wish()
    assert at_work(None, Role.COURSES).get(f"{DEMAND}offer/{wanted}").status_code == 404


def test_an_offer_is_taken_back_by_its_provider_alone() -> None:
    who_wish()
    made = an_offer()
    address = f"{DEMAND}offers/{made.pk}/take-back/"
    assert at_work(ProviderFactory(), Role.COURSES).post(address).status_code == 404
    assert at_work(made.provider, Role.MONEY).post(address).status_code == 404
    done = at_work(made.provider, Role.COURSES).post(address, follow=True)
    assert "You have taken it back." in text(done)
    made.refresh_from_db()
    assert made.state == OfferState.CANCELLED


def test_a_learner_sees_what_they_would_pay_and_says_yes_and_then_no() -> None:
    [learner, *_others] = who_wish()
    made = an_offer()
    there = signed_in(learner)
    assert f'href="/learner/groups/{made.pk}/"' in there.get("/learner/wishes/").content.decode()
    page = text(there.get(f"/learner/groups/{made.pk}/"))
    assert "5 or more £100.00 £50.00 6 or more £80.00 £40.00 Everybody else pays £120.00." in page
    assert "The provider does not know who you are." in page
    yes = text(there.post(f"/learner/groups/{made.pk}/", {"comes": "yes"}, follow=True))
    assert "You said: I would come." in yes
    there.post(f"/learner/groups/{made.pk}/", {"comes": "no"})
    assert not GroupAnswer.objects.get().comes


def test_once_it_takes_place_the_page_leads_to_the_course_at_its_price(clock: Any) -> None:
    learners = who_wish()
    made = an_offer()
    come(made, learners)
    clock.move_by(days=7)
    closing.close_due(actor=ACTOR)
    there = signed_in(learners[0])
    page = text(there.get(f"/learner/groups/{made.pk}/"))
    assert "It costs £80.00 for you." in page
    assert "What it costs you £40.00 of £80.00." in text(there.get(f"/learner/courses/{made.run_id}/"))


@pytest.mark.parametrize("comes", ["", "maybe", "<b>"])
def test_an_answer_is_yes_or_no(comes: str) -> None:
    [learner, *_others] = who_wish()
    made = an_offer()
    page = text(signed_in(learner).post(f"/learner/groups/{made.pk}/", {"comes": comes}, follow=True))
    assert "Say whether you would come." in page
    assert not GroupAnswer.objects.exists()


def test_for_whoever_does_not_wish_for_it_there_is_no_such_page() -> None:
    who_wish()
    made, [other] = an_offer(), learning_accounts(1)
    for method in ("get", "post"):
        assert getattr(signed_in(other.learner), method)(f"/learner/groups/{made.pk}/").status_code == 404


def test_each_is_written_to_and_what_came_of_it_only_to_those_who_came(clock: Any) -> None:
    learners = who_wish(5)
    made = an_offer()
    come(made, learners[:2])
    assert letters().count("Somebody offers what you wished for") == 5
    told = next(letter for letter in mail.outbox if letter.subject.startswith("Somebody offers"))
    assert f"/learner/groups/{made.pk}/" in told.body
    clock.move_by(days=7)
    closing.close_due(actor=ACTOR)
    assert letters().count("Nothing came of an offer to you") == 2


def letters() -> list[str]:
    writing.notice(below=2**62)
    writing.send()
    return [letter.subject for letter in mail.outbox]


def test_the_page_costs_the_same_queries_for_one_price_and_for_four(django_assert_num_queries: Any) -> None:
    [learner, *_others] = who_wish()
    there = signed_in(learner)
    few = an_offer(steps=STEPS[:1])
    there.get(f"/learner/groups/{few.pk}/")
    with django_assert_num_queries(QUERIES):
        there.get(f"/learner/groups/{few.pk}/")
    many = an_offer(a_baking_run(provider=ProviderFactory()))
    with django_assert_num_queries(QUERIES):
        there.get(f"/learner/groups/{many.pk}/")
