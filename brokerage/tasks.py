"""What the clock does to requests, and to what is kept of those who left. Each task can run twice."""

from celery import shared_task

from brokerage import clocks, leaving
from brokerage.hearing import asking
from brokerage.organisations import handing_over, standing_in
from brokerage.pooling import closing
from brokerage.talking import booking, calling_back
from ledger import Actor


@shared_task
def run_out() -> int:
    return clocks.run_out(actor=Actor.system("brokerage.run_out"))


@shared_task
def erase_who_left() -> int:
    return leaving.erase_due(actor=Actor.system("brokerage.erase_who_left"))


@shared_task
def hand_call_backs_over() -> int:
    return calling_back.run_out(actor=Actor.system("brokerage.hand_call_backs_over"))


@shared_task
def remind_of_talks() -> int:
    return booking.remind(actor=Actor.system("brokerage.remind_of_talks"))


@shared_task
def keep_organisations() -> int:
    """Who stands in for whom today, and what waits where nobody may answer it any more."""
    actor = Actor.system("brokerage.keep_organisations")
    return standing_in.refresh(actor=actor) + handing_over.leave_without_a_mark(actor=actor)


@shared_task
def close_group_offers() -> int:
    return closing.close_due(actor=Actor.system("brokerage.close_group_offers"))


@shared_task
def ask_how_it_was() -> int:
    """Of a talk or a decision, the day after; and what became of learners, half a year after a course."""
    actor = Actor.system("brokerage.ask_how_it_was")
    return asking.about_guidance(actor=actor) + asking.what_became(actor=actor)
