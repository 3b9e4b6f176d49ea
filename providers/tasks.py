"""Work of the providers' side that nobody should wait for."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task

from ledger import Actor, now
from providers import lapsing
from providers.fetching import check
from providers.gathering import gather_words
from providers.importing import carry_out
from providers.models import FeedImport, FeedSource


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


@shared_task
def check_feed_source(source_id: str) -> None:
    """Check one address of a feed if it is due; run again, or at once with another, it changes nothing more."""
    check(UUID(source_id))


@shared_task
def check_feed_sources() -> int:
    """Have every address that is due checked, each by a task of its own, so that a slow one holds up no other."""
    due = list(FeedSource.objects.due(now()).order_by("next_check_at", "id").values_list("pk", flat=True))
    for source_id in due:
        check_feed_source.delay(str(source_id))
    return len(due)
