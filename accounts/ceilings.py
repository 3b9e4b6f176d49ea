"""Ceilings: how much a scheme may commit, hold and have spent in all, where its awards are rights to spend."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

import ledger
from accounts import errors, events
from accounts.models import Scheme
from accounts.rules import Rules, wrong
from ledger import Actor, Event, Transfer


def ceilings(schemes: Collection[UUID]) -> dict[UUID, int]:
    """What each of these schemes has been allowed in all, by the ledger; 0 where its awards are money. One query."""
    found = dict.fromkeys(schemes, 0)
    with connection.cursor() as cursor:
        cursor.execute(_CEILINGS, [list(schemes)])
        found.update(cursor.fetchall())
    return found


def check(scheme: Scheme, rules: Rules) -> None:
    """Refuses `CeilingTooLow` for rules that allow less than is committed, held and spent already.

    Raises RulesInvalid for a scheme that commits and whose rules have no ceiling. Two queries, or none.
    """
    if not scheme.commits:
        return
    if rules.budget.ceiling_minor is None:
        raise wrong("budget.ceiling_minor", _("a scheme that commits before it has the money has a ceiling"))
    used_minor = ceilings([scheme.pk])[scheme.pk] - ledger.balances([scheme.awards_from_id])[scheme.awards_from_id]
    if rules.budget.ceiling_minor < used_minor:
        raise errors.CeilingTooLow(scheme=scheme, used_minor=used_minor)


def follow(scheme_id: UUID, *, actor: Actor) -> int:
    """Bring what a scheme may give to the ceiling of the rules in force; by how much, negative when it was lowered.

    Twice is once. A ceiling below what is committed, held and spent by now leaves nothing to give, and is reached as
    what expires comes back: for whoever runs this again. Locks the scheme, then what `ledger.post` locks.
    """
    with transaction.atomic():
        scheme = Scheme.objects.select_for_update(no_key=True).get(pk=scheme_id)
        # Read under the lock: rules may have been published while this waited for it.
        in_force = scheme.rule_versions.filter(valid_from__lte=ledger.today()).order_by("valid_from", "number").last()
        if in_force is None or not scheme.commits:
            return 0
        room = ledger.lock([scheme.awards_from_id])[scheme.awards_from_id]
        was = ceilings([scheme.pk])[scheme.pk]
        change = max((in_force.parsed.budget.ceiling_minor or 0) - was, -room)
        if change:
            happened = events.CEILING_CHANGED.by(
                actor, subject=scheme.subject, rule_version=in_force.pk, from_minor=was, to_minor=was + change
            )
            ledger.post([moved(scheme, change, happened)])
    return change


def moved(scheme: Scheme, amount_minor: int, event: Event) -> Transfer:
    """A ceiling that rises, or for a negative amount falls. Its reference is the event's, by which `ceilings` finds it.

    The headroom is bounded: a ceiling never falls below what is committed, held and spent already.
    """
    assert scheme.authority_id is not None
    assert scheme.headroom_id is not None
    up = amount_minor > 0
    return Transfer(
        debit=scheme.authority_id if up else scheme.headroom_id,
        credit=scheme.headroom_id if up else scheme.authority_id,
        amount_minor=abs(amount_minor),
        currency=scheme.currency,
        kind="ceiling_raised" if up else "ceiling_lowered",
        reference=f"ceiling:{event.id}",
        event=event,
    )


# By the few events of a scheme itself, and not by the many transfers of its headroom.
_CEILINGS = """
    SELECT scheme.id,
        sum(CASE WHEN transfer.credit_id = scheme.headroom_id THEN amount_minor ELSE -amount_minor END)::bigint
    FROM accounts_scheme scheme
    JOIN ledger_event event ON event.subject = 'scheme:' || scheme.id
        AND event.kind IN ('scheme.set_up', 'scheme.ceiling_changed')
    JOIN ledger_transfer transfer ON transfer.reference = 'ceiling:' || event.id
    WHERE scheme.id = ANY (%s::uuid[]) AND scheme.headroom_id IS NOT NULL
    GROUP BY scheme.id
"""
