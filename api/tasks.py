"""What the clock does to the API's own tables, and what is sent to providers. Each task can run twice."""

import datetime as dt

from celery import shared_task

import ledger
from api.models import Answer
from api.webhooks import delivering, forgetting, spreading

KEPT = dt.timedelta(days=30)


@shared_task
def forget_answers() -> int:
    """Delete remembered answers after 30 days; how many. The transfers' own references protect the money after that."""
    deleted, _ = Answer.objects.older_than(ledger.now() - KEPT).delete()
    return deleted


@shared_task
def spread_events() -> None:
    """Read what happened, and owe it to the providers that it concerns."""
    while spreading.spread() == spreading.BATCH:
        pass


@shared_task
def send_webhooks() -> None:
    """Send the webhooks that are due, and come again if there are more."""
    if delivering.send_due():
        send_webhooks.delay()


@shared_task
def tidy_webhooks() -> None:
    """Forget what is old, and seal what a former key sealed."""
    forgetting.forget()
    forgetting.reseal()
