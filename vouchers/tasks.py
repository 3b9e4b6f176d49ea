"""What the clock does to vouchers. Each task judges again under lock and can run twice."""

from celery import shared_task

from ledger import Actor
from payments.bank import bank
from vouchers import confirmation, ending, stopping, warning
from vouchers.cards import paying_out
from vouchers.paying import sending, settling
from vouchers.payouts import PayoutRun, RunState


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


@shared_task
def ask_the_bank() -> int:
    """Give the bank each run that it has not answered in full, and take in its answers; how many payouts they settled
    or returned. The bank knows a file that it was given before, and we an answer."""
    followed = 0
    for run in PayoutRun.objects.filter(state=RunState.SENT).select_related("scheme").order_by("sent_at"):
        for answer in bank().answers(sending.file(run)):
            heard = settling.hear(answer, actor=Actor.system("vouchers.ask_the_bank"))
            followed += len(heard.settled) + len(heard.returned)
    return followed


@shared_task
def follow_card_payouts() -> int:
    """Post what the card gateway has paid out and kept, and take back what failed; how many payouts."""
    return paying_out.follow(actor=Actor.system("vouchers.follow_card_payouts"))
