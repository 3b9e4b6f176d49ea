"""A provider's vouchers on the pages: what waits, lists by stage, several at once, and the page of one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Learner
from config.ids import grouped, new_code
from ledger import today
from ledger.models import Event
from providers.models import CourseRun, Provider, Role
from tests.factories.providers import ProviderFactory
from tests.factories.vouchers import a_voucher, vouchers
from tests.web.provider.visiting import at_work, text
from vouchers.models import Control, MilestoneState, Payable, State, Voucher

pytestmark = pytest.mark.django_db
Books = Callable[[], dict[Any, int]]


@pytest.fixture
def provider() -> Provider:
    return ProviderFactory(name="Coleg y Foryd")


def call(voucher: Voucher, given: str, family: str) -> None:
    Learner.objects.filter(pk=voucher.learner_id).update(given_name=given, family_name=family)


def test_the_first_page_says_what_waits_and_by_when(provider: Provider) -> None:
    vouchers(2, provider=provider)
    a_voucher(provider=provider, state=State.ACCEPTED)
    a_voucher(provider=provider, state=State.STARTED)
    a_voucher(provider=provider, confirmed=1)
    frozen = a_voucher(provider=provider)
    Voucher.objects.filter(pk=frozen.pk).update(control=Control.FROZEN)
    a_voucher()  # somebody else's
    response = at_work(provider).get("/provider/")
    counts = {str(task["label"]): task["count"] for task in response.context["tasks"]}
    assert counts == {
        "Vouchers to accept": 2,
        "Learners to mark as started": 1,
        "Learners on their course": 2,
        "Waiting for learners": 1,
        "Money to redeem": 1,
    }
    soonest = Voucher.objects.filter(state=State.ISSUED, provider=provider).order_by("accept_by")[0].accept_by
    assert response.context["tasks"][0]["soonest"] == soonest
    assert response.context["tasks"][4]["soonest"] is None


def test_nothing_waits_and_nothing_breaks(provider: Provider) -> None:
    response = at_work(provider).get("/provider/")
    assert [(task["count"], task["soonest"]) for task in response.context["tasks"]] == [(0, None)] * 5


@pytest.mark.parametrize(
    "path", ["vouchers/", "vouchers/redeem/", "attendance/", "vouchers/{code}/", "vouchers/{code}/cancel/"]
)
def test_other_roles_have_no_such_pages(provider: Provider, path: str) -> None:
    path = "/provider/" + path.format(code=a_voucher(provider=provider).code)
    assert at_work(provider, Role.DELIVERY).get(path).status_code == 200
    others = at_work(provider, Role.ADMINISTRATOR, Role.COURSES, Role.MONEY)
    assert others.get(path).status_code == 404
    home = others.get("/provider/")
    assert home.context["tasks"] == []
    assert "/provider/vouchers/" not in home.content.decode()


@pytest.mark.parametrize("path", ["", "accept/", "decline/", "cancel/", "receipt/", "milestones/1/declare/"])
def test_another_providers_voucher_is_not_there(provider: Provider, books: Books, path: str) -> None:
    theirs = a_voucher()
    client, before = at_work(provider), books()
    day = {"occurred_on": today().isoformat(), "reason": "course_full"}
    for code in (theirs.code, new_code(), "nonsense"):
        address = f"/provider/vouchers/{code}/{path}"
        ask = client.post if path in ("accept/", "milestones/1/declare/") else client.get
        assert ask(address, day).status_code == 404
    assert books() == before
    assert Voucher.objects.get(pk=theirs.pk).state == State.ISSUED


def test_each_list_has_what_it_says(provider: Provider) -> None:
    made = {
        "accept": a_voucher(provider=provider),
        "start": a_voucher(provider=provider, state=State.ACCEPTED),
        "running": a_voucher(provider=provider, state=State.STARTED),
        "redeem": a_voucher(provider=provider, confirmed=1),
        "closed": a_voucher(provider=provider, state=State.CLOSED),
    }
    a_voucher()
    client = at_work(provider)

    def listed(stage: str) -> set[str]:
        return {voucher.code for voucher in client.get("/provider/vouchers/", {"stage": stage}).context["page"]}

    expected = {stage: {voucher.code} for stage, voucher in made.items()}
    expected["running"] |= expected["redeem"]
    assert {stage: listed(stage) for stage in made} == expected
    assert listed("all") == {voucher.code for voucher in made.values()}
    assert client.get("/provider/vouchers/", {"stage": "reserved"}).status_code == 404


def test_a_search_by_code_or_name_finds_only_ones_own(provider: Provider) -> None:
    mine, other, theirs = a_voucher(provider=provider), a_voucher(provider=provider), a_voucher()
    call(mine, "Nia", "Morgan-Hughes")
    call(other, "Nia", "Price")
    call(theirs, "Nia", "Morgan-Hughes")
    client = at_work(provider)

    def found(words: str) -> list[str]:
        return [voucher.code for voucher in client.get("/provider/vouchers/", {"q": words}).context["page"]]

    assert found("nia hughes") == found(grouped(mine.code).lower()) == [mine.code]
    assert sorted(found("NIA")) == sorted([mine.code, other.code])
    assert found(theirs.code) == found("%") == found("\x00'; --") == []


def test_those_ticked_are_accepted_with_one_button(provider: Provider, books: Books) -> None:
    one, two, left = vouchers(3, provider=provider)
    before = books()
    response = at_work(provider).post(
        "/provider/vouchers/", {"stage": "accept", "code": [one.code, two.code]}, follow=True
    )
    assert "2 vouchers accepted." in text(response)
    assert dict(Voucher.objects.values_list("code", "state")) == {
        one.code: "accepted",
        two.code: "accepted",
        left.code: "issued",
    }
    assert books() == before


def test_what_cannot_be_done_is_said_and_the_rest_is_done(provider: Provider) -> None:
    good, late = a_voucher(provider=provider), a_voucher(provider=provider, state=State.ACCEPTED)
    theirs = a_voucher()
    response = at_work(provider).post(
        "/provider/vouchers/", {"stage": "accept", "code": [good.code, late.code, theirs.code, "<b>x</b>"]}
    )
    assert response.status_code == 422
    shown = text(response)
    assert "1 voucher accepted." in shown
    assert "3 vouchers could not be done" in shown
    assert "the voucher is: Accepted" in shown
    assert "<b>x</b>" not in response.content.decode()
    assert Voucher.objects.get(pk=good.pk).state == State.ACCEPTED
    assert Voucher.objects.get(pk=theirs.pk).state == State.ISSUED


def test_those_ticked_start_on_a_day(provider: Provider) -> None:
    one, two = vouchers(2, provider=provider, state=State.ACCEPTED)
    yesterday = today() - dt.timedelta(days=1)
    client = at_work(provider)
    body = {"stage": "start", "code": [one.code, two.code], "occurred_on": yesterday.isoformat()}
    assert "2 learners started." in text(client.post("/provider/vouchers/", body, follow=True))
    assert set(one.milestones.filter(number=1).values_list("state", "occurred_on")) == {("declared", yesterday)}


@pytest.mark.parametrize("day", ["", "yesterday", "2027-02-30"])
def test_without_a_day_nobody_starts_and_what_was_ticked_stays_ticked(provider: Provider, day: str) -> None:
    voucher = a_voucher(provider=provider, state=State.ACCEPTED)
    events = Event.objects.count()
    response = at_work(provider).post(
        "/provider/vouchers/", {"stage": "start", "code": [voucher.code], "occurred_on": day}
    )
    assert response.status_code == 422
    assert response.context["ticked"] == {voucher.code}
    assert Event.objects.count() == events


def test_nothing_ticked_is_said(provider: Provider) -> None:
    a_voucher(provider=provider)
    response = at_work(provider).post("/provider/vouchers/", {"stage": "accept"}, follow=True)
    assert "Tick at least one voucher first." in text(response)


def test_one_voucher_shows_its_way_its_steps_and_its_money_and_of_the_learner_only_the_name(
    provider: Provider,
) -> None:
    voucher = a_voucher(provider=provider, confirmed=1, worth=120_00)
    call(voucher, "Nia", "Price")
    response = at_work(provider).get(f"/provider/vouchers/{voucher.code}/")
    shown = text(response)
    assert "Nia Price" in shown
    assert grouped(voucher.code) in shown
    assert "Redeem £30.00" in shown
    assert "£120.00" in shown
    assert "confirmed on" in shown
    page = response.content.decode()
    learner = Learner.objects.select_related("user").get(pk=voucher.learner_id)
    assert learner.user is not None
    for private in (learner.user.email, "1990", "wales", "jobseekers", str(learner.pk)):
        assert private not in page


def test_one_voucher_is_accepted_started_and_completed(provider: Provider) -> None:
    voucher = a_voucher(provider=provider)
    client, address = at_work(provider), f"/provider/vouchers/{voucher.code}/"
    assert "You have accepted the voucher." in text(client.post(f"{address}accept/", follow=True))
    day = {"occurred_on": today().isoformat()}
    client.post(f"{address}milestones/1/declare/", day)
    client.post(f"{address}milestones/2/declare/", day)
    voucher.refresh_from_db()
    assert voucher.state == State.COMPLETED
    assert set(voucher.milestones.values_list("state", flat=True)) == {MilestoneState.DECLARED}
    event = Event.objects.get(kind="voucher.accepted")
    assert (event.actor[:5], event.acting_for) == ("user:", f"provider:{provider.pk}")


def test_a_day_that_cannot_be_is_said_beside_it(provider: Provider) -> None:
    voucher = a_voucher(provider=provider, state=State.ACCEPTED)
    day = {"occurred_on": (today() + dt.timedelta(days=1)).isoformat()}
    response = at_work(provider).post(f"/provider/vouchers/{voucher.code}/milestones/1/declare/", day)
    assert response.status_code == 422
    assert "cannot be dated in the future" in text(response)
    assert Voucher.objects.get(pk=voucher.pk).state == State.ACCEPTED


def test_declining_asks_first_and_sends_the_money_back(provider: Provider, books: Books) -> None:
    voucher = a_voucher(provider=provider, worth=120_00)
    purse = voucher.fundings.get().purse.ledger_account_id
    client, address = at_work(provider), f"/provider/vouchers/{voucher.code}/decline/"
    before = books()
    assert "£120.00 goes back" in text(client.get(address))
    assert books() == before
    client.post(address)
    assert books()[purse] - before[purse] == 120_00
    assert Voucher.objects.get(pk=voucher.pk).outcome == "declined"
    assert client.post(address).status_code == 302  # pressed twice


def test_cancelling_asks_for_a_reason_first(provider: Provider, books: Books) -> None:
    voucher = a_voucher(provider=provider, state=State.ACCEPTED, worth=120_00)
    purse = voucher.fundings.get().purse.ledger_account_id
    client, address = at_work(provider), f"/provider/vouchers/{voucher.code}/cancel/"
    before = books()
    for reason in ("", "because", ["x"]):
        assert client.post(address, {"reason": reason}).status_code == 422
    assert books() == before
    client.post(address, {"reason": "course_full"})
    assert books()[purse] - before[purse] == 120_00
    assert Voucher.objects.get(pk=voucher.pk).cancel_reason == "course_full"
    assert client.get(address).status_code == 302


def test_all_that_is_due_is_redeemed_with_one_button(provider: Provider, books: Books) -> None:
    made = vouchers(3, provider=provider, confirmed=1, worth=120_00)
    a_voucher(provider=provider, state=State.STARTED)
    client = at_work(provider)
    page = client.get("/provider/vouchers/redeem/")
    [owed] = page.context["owed"]
    assert (owed.count, owed.amount_minor) == (3, 90_00)
    codes = [voucher.code for voucher, _code, _amount in page.context["rows"]]
    assert sorted(codes) == sorted(voucher.code for voucher in made)
    response = client.post("/provider/vouchers/redeem/", {"code": codes})
    assert (response.status_code, "3 vouchers redeemed" in text(response)) == (200, True)
    after = books()
    assert after[Payable.objects.get(provider=provider).account_id] == 90_00
    assert [after[voucher.account_id] for voucher in made] == [90_00] * 3
    again = client.post("/provider/vouchers/redeem/", {"code": codes})
    assert (again.status_code, "3 vouchers could not be done" in text(again)) == (422, True)
    assert books() == after
    assert "There is nothing to redeem now." in text(client.get("/provider/vouchers/redeem/"))


def test_a_step_whose_earlier_one_is_not_confirmed_is_not_due(provider: Provider) -> None:
    voucher = a_voucher(provider=provider, state=State.COMPLETED)
    voucher.milestones.filter(number=2).update(
        state=MilestoneState.CONFIRMED, confirmed_at=voucher.issued_at, confirmed_how="password"
    )
    assert list(at_work(provider).get("/provider/vouchers/redeem/").context["rows"]) == []


def test_redeeming_somebody_elses_voucher_pays_nothing(provider: Provider, books: Books) -> None:
    theirs = a_voucher(confirmed=1)
    before = books()
    response = at_work(provider).post("/provider/vouchers/redeem/", {"code": [theirs.code, "\x00"]})
    assert response.status_code == 422
    assert books() == before


@pytest.mark.parametrize(
    ("stage", "state"), [("accept", State.ISSUED), ("start", State.ACCEPTED), ("redeem", State.STARTED)]
)
def test_a_list_of_eight_costs_as_many_queries_as_one_of_two(provider: Provider, stage: str, state: State) -> None:
    def cost(count: int, path: str) -> int:
        vouchers(count, provider=provider, state=state, confirmed=1 if stage == "redeem" else 0)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(path).status_code == 200
        return len(asked)

    client = at_work(provider)
    path = "/provider/vouchers/redeem/" if stage == "redeem" else f"/provider/vouchers/?stage={stage}"
    client.get("/provider/")
    assert cost(2, path) == cost(6, path)


def test_before_the_course_starts_nobody_is_said_to_have_come(provider: Provider) -> None:
    voucher = a_voucher(provider=provider, state=State.ACCEPTED)
    CourseRun.objects.filter(pk=voucher.run_id).update(
        starts_on=today() + dt.timedelta(days=9), ends_on=today() + dt.timedelta(days=30), apply_until=None
    )
    response = at_work(provider).get(f"/provider/vouchers/{voucher.code}/")
    assert response.context["planned"] is None
    assert "Once the learner has come, say so here." in text(response)
