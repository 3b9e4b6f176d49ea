"""Work of the providers' side that nobody should wait for."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task

from providers.importing import carry_out


@shared_task(name="providers.import_received")
def import_received(feed_import_id: str) -> None:
    """Import a received feed by the id of its FeedImport; run again, it changes nothing."""
    carry_out(UUID(feed_import_id))
