"""What the clock does to purses. The task judges again under lock and can run twice."""

from celery import shared_task

from accounts import purses
from ledger import Actor


@shared_task
def expire_purses() -> int:
    return purses.expire(actor=Actor.system("accounts.expire_purses"))
