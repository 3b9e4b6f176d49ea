"""What the clock does to requests, and to what is kept of those who left. Each task can run twice."""

from celery import shared_task

from brokerage import clocks, leaving
from brokerage.house import handing_over, standing_in
from ledger import Actor


@shared_task
def run_out() -> int:
    return clocks.run_out(actor=Actor.system("brokerage.run_out"))


@shared_task
def erase_who_left() -> int:
    return leaving.erase_due(actor=Actor.system("brokerage.erase_who_left"))


@shared_task
def keep_house() -> int:
    """Who stands in for whom today, and what waits where nobody may answer it any more."""
    actor = Actor.system("brokerage.keep_house")
    return standing_in.refresh(actor=actor) + handing_over.leave_without_a_mark(actor=actor)
