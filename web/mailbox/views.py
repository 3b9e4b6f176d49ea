"""The demonstration's mailbox."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from web.models import MailboxMessage

SHOWN = 50


@require_GET
def mailbox(request: HttpRequest) -> HttpResponse:
    """The newest e-mails, of everybody or, with `?to=`, of one person."""
    to = request.GET.get("to", "").strip()
    messages = MailboxMessage.objects.filter(to__iexact=to) if to else MailboxMessage.objects.all()
    return render(request, "mailbox/list.html", {"mails": messages[:SHOWN], "to": to})


@require_GET
def message(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One e-mail, as its plain text."""
    return render(request, "mailbox/message.html", {"mail": get_object_or_404(MailboxMessage, pk=pk)})
