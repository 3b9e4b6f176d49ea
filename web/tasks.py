"""What the clock does for the pages. The task can run twice."""

from celery import shared_task

from web.notifications import writing


@shared_task
def write_to_people() -> int:
    """Read what happened, and send what it asks for."""
    while writing.notice() == writing.BATCH:
        pass
    return writing.send()
