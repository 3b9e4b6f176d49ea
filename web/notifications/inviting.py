"""The letter with an invitation's link: written at once, since nothing that the ledger keeps knows the link."""

from __future__ import annotations

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

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
    context = {
        "letter": letter,
        "name": invitation.email,
        "url": f"{settings.PUBLIC_URL}{letter.path}",
        "button": _("See the invitation"),
    }
    message = EmailMultiAlternatives(
        " ".join(letter.subject.splitlines()),
        render_to_string("notifications/letter.txt", context),
        to=[invitation.email],
        headers={"Auto-Submitted": "auto-generated"},
    )
    message.attach_alternative(render_to_string("notifications/letter.html", context), "text/html")
    try:
        message.send()
    except OSError as error:
        # Not with its traceback, which shows the link.
        log.warning("invitation_not_sent", invitation=str(invitation.pk), error=type(error).__name__)
        return False
    return True
