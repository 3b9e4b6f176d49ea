"""What the clock does for the ledger. The task can run twice."""

from celery import shared_task

from ledger import snapshots


@shared_task
def take_snapshots() -> int:
    return snapshots.take()
