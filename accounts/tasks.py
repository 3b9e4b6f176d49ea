"""What nobody should wait for, and what the clock does to purses. Each judges again under lock and can run twice."""

import structlog
from celery import shared_task

from accounts import closing, cohorts, looking, purses, schemes
from accounts.errors import SchemeClosed
from accounts.models import Scheme, Waiting
from ledger import Actor

log = structlog.get_logger(__name__)


@shared_task
def expire_purses() -> int:
    return purses.expire(actor=Actor.system("accounts.expire_purses"))


@shared_task
def follow_ceilings() -> int:
    """The rules of a later day have come into force: so does what they let their scheme give."""
    return schemes.follow_ceilings(actor=Actor.system("accounts.follow_ceilings"))


@shared_task
def award_waiting() -> int:
    """Whoever waits for a scheme's money gets it when there is some again, wherever it came from; how many did."""
    waited_for = Waiting.objects.filter(ended_at=None).values("learning_account__scheme")
    schemes = Scheme.objects.filter(pk__in=waited_for, state=Scheme.State.OPEN).order_by("pk")
    return sum(cohorts.award_waiting(scheme, actor=Actor.system("accounts.award_waiting")) for scheme in schemes)


@shared_task
def wind_down() -> int:
    """What a scheme's closing left behind, or came after it."""
    closed = Scheme.objects.filter(state=Scheme.State.CLOSED).order_by("pk")
    return sum(closing.wind_down(scheme, actor=Actor.system("accounts.wind_down")) for scheme in closed)


@shared_task
def award_cohort(scheme_id: str) -> int:
    """Award every learning account of a scheme, by its id; how many awards this run made. Run again, it goes on.

    A pot that is short, or a closed scheme, ends it with a warning in the log: trying again would not help.
    """
    scheme, awarded = Scheme.objects.get(pk=scheme_id), 0
    for kind in cohorts.kinds(scheme):
        try:
            for progress in cohorts.award_cohort(scheme, kind, actor=Actor.system("accounts.award_cohort")):
                reached, stopped = progress.awarded, progress.stopped
        except SchemeClosed as closed:
            reached, stopped = 0, closed
        awarded += reached
        if stopped:
            log.warning("accounts.cohort_stopped", scheme=scheme.slug, kind=kind, awarded=reached, why=str(stopped))
    return awarded


@shared_task
def forget_looks() -> int:
    return looking.forget()
