"""Webhooks arrive, signed, whatever receivers do and whoever is killed; and stop when they are not wanted."""

from __future__ import annotations

import datetime as dt
import json
import threading
import time
from typing import Any

import pytest
from django.utils import timezone
from standardwebhooks import Webhook, WebhookVerificationError

from api import sealing, tasks
from api.webhook_models import WebhookAttempt, WebhookDelivery, WebhookEndpoint, WebhookSecret
from api.webhooks import delivering, following, forgetting, subscribing, telling
from api.webhooks.delivering import AT_ONCE_EACH, claim, send_due
from config.outbound import Answer, CannotReach
from ledger.models import Event
from tests.factories.vouchers import ACTOR, a_voucher, vouchers
from tests.factories.webhooks import Receiver, a_webhook, receiving, spread
from tests.racing import together

pytestmark = pytest.mark.django_db


def an_owed(count: int = 1, **endpoint: Any) -> tuple[WebhookEndpoint, str]:
    """A webhook that is owed `count` events."""
    found, secret = a_webhook(**endpoint)
    vouchers(count, provider=found.provider)
    spread()
    return found, secret


def make_due() -> None:
    WebhookDelivery.objects.filter(due_at__isnull=False).update(due_at=timezone.now(), in_flight_until=None)


def answers(status: int) -> delivering.Post:
    return lambda url, body, headers: Answer(status, {}, b"")


def test_an_event_arrives_signed_as_the_feed_has_it(receiver: Receiver) -> None:
    endpoint, secret = an_owed(url=receiver.url)
    assert send_due() is False
    [heard] = receiver.heard
    [event] = following.page(endpoint.provider, {}).events
    assert heard.verified(secret) == telling.shown([event])[0]
    assert heard.webhook_id == str(event.id)
    assert heard.path == "/hooks"
    assert heard.headers["content-type"] == "application/json"
    assert heard.headers["user-agent"] == "Waymark-Webhooks/1"
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.attempts, delivery.due_at) == ("delivered", 1, None)
    attempt = WebhookAttempt.objects.get()
    assert (attempt.delivery, attempt.status, attempt.said) == (delivery, 204, "")
    send_due()
    assert len(receiver.heard) == 1


def test_a_body_or_time_that_was_changed_does_not_verify(receiver: Receiver) -> None:
    _, secret = an_owed(url=receiver.url)
    send_due()
    [heard] = receiver.heard
    later = str(int(heard.headers["webhook-timestamp"]) + 1)
    for body, headers in (
        (heard.body.replace(b"12000", b"12001"), heard.headers),
        (heard.body, heard.headers | {"webhook-timestamp": later}),
    ):
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(body, headers)


def test_during_a_rotation_both_secrets_sign_and_after_it_only_the_new_one(receiver: Receiver) -> None:
    endpoint, old = an_owed(url=receiver.url)
    _, new = subscribing.rotate(endpoint.pk, endpoint.provider, actor=ACTOR)
    send_due()
    [both] = receiver.heard
    assert both.verified(old) == both.verified(new)
    assert len(both.headers["webhook-signature"].split()) == 2
    WebhookSecret.objects.filter(signs_until__isnull=False).update(signs_until=timezone.now())
    a_voucher(provider=endpoint.provider)
    spread()
    send_due()
    alone = receiver.heard[1]
    assert alone.verified(new)
    with pytest.raises(WebhookVerificationError):
        alone.verified(old)


@pytest.mark.parametrize("answer", [301, 302, 307, 400, 404, 429, 500, 503])
def test_anything_but_2xx_is_a_failure_and_a_redirect_is_not_followed(receiver: Receiver, answer: int) -> None:
    receiver.answers = [answer]
    an_owed(url=receiver.url)
    send_due()
    assert [heard.path for heard in receiver.heard] == ["/hooks"]
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.in_flight_until) == ("waiting", None)
    assert WebhookAttempt.objects.get().status == answer


def test_a_failure_is_tried_again_with_the_same_id_and_body_and_a_new_signature(receiver: Receiver) -> None:
    receiver.answers = [500, 200]
    endpoint, secret = an_owed(url=receiver.url)
    send_due()
    assert WebhookEndpoint.objects.get().failing_since is not None
    send_due()
    assert len(receiver.heard) == 1, "not due yet"
    make_due()
    send_due()
    first, second = receiver.heard
    assert (first.webhook_id, first.body) == (second.webhook_id, second.body)
    assert second.verified(secret)
    assert WebhookDelivery.objects.get().state == "delivered"
    assert [attempt.status for attempt in WebhookAttempt.objects.all()] == [500, 200]
    endpoint.refresh_from_db()
    assert endpoint.failing_since is None


def test_the_waits_double_with_a_jitter_up_to_four_hours_and_end_after_three_days() -> None:
    an_owed()
    waits = []
    for _ in range(14):
        make_due()
        before = timezone.now()
        send_due(post=answers(500))
        due_at = WebhookDelivery.objects.get().due_at
        assert due_at is not None
        waits.append((due_at - before).total_seconds())
    expected = [5 * 2**n for n in range(12)] + [14_400] * 2
    for wait, base in zip(waits, expected, strict=True):
        assert base * 0.79 <= wait <= base * 1.21
    WebhookDelivery.objects.update(give_up_at=timezone.now())
    make_due()
    send_due(post=answers(500))
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.due_at, delivery.attempts) == ("given_up", None, 15)


def test_three_days_are_counted_from_when_it_was_owed() -> None:
    an_owed()
    delivery = WebhookDelivery.objects.get()
    assert delivery.give_up_at - delivery.created_at == dt.timedelta(days=3)


def test_410_switches_the_endpoint_off_at_once(receiver: Receiver) -> None:
    receiver.answers = [410]
    endpoint, _ = an_owed(url=receiver.url)
    send_due()
    endpoint.refresh_from_db()
    assert (endpoint.state, endpoint.why_disabled) == ("disabled", "gone")
    assert WebhookDelivery.objects.get().state == "given_up"
    event = Event.objects.get(kind="webhook.disabled")
    assert event.data == {"provider": str(endpoint.provider_id), "reason": "gone"}
    a_voucher(provider=endpoint.provider)
    spread()
    assert WebhookDelivery.objects.count() == 1


def test_after_five_days_of_nothing_but_failures_the_endpoint_is_switched_off() -> None:
    endpoint, _ = an_owed()
    send_due(post=answers(500))
    WebhookEndpoint.objects.update(failing_since=timezone.now() - dt.timedelta(days=5) + dt.timedelta(minutes=1))
    make_due()
    send_due(post=answers(500))
    endpoint.refresh_from_db()
    assert endpoint.state == "enabled"
    WebhookEndpoint.objects.update(failing_since=timezone.now() - dt.timedelta(days=5))
    make_due()
    send_due(post=answers(500))
    endpoint.refresh_from_db()
    assert (endpoint.state, endpoint.why_disabled) == ("disabled", "failing")
    assert Event.objects.get(kind="webhook.disabled").data["reason"] == "failing"
    make_due()
    assert claim(10) == []
    on = subscribing.change(endpoint.pk, endpoint.provider, enabled=True, actor=ACTOR)
    assert (on.state, on.why_disabled, on.failing_since) == ("enabled", "", None)
    assert len(claim(10)) == 1


def test_no_endpoint_gets_more_at_once_than_it_may_and_each_has_its_turn() -> None:
    busy, _ = an_owed(AT_ONCE_EACH + 5)
    other, _ = an_owed(1)
    first = claim(2)
    assert {each.endpoint for each in first} == {busy.pk, other.pk}
    second = claim(100)
    assert [each.endpoint for each in second] == [busy.pk] * (AT_ONCE_EACH - 1)
    assert claim(100) == []
    later = timezone.now() + delivering.LEASE
    assert len(claim(100, at=later)) == AT_ONCE_EACH + 1, "whoever sent these is gone"


@pytest.mark.django_db(transaction=True)
def test_two_who_claim_at_once_take_different_ones_and_no_more_than_may_be_sent() -> None:
    an_owed(AT_ONCE_EACH + 4)
    one, other = together(lambda: claim(AT_ONCE_EACH - 2), lambda: claim(AT_ONCE_EACH - 2))
    taken = [each.delivery for each in (*one, *other)]
    assert len(set(taken)) == len(taken) == AT_ONCE_EACH


@pytest.mark.django_db(transaction=True)
def test_while_one_process_sends_another_has_nothing_to_do(inside: None) -> None:
    an_owed()
    begun, go_on = threading.Event(), threading.Event()

    def held_up(url: str, body: bytes, headers: dict[str, str]) -> Answer:
        begun.set()
        go_on.wait(20)
        return Answer(204, {}, b"")

    def meanwhile() -> bool:
        begun.wait(20)
        try:
            return send_due(post=held_up)
        finally:
            go_on.set()

    assert together(lambda: send_due(post=held_up), meanwhile) == [False, False]
    assert WebhookAttempt.objects.count() == 1


def test_an_endpoint_that_fails_is_tried_with_one_at_a_time() -> None:
    an_owed(3)
    WebhookEndpoint.objects.update(failing_since=timezone.now())
    assert len(claim(100)) == 1
    assert claim(100) == []


def test_claims_come_in_the_order_of_the_events() -> None:
    an_owed(5)
    claimed = claim(5)
    in_order = [str(event.id) for event in Event.objects.filter(kind="voucher.issued").order_by("era", "xid", "id")]
    assert [str(each.webhook_id) for each in claimed] == in_order


def test_a_slow_receiver_holds_up_nobody_else(receiver: Receiver) -> None:
    an_owed(3, url=receiver.url)
    with receiving() as slow:
        slow.seconds = 1.5
        an_owed(3, url=slow.url)
        arrived = []

        def post(url: str, body: bytes, headers: dict[str, str]) -> Answer:
            answer = delivering.over_http(url, body, headers)
            arrived.append((url, time.monotonic()))
            return answer

        began = time.monotonic()
        send_due(post=post)
    quick = [at - began for url, at in arrived if url == receiver.url]
    assert len(arrived) == 6
    assert max(quick) < 1.4


def test_many_are_sent_at_once_and_each_arrives_once(receiver: Receiver) -> None:
    an_owed(40, url=receiver.url)
    receiver.seconds = 0.02
    send_due()
    assert len({heard.webhook_id for heard in receiver.heard}) == len(receiver.heard) == 40
    assert 1 < receiver.most_at_once <= AT_ONCE_EACH
    assert set(WebhookDelivery.objects.values_list("state", "attempts")) == {("delivered", 1)}


class Killed(BaseException):
    """The worker's process ends here."""


def test_a_worker_killed_while_it_sends_leaves_a_delivery_that_comes_due_again() -> None:
    an_owed()

    def killed(url: str, body: bytes, headers: dict[str, str]) -> Answer:
        raise Killed

    with pytest.raises(Killed):
        send_due(post=killed)
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.attempts) == ("waiting", 1)
    assert claim(10) == [], "neither due, nor free"
    WebhookDelivery.objects.update(due_at=timezone.now())
    assert claim(10) == [], "not free: whoever has it may still be sending"
    make_due()
    send_due(post=answers(200))
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == ("delivered", 2)


def test_only_so_many_processes_send_at_once(settings: Any) -> None:
    an_owed()
    settings.WEBHOOK_PROCESSES = 0
    assert send_due(post=answers(200)) is False
    assert WebhookDelivery.objects.get().attempts == 0


def test_when_time_is_over_the_rest_is_left_to_the_next_task(queued: list[str], monkeypatch: Any) -> None:
    an_owed()
    queued.clear()
    assert send_due(seconds=0, post=answers(200)) is True
    monkeypatch.setattr(delivering, "send_due", lambda: True)
    tasks.send_webhooks()
    assert queued == ["send_webhooks"]


def test_what_a_receiver_breaks_here_holds_up_no_other() -> None:
    an_owed(2)
    turns = iter([AttributeError("what?"), CannotReach("There is no server of that name.")])

    def broken(url: str, body: bytes, headers: dict[str, str]) -> Answer:
        raise next(turns)

    send_due(post=broken)
    send_due(post=broken)
    said = set(WebhookAttempt.objects.values_list("status", "said"))
    assert (None, "What came back could not be read.") in said


def test_what_is_kept_of_an_answer_is_its_beginning_as_plain_text() -> None:
    an_owed()
    send_due(post=lambda *_: Answer(500, {}, b"<b>no\x00\x1b[31m\xff " + b"a" * 3000))
    said = WebhookAttempt.objects.get().said
    assert said.startswith("<b>no  [31m� aaa")
    assert len(said) == 300


def test_a_secret_that_cannot_be_read_any_more_is_said_and_nothing_is_sent(settings: Any, receiver: Receiver) -> None:
    an_owed(url=receiver.url)
    settings.SECRET_KEY = "another"
    send_due()
    assert receiver.heard == []
    assert "secret" in WebhookAttempt.objects.get().said


def test_secrets_follow_a_new_key_while_the_old_one_is_a_fallback(settings: Any, receiver: Receiver) -> None:
    _, secret = an_owed(url=receiver.url)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another"
    assert forgetting.reseal() == 1
    assert forgetting.reseal() == 0
    settings.SECRET_KEY_FALLBACKS = []
    assert sealing.unseal(WebhookSecret.objects.get().sealed) == secret
    send_due()
    assert receiver.heard[0].verified(secret)


def test_the_log_is_kept_for_thirty_days_and_old_secrets_go() -> None:
    endpoint, _ = an_owed(2)
    subscribing.rotate(endpoint.pk, endpoint.provider, actor=ACTOR)
    send_due(post=answers(200))
    old = WebhookDelivery.objects.first()
    assert old is not None
    long_ago = timezone.now() - dt.timedelta(days=31)
    WebhookDelivery.objects.filter(pk=old.pk).update(created_at=long_ago, give_up_at=long_ago)
    WebhookSecret.objects.filter(signs_until__isnull=False).update(signs_until=long_ago)
    assert forgetting.forget() == 1
    assert WebhookDelivery.objects.count() == WebhookAttempt.objects.count() == WebhookSecret.objects.count() == 1
    tasks.tidy_webhooks()
    assert WebhookDelivery.objects.count() == 1


def test_a_sandboxs_calendar_changes_nothing_about_tries(clock: Any) -> None:
    an_owed()
    clock.move_by(days=400)
    send_due(post=answers(500))
    delivery = WebhookDelivery.objects.get()
    assert delivery.state == "waiting"
    assert delivery.due_at is not None
    assert delivery.due_at < timezone.now() + dt.timedelta(minutes=1)


def test_a_test_has_no_event_and_its_own_id(receiver: Receiver) -> None:
    endpoint, secret = a_webhook(url=receiver.url)
    delivery = subscribing.send_test(endpoint.pk, endpoint.provider)
    assert subscribing.send_test(endpoint.pk, endpoint.provider).pk == delivery.pk, "one at a time"
    send_due()
    [heard] = receiver.heard
    said = heard.verified(secret)
    assert (said["id"], said["kind"], said["data"]) == (str(delivery.pk), "webhook.test", {})
    assert heard.webhook_id == str(delivery.pk)
    assert json.loads(heard.body) == said
    assert subscribing.send_test(endpoint.pk, endpoint.provider).pk != delivery.pk


def test_what_was_given_up_can_be_sent_again_with_the_same_id(receiver: Receiver) -> None:
    receiver.answers = [500, 200]
    endpoint, _ = an_owed(url=receiver.url)
    WebhookDelivery.objects.update(give_up_at=timezone.now())
    send_due()
    delivery = WebhookDelivery.objects.get()
    assert delivery.state == "given_up"
    subscribing.redeliver(delivery.pk, endpoint.pk, endpoint.provider)
    send_due()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == ("delivered", 1)
    first, second = receiver.heard
    assert first.webhook_id == second.webhook_id


@pytest.mark.parametrize("count", [1, 12])
def test_sending_costs_the_same_however_many_go_at_once(count: int, django_assert_max_num_queries: Any) -> None:
    an_owed(1)
    for _ in range(count - 1):
        an_owed(1)
    with django_assert_max_num_queries(13):
        claimed = claim(64)
        results = [delivering._try(each, answers(200)) for each in claimed]
        delivering.note(results)
    assert WebhookDelivery.objects.filter(state="delivered").count() == count
