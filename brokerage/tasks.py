"""What the clock does to requests, and to what is kept of those who left. Each task can run twice."""

from celery import shared_task

from brokerage import clocks, leaving
from brokerage.pooling import closing
from ledger import Actor


@shared_task
def run_out() -> int:
    return clocks.run_out(actor=Actor.system("brokerage.run_out"))


@shared_task
def erase_who_left() -> int:
    return leaving.erase_due(actor=Actor.system("brokerage.erase_who_left"))


@shared_task
def close_group_offers() -> int:
    return closing.close_due(actor=Actor.system("brokerage.close_group_offers"))
