"""Work at the border that nobody should wait for. Arguments are ids; each task can run twice."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from payments import refunds
from payments.gateway import gateway
from payments.models import CardRefund, Checkout, CheckoutState, SandboxDelivery
from payments.sandbox import deliveries, paying, paying_out

_AT_ONCE = 200


@shared_task
def send_refund(refund_id: str) -> None:
    """Hand a pending refund to the gateway."""
    refunds.send(refund_id)


@shared_task
def expire_checkout(checkout_id: str) -> None:
    """Have the gateway close a page that should not be paid any more."""
    checkout = Checkout.objects.filter(pk=checkout_id, state=CheckoutState.OPEN).first()
    if checkout is not None:
        gateway().expire_checkout(checkout.gateway_id)


@shared_task
def deliver_sandbox_webhook(delivery_id: str) -> None:
    """Try one webhook of the sandbox, if it is due."""
    deliveries.deliver(delivery_id)


@shared_task
def pay_sandbox_out() -> int:
    """Have the sandbox pay out what it holds; how many payouts it made."""
    return paying_out.pay_out()


@shared_task
def sweep() -> None:
    """Whatever a killed worker or a lost message left undone: unsent refunds, due webhooks, pages past their time."""
    now = timezone.now()
    for refund in CardRefund.objects.unsent().order_by("id").values_list("id", flat=True)[:_AT_ONCE]:
        send_refund.delay(str(refund))
    for delivery in SandboxDelivery.objects.due(now).order_by("due_at").values_list("id", flat=True)[:_AT_ONCE]:
        deliver_sandbox_webhook.delay(delivery)
    paying.expire_overdue(now)
