"""Whose each event is, what is told of it, and to which endpoints it is owed: once each, in the ledger's order."""

from __future__ import annotations

from typing import Any

import pytest

import ledger
from api.webhook_models import ProviderEvent, WebhookDelivery
from api.webhooks import following, spreading, subscribing, telling
from api.webhooks.kinds import TOLD
from config.refusals import only
from ledger.models import Event
from providers import accreditation, importing, registering
from providers.models import Provider
from providers.registering import Because, Reason
from tests.factories.providers import CourseFactory, ProviderFactory
from tests.factories.vouchers import ACTOR, a_voucher, vouchers
from tests.factories.webhooks import ALL, a_webhook, spread
from tests.providers.feed_writing import small_feed
from vouchers import control, ending, redemption
from vouchers.ending import Cancellation
from vouchers.events import OF_THE_PROVIDER
from vouchers.models import CancelReason, Control, State

pytestmark = pytest.mark.django_db


def kinds_of(provider: Provider) -> list[str]:
    return [event.kind for event in following.page(provider, {}).events]


def shown(provider: Provider, kind: str) -> Any:
    """What the provider reads of its only event of this kind."""
    page = following.page(provider, {"kind": kind})
    [found] = telling.shown(page.events)
    return found["data"]


def test_a_voucher_from_issue_to_its_end_is_told_in_order_by_its_code() -> None:
    voucher = a_voucher(state=State.CLOSED)
    spread()
    assert kinds_of(voucher.provider) == [
        "voucher.issued",
        "voucher.accepted",
        "voucher.started",
        "milestone.declared",
        "milestone.declared",
        "voucher.completed",
        "milestone.confirmed",
        "milestone.confirmed",
        "voucher.closed",
        "voucher.redeemed",
        "voucher.redeemed",
    ]
    [issued] = telling.shown(following.page(voucher.provider, {"kind": "voucher.issued"}).events)
    event = Event.objects.get(kind="voucher.issued")
    assert issued == {
        "id": str(event.id),
        "kind": "voucher.issued",
        "occurred_at": event.created_at.isoformat().replace("+00:00", "Z"),
        "data": {
            "voucher": voucher.code,
            "scheme": "ila-wales-2003",
            "price_minor": 120_00,
            "accept_by": event.data["accept_by"],
        },
    }


def test_how_the_learner_paid_and_where_it_went_back_is_not_told() -> None:
    voucher = a_voucher(own=True)
    ending.cancel([Cancellation(voucher.code, CancelReason.COURSE_FULL)], by=voucher.provider, actor=ACTOR)
    spread()
    assert kinds_of(voucher.provider) == ["voucher.issued", "voucher.closed"]
    assert shown(voucher.provider, "voucher.closed") == {
        "voucher": voucher.code,
        "scheme": "ila-wales-2003",
        "outcome": "cancelled",
        "reason": "course_full",
    }
    page = following.page(voucher.provider, {})
    assert str(voucher.learner_id) not in str(telling.shown(page.events))


def test_a_voucher_that_nobody_paid_for_is_not_told() -> None:
    voucher = a_voucher(state=State.RESERVED, own=True)
    ending.withdraw(voucher.pk, learner=voucher.learner, actor=ACTOR)
    spread()
    assert Event.objects.filter(kind="voucher.closed").exists()
    assert kinds_of(voucher.provider) == []


def test_reversals_and_reviews_are_told() -> None:
    voucher = a_voucher(confirmed=1)
    [made] = only(redemption.redeem([redemption.Line(voucher.code)], by=voucher.provider, actor=ACTOR)).redemptions
    redemption.reverse(made.pk, by=voucher.provider, actor=ACTOR)
    control.set_control(voucher.pk, Control.UNDER_REVIEW, actor=ACTOR)
    spread()
    redeemed = shown(voucher.provider, "voucher.redeemed")
    assert redeemed == shown(voucher.provider, "voucher.redemption_reversed")
    assert redeemed == {
        "voucher": voucher.code,
        "scheme": "ila-wales-2003",
        "redemption": str(made.pk),
        "number": 1,
        "amount_minor": 30_00,
    }
    assert shown(voucher.provider, "voucher.control_changed")["control"] == "under_review"


def test_everything_that_a_providers_receipts_prove_is_told() -> None:
    assert TOLD.keys() >= OF_THE_PROVIDER


def test_a_providers_state_and_accreditations_are_told_by_the_courses_identifier() -> None:
    provider = ProviderFactory(accredited=False)
    course = CourseFactory(provider=provider, accredited=False)
    since = ledger.today()
    ours = accreditation.Mark(provider, issuer="Quality Council", valid_from=since)
    accreditation.accredit_providers([ours], actor=ACTOR)
    mark = accreditation.Mark(course, issuer="Quality Council", valid_from=since)
    accreditation.accredit_courses([mark], actor=ACTOR)
    registering.suspend(provider, actor=ACTOR, because=Because(Reason.QUALITY, "Complaints."))
    spread()
    assert kinds_of(provider) == ["provider.accredited", "course.accredited", "provider.suspended"]
    assert shown(provider, "course.accredited") == {
        "course": course.identifier,
        "valid_from": ledger.today().isoformat(),
        "valid_until": None,
    }


def test_a_feed_is_told_to_whose_it_is() -> None:
    sent = importing.import_feed(small_feed(), source_name="feed.xml", actor=ACTOR)
    spread()
    provider = Provider.objects.get()
    assert sent.provider == provider
    told_of = shown(provider, "feed.imported")
    assert told_of["feed"] == str(sent.pk)
    assert told_of["created"] == sent.created > 0
    assert set(told_of) == {"feed", "created", "changed", "unchanged", "withdrawn", "refused"}


def test_each_event_is_owed_once_to_each_endpoint_that_wants_it(queued: list[str]) -> None:
    provider = ProviderFactory()
    everything, _ = a_webhook(provider)
    some, _ = a_webhook(provider, kinds=["voucher.accepted"])
    a_webhook()
    off, _ = a_webhook(provider)
    subscribing.change(off.pk, provider, enabled=False, actor=ACTOR)
    a_voucher(provider=provider, state=State.ACCEPTED)
    spread()
    spread()
    assert sorted(WebhookDelivery.objects.values_list("endpoint", "kind")) == sorted(
        [(everything.pk, "voucher.issued"), (everything.pk, "voucher.accepted"), (some.pk, "voucher.accepted")]
    )


@pytest.mark.django_db(transaction=True)
def test_an_endpoint_is_owed_what_ends_after_it_was_added_and_nothing_from_before(
    alone_in_the_cluster: None, queued: list[str]
) -> None:
    provider = ProviderFactory()
    a_voucher(provider=provider)
    a_webhook(provider)
    a_voucher(provider=provider, state=State.ACCEPTED)
    spread()
    assert ProviderEvent.objects.count() == 3
    assert sorted(WebhookDelivery.objects.values_list("kind", flat=True)) == ["voucher.accepted", "voucher.issued"]
    assert queued == ["send_webhooks"]


def test_a_reader_that_fails_in_the_middle_owes_nothing_and_finds_it_again(monkeypatch: pytest.MonkeyPatch) -> None:
    endpoint, _ = a_webhook()
    a_voucher(provider=endpoint.provider)
    with monkeypatch.context() as broken:
        broken.setattr(spreading, "WebhookDelivery", None)
        with pytest.raises(TypeError):
            spread()
    assert not ProviderEvent.objects.exists()
    spread()
    assert WebhookDelivery.objects.get().kind == "voucher.issued"


def test_a_batch_costs_the_same_however_many_events_there_are(django_assert_num_queries: Any) -> None:
    provider = ProviderFactory()
    a_webhook(provider)
    vouchers(1, provider=provider)
    spread()
    for count in (1, 20):
        vouchers(count, provider=provider)
        with django_assert_num_queries(11):
            spreading.spread(below=ALL)
