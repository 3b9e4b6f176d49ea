"""Badging: a completed course becomes a signed credential, and one that was given back is good no more."""

from __future__ import annotations

import base64
import datetime as dt
import gzip
import secrets
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import Learner
from brokerage.progress import errors, events
from brokerage.progress.credential import BITS, credential
from brokerage.progress.models import Badge
from brokerage.progress.signing import CREDENTIALS, issuer, moment, signing_keys
from brokerage.progress.taken import COMPLETED, courses_taken
from config.ids import uuid7
from ledger import Actor, now, record
from vouchers.models import Redemption, Voucher

# A list is begun when the one before is half full, so that a free bit is soon found by chance.
A_LIST = BITS // 2
# How long a list may be read from a cache before it is asked for again.
FRESH = dt.timedelta(minutes=5)
LISTED_FOR = dt.timedelta(days=1)


def badge_of(voucher: UUID, *, learner: Learner, actor: Actor) -> Badge:
    """The badge of a course that the learner completed: the same one whenever it is asked for.

    Refuses `BadgesNotOffered`, `NotInStory` (also when it is somebody else's), `NotCompleted` (also while something
    about it is being looked into). Locks the voucher.
    """
    if not signing_keys():
        raise errors.BadgesNotOffered()
    with transaction.atomic():
        if not Voucher.objects.of_learner(learner).filter(pk=voucher).select_for_update(no_key=True).exists():
            raise errors.NotInStory()
        standing = Badge.objects.filter(voucher=voucher, revoked_at=None).first()
        if standing is not None and Badge.objects.filter(_given_back(), pk=standing.pk).exists():
            _revoke(standing, learner, actor)
            standing = None
        taken = next(iter(courses_taken(learner, pk=voucher)), None)
        if taken is None or not taken.clear:
            raise errors.NotCompleted()
        if standing is not None:
            return standing
        at, pk, place = now(), uuid7(), _free_place()
        badge = Badge.objects.create(
            id=pk,
            voucher=taken.voucher,
            place=place,
            issued_at=at,
            reversals=_reversed().filter(voucher=voucher).count(),
            content=credential(taken, badge=pk, place=place, at=at),
        )
        _record(events.BADGE_ISSUED, badge, learner, actor)
    return badge


def status_list(number: int, *, as_token: bool = False) -> dict[str, Any] | None:
    """The unsigned list of which badges are good no more (W3C Bitstring Status List 1.0); None where there is none."""
    places = Q(place__gte=number * BITS, place__lt=(number + 1) * BITS)
    if not Badge.objects.filter(places).exists():
        return None
    bits = bytearray(BITS // 8)
    for place in Badge.objects.filter(places, Q(revoked_at__isnull=False) | _given_back()).values_list(
        "place", flat=True
    ):
        byte, bit = divmod(place % BITS, 8)
        bits[byte] |= 0x80 >> bit
    at = now()
    address = f"{settings.PUBLIC_URL}/badges/status/{number}/{'token/' if as_token else ''}"
    encoded = base64.urlsafe_b64encode(gzip.compress(bytes(bits), mtime=0)).rstrip(b"=").decode()
    return {
        "@context": [CREDENTIALS],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer(),
        "validFrom": moment(at),
        "validUntil": moment(at + LISTED_FOR),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": f"u{encoded}",
            "ttl": FRESH // dt.timedelta(milliseconds=1),
        },
    }


def _given_back() -> Q:
    """Badges whose course is no longer completed, or of which more was given back since than before.

    Counted and not timed: a transaction that began earlier may give back later.
    """
    completed = Voucher.objects.filter(COMPLETED, pk=OuterRef("voucher"))
    reversals = _reversed().filter(voucher=OuterRef("voucher")).order_by().values("voucher").annotate(many=Count("pk"))
    return ~Exists(completed) | Q(reversals__lt=Coalesce(Subquery(reversals.values("many")), 0))


def _reversed() -> QuerySet[Redemption]:
    return Redemption.objects.filter(reversed_at__isnull=False)


def _revoke(badge: Badge, learner: Learner, actor: Actor) -> None:
    badge.revoked_at = now()
    badge.save(update_fields=["revoked_at"])
    _record(events.BADGE_REVOKED, badge, learner, actor)


def _free_place() -> int:
    """A place that no badge has, drawn by chance: neighbours in a list have nothing to do with each other."""
    number = Badge.objects.count() // A_LIST
    while True:
        place = number * BITS + secrets.randbelow(BITS)
        if not Badge.objects.filter(place=place).exists():
            return place


def _record(kind: Any, badge: Badge, learner: Learner, actor: Actor) -> None:
    record(kind.by(actor, badge.subject, learner=learner.pk, voucher=badge.voucher_id))
