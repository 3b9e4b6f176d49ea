"""The register: a course run's learners and a day, all said in one post, what was wrong said beside its learner."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Learner
from config.ids import uuid7
from ledger import today
from providers.models import Provider
from tests.factories.providers import ProviderFactory
from tests.factories.vouchers import a_voucher, vouchers
from tests.web.learner.visiting import signed_in
from tests.web.provider.visiting import at_work, text
from vouchers.attendance import AttendanceRecord
from vouchers.models import Control, State, Voucher

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider() -> Provider:
    return ProviderFactory()


def address(voucher: Voucher) -> str:
    return f"/provider/attendance/{voucher.run_id}/"


def ticked(said: dict[Voucher, str], day: dt.date | None = None) -> dict[str, Any]:
    return {"day": (day or today()).isoformat()} | {f"attended-{one.code}": word for one, word in said.items()}


def recorded() -> dict[Any, str]:
    return dict(AttendanceRecord.objects.standing().values_list("voucher", "attended"))


def test_the_runs_that_somebody_is_on_are_listed(provider: Provider) -> None:
    here = vouchers(2, provider=provider, state=State.STARTED)
    a_voucher(provider=provider, state=State.ACCEPTED)
    a_voucher(state=State.STARTED)
    page = at_work(provider).get("/provider/attendance/")
    assert [(run.pk, run.learners) for run in page.context["runs"]] == [(here[0].run_id, 2)]


def test_a_whole_register_is_saved_in_one_post(provider: Provider) -> None:
    one, two, three, four = vouchers(4, provider=provider, state=State.STARTED)
    client = at_work(provider)
    said = ticked({one: "present", two: "absent", three: "excused", four: ""})
    response = client.post(address(one), said, follow=True)
    assert "Recorded for 3 learners." in text(response)
    assert recorded() == {one.pk: "present", two.pk: "absent", three.pk: "excused"}
    shown = {row.voucher.pk: (row.ticked, row.rate.percent) for row in response.context["rows"]}
    assert shown == {
        one.pk: ("present", 100),
        two.pk: ("absent", 0),
        three.pk: ("excused", None),
        four.pk: ("", None),
    }


def test_what_was_wrong_is_said_beside_its_learner_and_the_rest_is_saved(provider: Provider) -> None:
    good, frozen = vouchers(2, provider=provider, state=State.STARTED)
    Voucher.objects.filter(pk=frozen.pk).update(control=Control.FROZEN)
    response = at_work(provider).post(address(good), ticked({good: "present", frozen: "absent"}))
    assert response.status_code == 422
    rows = {row.voucher.pk: row for row in response.context["rows"]}
    assert (rows[good.pk].error, "being looked at" in rows[frozen.pk].error, rows[frozen.pk].ticked) == (
        "",
        True,
        "absent",
    )
    assert recorded() == {good.pk: "present"}


def test_a_day_before_they_started_is_refused_for_each(provider: Provider) -> None:
    one, two = vouchers(2, provider=provider, state=State.STARTED)
    yesterday = today() - dt.timedelta(days=1)
    response = at_work(provider).post(address(one), ticked({one: "present", two: "absent"}, yesterday))
    assert response.status_code == 422
    assert all("cannot be recorded for that day" in row.error for row in response.context["rows"])
    assert recorded() == {}


@pytest.mark.parametrize("day", ["", "tomorrow", "2027-02-30", "\x00"])
def test_a_day_that_is_none_records_nothing(provider: Provider, day: str) -> None:
    voucher = a_voucher(provider=provider, state=State.STARTED)
    client = at_work(provider)
    assert client.post(address(voucher), ticked({voucher: "present"}) | {"day": day}).status_code == 422
    assert client.get(address(voucher), {"day": day}).status_code == 422
    assert recorded() == {}


def test_a_word_that_is_none_and_a_voucher_of_another_run_record_nothing(provider: Provider) -> None:
    voucher, elsewhere = (a_voucher(provider=provider, state=State.STARTED) for _ in range(2))
    theirs = a_voucher(state=State.STARTED)
    said = ticked({voucher: "late", elsewhere: "present", theirs: "present"})
    at_work(provider).post(address(voucher), said)
    assert recorded() == {}


def test_the_day_asked_for_is_shown_as_it_was_recorded(provider: Provider, clock: Any) -> None:
    voucher = a_voucher(provider=provider, state=State.STARTED)
    client, first = at_work(provider), today()
    client.post(address(voucher), ticked({voucher: "absent"}))
    clock.move_by(days=1)
    assert client.get(address(voucher)).context["rows"][0].ticked == ""
    assert client.get(address(voucher), {"day": first.isoformat()}).context["rows"][0].ticked == "absent"


def test_the_register_can_be_printed(provider: Provider) -> None:
    voucher = a_voucher(provider=provider, state=State.STARTED)
    response = at_work(provider).get(f"{address(voucher)}print/", {"day": today().isoformat()})
    assert "Megan Rees" in text(response)
    assert "Signature" in text(response)


def test_another_providers_register_is_not_there(provider: Provider) -> None:
    theirs = a_voucher(state=State.STARTED)
    client = at_work(provider)
    for path in (address(theirs), f"{address(theirs)}print/", f"/provider/attendance/{uuid7()}/"):
        assert client.get(path).status_code == 404
    assert client.post(address(theirs), ticked({theirs: "absent"})).status_code == 404
    assert recorded() == {}


def test_a_register_of_eight_costs_as_many_queries_as_one_of_two(provider: Provider) -> None:
    def cost(count: int) -> int:
        made = vouchers(count, provider=provider, state=State.STARTED)
        client.post(address(made[0]), ticked(dict.fromkeys(made, "present")))
        with CaptureQueriesContext(connection) as asked:
            assert len(client.get(address(made[0])).context["rows"]) == count
        return len(asked)

    client = at_work(provider)
    client.get("/provider/")
    assert cost(2) == cost(8)


def test_the_learner_sees_what_is_recorded_about_them_and_where_to_object(provider: Provider) -> None:
    voucher = a_voucher(provider=provider, state=State.STARTED)
    learner = Learner.objects.get(pk=voucher.learner_id)
    path = f"/learner/vouchers/{voucher.pk}/"
    assert "Your attendance" not in text(signed_in(learner).get(path))
    at_work(provider).post(address(voucher), ticked({voucher: "absent"}))
    response = signed_in(learner).get(path)
    assert "Your attendance" in text(response)
    assert "Absent" in text(response)
    assert "Is this wrong?" in text(response)
    assert f"/learner/vouchers/{voucher.pk}/milestones/1/not-right/" in response.content.decode()
