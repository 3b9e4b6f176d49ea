"""Managing: somebody is appointed to run schemes. An operator does that; nobody appoints themselves."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

import ledger
from accounts import errors, events
from accounts.models import Scheme, SchemeManager, User
from config.walls import walled_by
from ledger import Actor


def appoint(email: str, slugs: Sequence[str], *, sets_up: bool = False, actor: Actor) -> SchemeManager:
    """Let the person with this e-mail run these schemes, by their short names, beside those they run already.

    With `sets_up` they may set up schemes that are not there yet. Twice is once. Refuses `NobodyWithEmail`,
    `NoSuchScheme`, `ManagesNothingElse`.
    """
    # Who advises learners and who works for a provider is known on the floors above, which have put up this wall.
    with transaction.atomic(), walled_by({"roles_that_exclude_each_other": errors.ManagesNothingElse(email=email)}):
        user = User.objects.filter(email=email.strip().lower(), is_active=True).first()
        if user is None:
            raise errors.NobodyWithEmail(email=email)
        found = {scheme.slug: scheme for scheme in Scheme.objects.filter(slug__in=slugs)}
        if missing := [slug for slug in slugs if slug not in found]:
            raise errors.NoSuchScheme(slug=missing[0])
        manager, _made = SchemeManager.objects.get_or_create(user=user)
        manager.schemes.add(*found.values())
        if sets_up and not manager.sets_up:
            manager.sets_up = True
            manager.save(update_fields=["sets_up"])
        ledger.record(
            *(
                events.MANAGER_APPOINTED.by(actor, subject=scheme.subject, user=user.pk, sets_up=manager.sets_up)
                for scheme in found.values()
            )
        )
    return manager
