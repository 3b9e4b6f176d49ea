"""An e-mail backend that keeps instead of sending."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend

import ledger
from web.models import MailboxMessage


class MailboxBackend(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        received_at = ledger.now()
        kept = [
            MailboxMessage(
                to=address,
                subject=str(message.subject)[:250],
                text=str(message.body),
                html=_html(message),
                received_at=received_at,
            )
            for message in email_messages
            for address in message.to
        ]
        MailboxMessage.objects.bulk_create(kept)
        return len(email_messages)


def _html(message: EmailMessage) -> str:
    alternatives = message.alternatives if isinstance(message, EmailMultiAlternatives) else []
    return next((str(content) for content, kind in alternatives if kind == "text/html"), "")
