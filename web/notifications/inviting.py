"""The letter with an invitation's link: written at once, since nothing that the ledger keeps knows the link."""

from __future__ import annotations

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from brokerage.representing import Invited as InvitedRepresentative
from providers.staffing import Invited
from web.notifications.letter import Letter
from web.templatetags.waymark import day

log = structlog.get_logger(__name__)


def send_invitation(invited: Invited) -> bool:
    """Send the link to whoever was invited, in the language of the page; whether the mail server took it."""
    invitation = invited.invitation
    letter = Letter(
        _("You are invited to work with {provider}").format(provider=invitation.provider.name),
        (
            _("{name} asks you to help run {provider} on Waymark.").format(
                name=invitation.invited_by.name, provider=invitation.provider.name
            ),
            _("The link can be used once, until {day}, by whoever signs in with this e-mail address.").format(
                day=day(invitation.expires_at)
            ),
            _("If you do not know what this is about, do nothing."),
        ),
        reverse("join", args=[invited.token]),
    )
    return _send(letter, invitation.email, str(invitation.pk))


def send_representatives_invitation(invited: InvitedRepresentative) -> bool:
    """The same to somebody whom a learner asks to act for them."""
    asked = invited.representative
    letter = Letter(
        _("{name} asks you to act for them on Waymark").format(name=asked.learner.name),
        (
            _("{name} has a learning account, and would like you to look after it with them.").format(
                name=asked.learner.name
            ),
            _("The link can be used once, until {day}, by whoever signs in with this e-mail address.").format(
                day=day(asked.expires_at)
            ),
            _("If you do not know what this is about, do nothing."),
        ),
        reverse("represent", args=[invited.token]),
    )
    return _send(letter, asked.email, str(asked.pk))


def _send(letter: Letter, email: str, invitation: str) -> bool:
    context = {
        "letter": letter,
        "name": email,
        "url": f"{settings.PUBLIC_URL}{letter.path}",
        "button": _("See the invitation"),
    }
    message = EmailMultiAlternatives(
        " ".join(letter.subject.splitlines()),
        render_to_string("notifications/letter.txt", context),
        to=[email],
        headers={"Auto-Submitted": "auto-generated"},
    )
    message.attach_alternative(render_to_string("notifications/letter.html", context), "text/html")
    try:
        message.send()
    except OSError as error:
        # Not with its traceback, which shows the link.
        log.warning("invitation_not_sent", invitation=invitation, error=type(error).__name__)
        return False
    return True
