"""Writing to people: what happened to their money, by e-mail, once an event, from the ledger's feed."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from email.utils import parseaddr
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPSenderRefused
from uuid import UUID

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

import ledger
from accounts.models import Learner, SchemeManager, User
from brokerage.models import Adviser
from config.ids import uuid7
from ledger import feed
from ledger.models import Event
from providers.models import Staff
from web.models import Notice
from web.notifications import not_me
from web.notifications.about_referrals import TO_SERVICES, to_service
from web.notifications.facts import facts_of
from web.notifications.letter import Letter
from web.notifications.letters import LETTERS, TO_ADVISERS, TO_MANAGERS
from web.notifications.to_providers import READERS

READER = "mail"
BATCH = 200
# What could not be sent for so long is left for a person to look at: a Notice that has no `sent_at`.
TRIED_FOR = dt.timedelta(days=3)
# Then as long again as the letter is old, so that many that fail do not keep the workers from all else.
FIRST_WAIT = dt.timedelta(minutes=1)
# What smtplib raises about a letter rather than the server; all its errors are OSErrors.
ABOUT_ONE_LETTER = (SMTPRecipientsRefused, SMTPSenderRefused, SMTPDataError)

log = structlog.get_logger(__name__)


def notice(*, below: int | None = None) -> int:
    """Note which events ask for an e-mail; how many were read. The cursor moves with the notes, or not at all.

    `below` is the feed's horizon; None takes the present one.
    """
    return feed.consume(READER, _note, limit=BATCH, below=below)


def send() -> int:
    """Try each letter that waits once, the oldest first; how many were sent. Two who send at once take different ones.

    Each is sent under its own lock and marked in that transaction. One that was interrupted between sending and
    marking is sent again under the same Message-ID, by which mail programs know it for the same; none is lost. One
    that cannot be sent holds up no other and is tried again later and later, for as long as `TRIED_FOR`.
    """
    sent = 0
    while True:
        with transaction.atomic():
            due = _next()
            if due is None:
                return sent
            try:
                with transaction.atomic():
                    sent += _send(due)
            # Whatever is wrong with this letter, the others are still to be sent; unless the server is away.
            except Exception as error:
                # Not where the letter has a secret, which a traceback would show.
                traced = due.kind not in TO_SERVICES
                if isinstance(error, OSError) and not isinstance(error, ABOUT_ONE_LETTER):
                    log.warning("mail_server_out_of_reach", exc_info=traced)
                    return sent
                log.error("letter_not_sent", notice=str(due.pk), kind=due.kind, exc_info=traced)
                due.due_at = ledger.now() + max(FIRST_WAIT, ledger.now() - due.made_at)
            else:
                due.sent_at = ledger.now()
            due.save(update_fields=["due_at", "sent_at"])


def _next() -> Notice | None:
    """The oldest letter that is due, locked; not one that is too old."""
    now = ledger.now()
    return (
        Notice.objects.filter(sent_at=None, due_at__lte=now, made_at__gt=now - TRIED_FOR)
        .select_related("user")
        .order_by("made_at", "id")
        .select_for_update(of=("self",), skip_locked=True)
        .first()
    )


def _send(due: Notice) -> int:
    """Send the letter, if there is somebody to send it to; how many were sent."""
    if due.kind in TO_SERVICES:
        return _send_to_service(due)
    if due.user is None or not due.user.is_active or not due.user.email:
        return 0
    return _letter(due, due.user).send()


def _send_to_service(due: Notice) -> int:
    with translation.override(settings.LANGUAGE_CODE):
        written = to_service(due)
        if written is None:
            return 0
        message = _message(due, written.letter, written.name, written.email, button=_("Read it"))
        # Each has a link of its own: the newer one is no copy of one that may have arrived, whose link is dead.
        message.extra_headers["Message-ID"] = f"<{uuid7()}@{_our_domain()}>"
        return message.send()


def _note(events: Sequence[Event]) -> None:
    wanted = [event for event in events if event.kind in LETTERS.keys() | TO_SERVICES]
    readers, now = _readers(wanted), ledger.now()
    Notice.objects.bulk_create(
        (
            Notice(
                event_id=event.id,
                user_id=user,
                kind=event.kind,
                facts=event.data | {"subject": event.subject},
                made_at=event.created_at,
                due_at=now,
            )
            for event in wanted
            for user in readers(event)
        ),
        ignore_conflicts=True,
    )


def _readers(events: Sequence[Event]) -> Callable[[Event], Collection[UUID | None]]:
    """Whom each event is told to: the learner it concerns, whoever runs its scheme, its provider's staff, or its
    adviser; None is somebody who is no user. Four queries at most."""
    schemes = {event.data["scheme"] for event in events if event.kind in TO_MANAGERS}
    providers = {_provider(event) for event in events if event.kind in READERS}
    advisers = {event.data["adviser"] for event in events if event.kind in TO_ADVISERS}
    others = TO_MANAGERS | TO_ADVISERS | TO_SERVICES | READERS.keys()
    to_learners = [event for event in events if event.kind not in others]
    learners = {event.data["learner"] for event in to_learners}
    running: dict[str, list[UUID | None]] = defaultdict(list)
    if schemes:
        for scheme, user in SchemeManager.objects.filter(schemes__in=schemes).values_list("schemes", "user_id"):
            running[str(scheme)].append(user)
    staff: dict[str, list[Staff]] = defaultdict(list)
    if providers:
        for member in Staff.objects.current().filter(provider__in=map(UUID, providers)):
            staff[str(member.provider_id)].append(member)
    advising: dict[str, UUID] = {}
    if advisers:
        advising = {str(pk): user for pk, user in Adviser.objects.filter(pk__in=advisers).values_list("pk", "user_id")}
    users = {str(pk): user for pk, user in Learner.objects.filter(pk__in=learners).values_list("pk", "user_id")}

    def of(event: Event) -> Collection[UUID | None]:
        if event.kind in TO_MANAGERS:
            return running[event.data["scheme"]]
        if event.kind in READERS:
            return [each.user_id for each in staff[_provider(event)] if _is_for(event, each)]
        if event.kind in TO_ADVISERS:
            return [advising[event.data["adviser"]]]
        if event.kind in TO_SERVICES:
            return [None]
        return [users.get(event.data["learner"])]

    return of


def _provider(event: Event) -> str:
    """Whose staff an event is told to: the provider that it is about, or whose it is about."""
    about, _, subject = event.subject.partition(":")
    return subject if about == "provider" else str(event.data["provider"])


def _is_for(event: Event, member: Staff) -> bool:
    return any(member.may(role) for role in READERS[event.kind])


def _letter(due: Notice, user: User) -> EmailMultiAlternatives:
    with translation.override(user.language):
        contest = not_me.path(due.kind, due.facts)
        address = f"{settings.PUBLIC_URL}{contest}" if contest else ""
        return _message(due, LETTERS[due.kind](facts_of(due)), user.name, user.email, not_me=address)


def _message(due: Notice, letter: Letter, name: str, email: str, **more: str) -> EmailMultiAlternatives:
    context = {"letter": letter, "name": name, "url": f"{settings.PUBLIC_URL}{letter.path}", **more}
    message = EmailMultiAlternatives(
        " ".join(letter.subject.splitlines()),
        render_to_string("notifications/letter.txt", context),
        to=[email],
        headers={"Message-ID": f"<{due.pk}@{_our_domain()}>", "Auto-Submitted": "auto-generated"},
    )
    message.attach_alternative(render_to_string("notifications/letter.html", context), "text/html")
    if letter.calendar:
        message.attach("talk.ics", letter.calendar.decode(), "text/calendar")
    return message


def _our_domain() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
