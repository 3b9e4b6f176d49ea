"""Writing to people: what happened to their money, by e-mail, once an event, from the ledger's feed."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation

import ledger
from accounts.models import Learner
from ledger import feed
from ledger.models import Event
from web.models import Notice
from web.notifications.letters import LETTERS

READER = "mail"
BATCH = 200


def notice() -> int:
    """Note which events ask for an e-mail; how many were read. The cursor moves with the notes, or not at all."""
    return feed.consume(READER, _note, limit=BATCH)


def send() -> int:
    """Send what has been noted and not sent; how many. Each is sent under its own lock, and marked in that transaction:
    one that is interrupted between sending and marking may come twice, and none is lost."""
    sent = 0
    while True:
        with transaction.atomic():
            due = (
                Notice.objects.filter(sent_at=None)
                .select_related("user")
                .order_by("made_at", "id")
                .select_for_update(of=("self",), skip_locked=True)
                .first()
            )
            if due is None:
                return sent
            if due.user is not None:
                _letter(due).send()
            due.sent_at = ledger.now()
            due.save(update_fields=["sent_at"])
        sent += 1


def _note(events: Sequence[Event]) -> None:
    wanted = [event for event in events if event.kind in LETTERS and "learner" in event.data]
    users = dict(
        Learner.objects.filter(pk__in={event.data["learner"] for event in wanted}).values_list("pk", "user_id")
    )
    by_learner = {str(learner): user for learner, user in users.items()}
    Notice.objects.bulk_create(
        (
            Notice(
                event_id=event.id,
                user_id=by_learner.get(event.data["learner"]),
                kind=event.kind,
                facts=event.data | {"subject": event.subject.partition(":")[2]},
                made_at=event.created_at,
            )
            for event in wanted
        ),
        ignore_conflicts=True,
    )


def _letter(due: Notice) -> EmailMultiAlternatives:
    assert due.user is not None  # somebody who has left gets no mail
    with translation.override(due.user.language):
        letter = LETTERS[due.kind](due.facts)
        context = {"letter": letter, "name": due.user.name, "url": f"{settings.PUBLIC_URL}{letter.path}"}
        message = EmailMultiAlternatives(
            letter.subject, render_to_string("notifications/letter.txt", context), to=[due.user.email]
        )
        message.attach_alternative(render_to_string("notifications/letter.html", context), "text/html")
    return message
