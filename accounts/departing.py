"""Departing: a learner's sign-in ends, and later, or at once, everything that says who they were."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models, transaction

import ledger
from accounts import events
from accounts.models import Departure, Learner, User
from config.personal import Until, forget
from ledger import Actor


def depart(learner: Learner, *, erase_on: dt.date, actor: Actor) -> Departure:
    """The learner leaves: what nobody needs once they have is forgotten now, and the rest from `erase_on` on.

    For whoever has locked the learner. Their sessions end; a person who is more here than a learner keeps their
    sign-in for that.
    """
    with transaction.atomic():
        departure = Departure.objects.create(learner=learner, left_at=ledger.now(), erase_on=erase_on)
        user = learner.user
        stays = user is not None and _is_more(user)
        forget(learner.pk, Until.LEAVING, sign_in=not stays)
        if user is not None and not stays:
            user.is_active = False
            user.set_unusable_password()  # which ends every session
            user.save(update_fields=["is_active", "password"])
        ledger.record(events.LEARNER_LEFT.by(actor, subject=learner.subject, erase_on=erase_on))
    return departure


def erase(learner: Learner, *, actor: Actor) -> None:
    """Nothing here says any more who the learner was; the ledger, which never said it, is as it was.

    For whoever has locked the learner, who has left. Erased again, nothing changes.
    """
    with transaction.atomic():
        if learner.erased_at:
            return
        user, learner.user = learner.user, None
        stays = user is not None and _is_more(user)
        forget(learner.pk, Until.ERASURE, sign_in=not stays)
        learner.given_name = learner.family_name = ""
        learner.date_of_birth, learner.erased_at = None, ledger.now()
        learner.save(update_fields=["user", "given_name", "family_name", "date_of_birth", "erased_at"])
        if user is not None and not stays:
            user.email, user.name, user.language = f"{user.pk}@erased.invalid", "", settings.LANGUAGE_CODE
            user.save(update_fields=["email", "name", "language"])
        ledger.record(events.LEARNER_ERASED.by(actor, subject=learner.subject))


def _is_more(user: User) -> bool:
    """Whether somebody is also an adviser, a scheme's manager, a college's staff or an administrator."""
    roles = [
        related.field
        for related in User._meta.related_objects
        if related.field.name == "user" and related.on_delete is models.PROTECT
    ]
    return user.is_staff or any(role.model._default_manager.filter(user=user).exists() for role in roles)
