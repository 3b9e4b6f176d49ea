"""Work of the providers' side that nobody should wait for."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task

from ledger import Actor, now
from providers import lapsing
from providers.gathering import gather_words
from providers.importing import carry_out
from providers.models import FeedImport


@shared_task
def import_received(feed_import_id: str) -> None:
    """Import a received feed by the id of its FeedImport, and gather its words; run again, it changes nothing."""
    carry_out(UUID(feed_import_id))
    gather_words()


@shared_task
def gather_new_words() -> int:
    """Bring the words of the catalogue up to date; says how many there are."""
    return gather_words()


@shared_task
def import_left_behind() -> int:
    """Import the feeds that were received and whose own task never came; says how many there were."""
    waiting = FeedImport.objects.left_behind(now()).order_by("started_at", "id").values_list("pk", flat=True)
    return len([carry_out(feed_import_id) for feed_import_id in list(waiting)])


@shared_task
def tell_of_lapsing() -> int:
    """Tell providers of accreditations that come to their end; run again, it tells nobody twice."""
    return lapsing.tell(actor=Actor.system("providers.tell_of_lapsing"))
