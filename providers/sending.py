"""Sending: a provider sends its own feed, or tries first what the feed would do."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

from django.db import transaction

from config.refusals import Refusal
from ledger import Actor
from providers import errors
from providers.feeds.formats import Format
from providers.feeds.plain_text import one_line
from providers.importing import import_feed, receive
from providers.models import FeedImport, FeedLine, Provider
from providers.publishing import may_publish


@dataclass(frozen=True, slots=True)
class Trial:
    """What a feed would have done: its report as it would have been, or the refusal of the whole feed."""

    report: FeedImport | None
    lines: list[FeedLine]
    refusal: Refusal | None = None


def send(
    provider: Provider,
    content: bytes,
    *,
    name: str,
    actor: Actor,
    format: Format | None = None,
    whole: bool = False,
) -> FeedImport:
    """Keep the provider's own feed and have it imported in the background. `name` is what its sender calls it.

    Raises FeedEmpty, ProviderMayNotPublish, and as `importing.receive`. Locks the provider.
    """
    if not content.strip():
        raise errors.FeedEmpty()
    with transaction.atomic():
        locked = may_publish(provider)
        return receive(content, source_name=one_line(name), actor=actor, provider=locked, format=format, whole=whole)


def rehearse(
    provider: Provider,
    content: bytes,
    *,
    name: str,
    actor: Actor,
    format: Format | None = None,
    whole: bool = False,
) -> Trial:
    """Import the provider's own feed and undo it: what it would have done, and nothing has changed, nor is kept.

    Raises FeedEmpty and ProviderMayNotPublish; a feed that is refused as a whole is in the answer.
    """
    if not content.strip():
        raise errors.FeedEmpty()
    with transaction.atomic():
        locked = may_publish(provider)
        try:
            report = import_feed(
                BytesIO(content), source_name=one_line(name), actor=actor, provider=locked, format=format, whole=whole
            )
            lines = list(report.lines.order_by("id"))
        except Refusal as refusal:
            return Trial(None, [], refusal)
        finally:
            transaction.set_rollback(True)
    return Trial(report, lines)
