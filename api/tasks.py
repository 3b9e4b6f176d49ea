"""What the clock does to the API's own tables."""

import datetime as dt

from celery import shared_task

import ledger
from api.models import Answer

KEPT = dt.timedelta(days=30)


@shared_task
def forget_answers() -> int:
    """Delete remembered answers after 30 days; how many. The transfers' own references protect the money after that."""
    deleted, _ = Answer.objects.older_than(ledger.now() - KEPT).delete()
    return deleted
