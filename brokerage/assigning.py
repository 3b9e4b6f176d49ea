"""Assigning: who answers whom, and who covers for them.

Nobody is given a learner or a request who may not broker (`QualityMark`), or who has declared an interest in it.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

import ledger
from accounts.models import Learner
from brokerage.advocacy.models import GoodWord
from brokerage.models import WAITING, Adviser, Caseload, Request
from brokerage.organisation_models import Interest, has_place, holds_a_mark

Asked = tuple[UUID, UUID | None]
Desk = tuple[Adviser, Adviser | None]


def name_advisers(learners: Sequence[Learner], advisers: Sequence[Adviser]) -> None:
    """Give each learner without a named adviser one of `advisers` who has a place for them and is not of their family,
    in turn; a learner keeps the one they have, and stays without one where nobody has a place.

    Locks the advisers in id order.
    """
    with transaction.atomic():
        since = ledger.now()
        places = _places(advisers)
        named = set(Caseload.objects.filter(learner__in=learners).values_list("learner", flat=True))
        family = _family(learners, advisers)
        entries = []
        for turn, learner in enumerate(learners):
            if learner.pk in named:
                continue
            first = turn % len(advisers)
            for adviser in (*advisers[first:], *advisers[:first]):
                if places[adviser.pk] > 0 and (adviser.pk, learner.pk) not in family:
                    places[adviser.pk] -= 1
                    entries.append(Caseload(learner=learner, adviser=adviser, since=since))
                    break
        Caseload.objects.bulk_create(entries, ignore_conflicts=True)


def brokering(today: dt.date) -> QuerySet[Any]:
    """Advisers who may broker today, with how many requests wait for each (`waiting`): whoever is there comes first,
    then whoever has fewest waiting."""
    found: QuerySet[Any] = Adviser.objects.filter(holds_a_mark(today, of="organisation"))
    found = found.annotate(
        waiting=Count("requests", filter=Q(requests__state__in=WAITING)),
        is_away=Q(stand_in__isnull=False),
    )
    return found.order_by("is_away", "waiting", "id")


def with_a_place(advisers: QuerySet[Any]) -> QuerySet[Any]:
    """Those of them who may get one more learner."""
    learners = Caseload.objects.filter(adviser=OuterRef("pk")).order_by().values("adviser").annotate(many=Count("pk"))
    counted: QuerySet[Any] = advisers.annotate(learners=Coalesce(Subquery(learners.values("many")), 0))
    return counted.filter(has_place())


def desks_for(asked: Collection[Asked], today: dt.date) -> dict[Asked, Desk]:
    """Who answers each request, and who covers, by (learner, provider), None where it is about none: the learner's
    named adviser, else whoever has fewest waiting; nobody who may not broker, who has an interest in it, or who is the
    learner themselves.

    A fixed number of queries. What nobody could answer is left out.
    """
    learners = {learner for learner, _provider in asked}
    named = {
        entry.learner_id: entry.adviser
        for entry in Caseload.objects.filter(
            holds_a_mark(today, of="adviser__organisation"), learner__in=learners
        ).select_related("adviser__cover")
    }
    against = _against(asked)
    desks: dict[Asked, Desk] = {}
    others: list[Any] | None = None
    given: Counter[UUID] = Counter()
    for key in asked:
        adviser = named.get(key[0])
        if adviser is None or adviser.pk in against.get(key, ()):
            if others is None:
                others = list(brokering(today).select_related("cover"))
            free = [each for each in others if each.pk not in against.get(key, ())]
            if not free:
                continue
            first = adviser
            adviser = min(
                free,
                key=lambda each: (
                    not _follows(each, first),
                    each.stand_in_id is not None,
                    each.waiting + given[each.pk],
                    each.pk,
                ),
            )
            given[adviser.pk] += 1
        desks[key] = (adviser, adviser.cover)
    return desks


def another_adviser(request: Request, *, not_by: Iterable[UUID] = ()) -> Desk | None:
    """Who looks at a request after those who decided on it, and who covers; None when there is nobody.

    Somebody else than they are, than `not_by`, than whoever spoke for the learner and than the learner, who may broker
    and has no interest in it: first who covers for the adviser who has it, then a colleague of the same organisation,
    then anybody, of those whoever has fewest waiting. Whoever is away comes after all who are there. One query.
    """
    had_it = request.adviser
    interested = Interest.objects.against(request.learner_id, request.run.course.provider_id)
    spoke = GoodWord.objects.filter(request=request, said_at__isnull=False)
    others = list(
        brokering(ledger.today())
        .exclude(decisions__request=request)
        .exclude(user=request.learner.user_id)
        .exclude(pk__in=not_by)
        .exclude(Exists(interested.filter(adviser=OuterRef("pk"))))
        .exclude(Exists(spoke.filter(adviser=OuterRef("pk"))))
        .annotate(
            covers=Q(pk=had_it.cover_id if had_it else None),
            is_colleague=Q(organisation=had_it.organisation_id if had_it else None),
        )
        .order_by("is_away", "-covers", "-is_colleague", "waiting", "id")[:2]
    )
    return (others[0], others[1] if len(others) > 1 else None) if others else None


def _follows(adviser: Adviser, first: Adviser | None) -> bool:
    """Whether this one comes first in place of `first`: whoever covers for them."""
    return first is not None and adviser.pk == first.cover_id


def _places(advisers: Sequence[Adviser]) -> Counter[UUID]:
    """How many more learners each may get: none where their organisation may not broker. Locks them."""
    ids = [adviser.pk for adviser in advisers]
    list(Adviser.objects.filter(pk__in=ids).order_by("id").select_for_update(no_key=True))
    rows = (
        Adviser.objects.filter(holds_a_mark(ledger.today(), of="organisation"), pk__in=ids)
        .annotate(learners=Count("caseload"))
        .values_list("pk", "learners", "caseload_limit", "organisation__caseload_limit")
    )
    places = Counter[UUID]()
    for pk, has, own, organisation in rows:
        limit = own if own is not None else organisation
        places[pk] = max(0, limit - has) if limit is not None else 1_000_000
    return places


def _family(learners: Sequence[Learner], advisers: Sequence[Adviser]) -> set[tuple[UUID, UUID]]:
    """Who of these advisers has declared whom of these learners to be of their family, as (adviser, learner)."""
    declared = list(Interest.objects.blocking().filter(kind=Interest.Kind.FAMILY, adviser__in=advisers))
    emails = [interest.email for interest in declared if interest.email]
    people = Learner.objects.filter(user__email__in=emails, pk__in=[learner.pk for learner in learners])
    by_email = dict(people.values_list("user__email", "pk")) if emails else {}
    whom = ((interest.adviser_id, interest.learner_id or by_email.get(interest.email)) for interest in declared)
    return {(adviser, learner) for adviser, learner in whom if learner is not None}


def _against(asked: Collection[Asked]) -> dict[Asked, set[UUID]]:
    """The advisers who do not answer, by (learner, provider): interested ones, and the learner themselves. Two
    queries."""
    them = Learner.objects.filter(pk__in={learner for learner, _ in asked})
    rows = them.values_list("pk", "user__email", "user__adviser")
    people: dict[UUID, tuple[str | None, UUID | None]] = {pk: (email, adviser) for pk, email, adviser in rows}
    of_them = Q(provider__in={provider for _, provider in asked if provider}) | Q(kind=Interest.Kind.FAMILY)
    interests = list(Interest.objects.blocking().filter(of_them).values_list("adviser", "provider", "learner", "email"))
    against: dict[Asked, set[UUID]] = {}
    for learner, provider in asked:
        email, themselves = people[learner]
        against[learner, provider] = {
            adviser
            for adviser, in_provider, of_learner, address in interests
            if (provider and provider == in_provider) or learner == of_learner or (address and address == email)
        } | ({themselves} if themselves else set())
    return against
