"""What the clock does for the ledger. The task can run twice."""

import structlog
from celery import shared_task

from ledger import sealing

log = structlog.get_logger(__name__)


@shared_task
def seal() -> int:
    """Seal what is below the horizon, and log how far that is behind: as an error once it is too far."""
    sealed = sealing.seal()
    lag = sealing.lag()
    tell = log.error if lag.alarming else log.info
    tell("ledger.seal_lag", transactions=lag.transactions, seconds=lag.seconds)
    return sealed
