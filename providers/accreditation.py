"""Accreditation: the quality marks that a provider and a course both need before the first sale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from config.refusals import Refusal
from config.walls import walled_by
from ledger import Actor, Event, now, record
from providers import errors, events
from providers.feeds.plain_text import one_line
from providers.models import Accreditation, Course, Provider

EndReason = Accreditation.EndReason
Holder = TypeVar("Holder", Provider, Course)


@dataclass(frozen=True, slots=True)
class Mark(Generic[Holder]):
    """A quality mark to be recorded: it holds from the first day to the last, both included, or without end."""

    holder: Holder
    issuer: str
    valid_from: date
    valid_until: date | None = None
    scope: str = ""
    reference: str = ""


def accredit_providers(
    marks: Sequence[Mark[Provider]], *, actor: Actor, by: UUID | None = None
) -> list[Accreditation | Refusal]:
    """Record accreditations of providers, each judged on its own; one event each. `by` is the person who records it.

    Refused: AccreditationWithoutIssuer, AccreditationDatesReversed, TextTooLong, and AccreditationOverlaps for one
    of the same issuer and scope on some of the same days (raised instead where it comes at the same moment).
    """
    return _accredit([(mark, Accreditation(provider=mark.holder, recorded_by_id=by)) for mark in marks], actor)


def accredit_courses(
    marks: Sequence[Mark[Course]], *, actor: Actor, by: UUID | None = None
) -> list[Accreditation | Refusal]:
    """Record accreditations of courses; everything else as with `accredit_providers`."""
    return _accredit([(mark, Accreditation(course=mark.holder, recorded_by_id=by)) for mark in marks], actor)


def end(
    accreditation: Accreditation,
    last_day: date,
    *,
    actor: Actor,
    reason: EndReason = EndReason.ISSUER,
    by: UUID | None = None,
) -> Accreditation:
    """Let an accreditation hold up to `last_day` and no longer.

    Raises AccreditationEndedAlready for one that was withdrawn, AccreditationDatesReversed, and AccreditationOverlaps
    where it would be lengthened into another. Locks the accreditation.
    """
    with transaction.atomic(), walled_by(_walls(accreditation.issuer)):
        locked = _locked(accreditation)
        if last_day < locked.valid_from:
            raise errors.AccreditationDatesReversed(
                field="last_day", valid_from=locked.valid_from, valid_until=last_day
            )
        locked.valid_until = last_day
        return _ended(locked, reason, by, actor)


def withdraw(accreditation: Accreditation, *, actor: Actor, reason: EndReason, by: UUID | None = None) -> Accreditation:
    """Let an accreditation count for nothing from this moment. Raises AccreditationEndedAlready. Locks it."""
    with transaction.atomic():
        locked = _locked(accreditation)
        locked.withdrawn = True
        return _ended(locked, reason, by, actor)


def issuers() -> list[str]:
    """The issuers of the accreditations that there are, to choose from. One query."""
    return list(Accreditation.objects.order_by("issuer").values_list("issuer", flat=True).distinct()[:200])


def _locked(accreditation: Accreditation) -> Accreditation:
    rows = Accreditation.objects.select_for_update(of=("self",), no_key=True).select_related("course")
    locked = rows.get(pk=accreditation.pk)
    if locked.withdrawn:
        raise errors.AccreditationEndedAlready()
    return locked


def _ended(locked: Accreditation, reason: EndReason, by: UUID | None, actor: Actor) -> Accreditation:
    locked.ended_at, locked.end_reason, locked.ended_by_id = now(), reason, by
    locked.save(update_fields=["valid_until", "withdrawn", "ended_at", "end_reason", "ended_by"])
    record(
        events.ACCREDITATION_ENDED.by(
            actor,
            subject=locked.subject,
            provider=locked.course.provider_id if locked.course else locked.provider_id,
            course=locked.course_id,
            valid_until=locked.valid_until,
            reason=locked.end_reason,
            withdrawn=locked.withdrawn,
        )
    )
    return locked


def _accredit(
    asked: Sequence[tuple[Mark[Provider] | Mark[Course], Accreditation]], actor: Actor
) -> list[Accreditation | Refusal]:
    with transaction.atomic(), walled_by(_walls("")):
        held: dict[tuple[UUID | None, UUID | None], list[Accreditation]] = {}
        for known in _held([row for _mark, row in asked]):
            held.setdefault(_holder(known), []).append(known)
        judged: list[Accreditation | Refusal] = []
        moment = now()
        for mark, row in asked:
            row.recorded_at = moment
            answer = _judge(mark, row, held.setdefault(_holder(row), []))
            judged.append(answer)
            if isinstance(answer, Accreditation):
                held[_holder(answer)].append(answer)
        given = [answer for answer in judged if isinstance(answer, Accreditation)]
        Accreditation.objects.bulk_create(given)
        record(*(_event(accreditation, actor) for accreditation in given))
    return judged


def _judge(
    mark: Mark[Provider] | Mark[Course], row: Accreditation, held: Sequence[Accreditation]
) -> Accreditation | Refusal:
    row.issuer, row.scope, row.reference = one_line(mark.issuer), one_line(mark.scope), one_line(mark.reference)
    row.valid_from, row.valid_until = mark.valid_from, mark.valid_until
    if not row.issuer:
        return errors.AccreditationWithoutIssuer(field="issuer")
    for field in ("issuer", "scope", "reference"):
        if (characters := len(getattr(row, field))) > 200:
            return errors.TextTooLong(field=field, what=field, characters=characters, most=200)
    if row.valid_until is not None and row.valid_until < row.valid_from:
        return errors.AccreditationDatesReversed(
            field="valid_until", valid_from=row.valid_from, valid_until=row.valid_until
        )
    if any(_overlap(row, other) for other in held):
        return errors.AccreditationOverlaps(issuer=row.issuer)
    return row


def _overlap(one: Accreditation, other: Accreditation) -> bool:
    return (
        (one.issuer, one.scope) == (other.issuer, other.scope)
        and one.valid_from <= (other.valid_until or date.max)
        and other.valid_from <= (one.valid_until or date.max)
    )


def _held(rows: Sequence[Accreditation]) -> list[Accreditation]:
    """What these providers and courses hold already, but for what was withdrawn."""
    providers, courses = {row.provider_id for row in rows} - {None}, {row.course_id for row in rows} - {None}
    holders = Q(provider__in=providers) | Q(course__in=courses)
    return list(Accreditation.objects.filter(holders, withdrawn=False).order_by("id"))


def _holder(row: Accreditation) -> tuple[UUID | None, UUID | None]:
    return row.provider_id, row.course_id


def _event(row: Accreditation, actor: Actor) -> Event:
    days = {"accreditation": row.id, "valid_from": row.valid_from, "valid_until": row.valid_until}
    if row.course is not None:
        return events.COURSE_ACCREDITED.by(actor, subject=row.course.subject, provider=row.course.provider_id, **days)
    return events.PROVIDER_ACCREDITED.by(actor, subject=f"provider:{row.provider_id}", **days)


def _walls(issuer: str) -> dict[str, Refusal]:
    overlap = errors.AccreditationOverlaps(issuer=issuer)
    return {f"one_accreditation_of_a_{holder}_at_a_time": overlap for holder in ("provider", "course")}
