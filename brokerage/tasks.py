"""What the clock does to requests. The task judges again under lock and can run twice."""

from celery import shared_task

from brokerage import clocks
from ledger import Actor


@shared_task
def run_out() -> int:
    return clocks.run_out(actor=Actor.system("brokerage.run_out"))
