"""What the clock does to vouchers. Each task judges again under lock and can run twice."""

from celery import shared_task

from ledger import Actor
from vouchers import confirmation, ending, stopping, warning


@shared_task
def lapse() -> int:
    return ending.lapse(actor=Actor.system("vouchers.lapse"))


@shared_task
def expire() -> int:
    return ending.expire(actor=Actor.system("vouchers.expire"))


@shared_task
def end_stranded() -> int:
    return stopping.end_stranded(actor=Actor.system("vouchers.end_stranded"))


@shared_task
def confirm_by_silence() -> int:
    return confirmation.confirm_by_silence(actor=Actor.system("vouchers.confirm_by_silence"))


@shared_task
def warn_of_budgets() -> int:
    return len(warning.warn(actor=Actor.system("vouchers.warn_of_budgets")))
