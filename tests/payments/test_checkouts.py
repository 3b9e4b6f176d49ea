"""Checkouts: one page a reference, however often it is asked for."""

from __future__ import annotations

from typing import Any

import pytest

from payments import checkouts, tasks
from payments.errors import ReferenceTaken
from payments.models import Checkout, SandboxSession
from payments.webhooks import receive
from tests.factories.payments import CheckoutFactory, begun, session_event, signed

pytestmark = pytest.mark.django_db


def test_a_checkout_begun_twice_is_one_checkout_with_one_page() -> None:
    first, second = begun(), begun()
    assert (first.pk, first.url, first.state) == (second.pk, second.url, "open")
    assert first.url.endswith(f"/sandbox/pay/{first.gateway_id}/")
    assert SandboxSession.objects.count() == 1


@pytest.mark.parametrize("change", [{"amount_minor": 4001}, {"currency": "EUR"}])
def test_the_same_reference_for_other_money_is_refused_and_changes_nothing(change: dict[str, Any]) -> None:
    checkout = begun()
    with pytest.raises(ReferenceTaken):
        begun(**change)
    assert Checkout.objects.get() == checkout
    assert (Checkout.objects.get().amount_minor, SandboxSession.objects.count()) == (4000, 1)


def test_a_page_that_ran_out_unpaid_is_replaced_by_a_new_one() -> None:
    checkout = begun()
    receive(*signed(session_event(checkout, "checkout.session.expired")))
    again = begun()
    assert (again.pk, again.state, again.attempt) == (checkout.pk, "open", 2)
    assert again.gateway_id != checkout.gateway_id
    assert begun().url == again.url


def test_the_end_of_the_old_page_heard_late_does_not_close_the_new_one() -> None:
    checkout = begun()
    ran_out = session_event(checkout, "checkout.session.expired")
    receive(*signed(ran_out))
    begun()
    receive(*signed(ran_out))
    receive(*signed(session_event(checkout, "checkout.session.expired")))
    assert Checkout.objects.get().state == "open"


def test_a_paid_checkout_begun_again_stays_paid() -> None:
    checkout = begun()
    receive(*signed(session_event(checkout)))
    assert (begun().pk, begun().state) == (checkout.pk, "paid")


def test_closing_a_page_waits_for_the_commit_and_leaves_the_state_to_the_gateway(
    django_capture_on_commit_callbacks: Any, queued: list[tuple[str, str]]
) -> None:
    checkout = begun()
    with django_capture_on_commit_callbacks(execute=True):
        checkouts.expire(checkout)
        assert queued == []
    assert queued == [("expire_checkout", str(checkout.pk))]
    tasks.expire_checkout(str(checkout.pk))
    tasks.expire_checkout(str(checkout.pk))
    assert SandboxSession.objects.get().status == "expired"
    assert Checkout.objects.get().state == "open"


def test_there_is_nothing_to_close_of_a_paid_checkout(
    django_capture_on_commit_callbacks: Any, queued: list[tuple[str, str]]
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        checkouts.expire(CheckoutFactory(paid=True))
    assert queued == []
