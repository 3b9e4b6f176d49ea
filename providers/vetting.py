"""Vetting: the scheme's staff look at a course and its price, and say what it is, whether it may be sold, and for how
much at most."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from config.bulk import write_back
from config.refusals import Refusal
from config.walls import walled_by
from ledger import Actor, Event, now, record, today
from providers import errors, events
from providers.accreditation import Mark, accredit_courses
from providers.categories import is_category
from providers.categorising import categorise
from providers.feeds.plain_text import paragraphs
from providers.models import Accreditation, Course, CourseVetting, Staff
from providers.vetting_queue import RISE_PERCENT, Look, Why, look

Decision = CourseVetting.Decision
Reason = CourseVetting.Reason
MOST_WORDS = 4_000


@dataclass(frozen=True, slots=True)
class Ruling:
    """What somebody decides about a course. `seen` is the `Look.seen` of what they had before them.

    Accepting takes the `category`, and an `issuer`, unless the course holds an accreditation already; it holds from
    `valid_from` (today, or the day after the one that it follows) up to `valid_until`, or without end.
    Anything else takes a `reason`, and a question its words.
    """

    course: UUID
    seen: str
    decision: Decision
    category: str = ""
    issuer: str = ""
    valid_from: date | None = None
    valid_until: date | None = None
    reason: str = ""
    note: str = ""


class State(TextChoices):
    """How a course stands, as its provider reads it."""

    ACCEPTED = "accepted", _("Accepted")
    WAITS = "waits", _("Waiting to be looked at")
    PRICE_WAITS = "price_waits", _("The new price waits to be looked at")
    ASKED = "asked", _("We have a question")
    DECLINED = "declined", _("Declined")


@dataclass(frozen=True, slots=True)
class Standing:
    """`decision` is the last one, with its reason and words; `may_answer`: the provider can say something to it."""

    state: State
    decision: CourseVetting | None
    may_answer: bool


def standing(courses: Collection[Course]) -> dict[UUID, Standing]:
    """How each of these courses stands with the scheme's vetting, for its provider. One query."""
    return {pk: _stands(found) for pk, found in look([course.pk for course in courses], today()).items()}


def _stands(found: Look) -> Standing:
    last = found.last
    if last is not None and found.settled:
        return Standing(State(last.decision), last, may_answer=True)
    may_answer = last is not None and last.waits_for_the_provider
    if Why.UNACCREDITED in found.why:
        return Standing(State.WAITS, last, may_answer)
    return Standing(State.PRICE_WAITS if Why.DEARER in found.why else State.ACCEPTED, last, may_answer)


def decide(rulings: Sequence[Ruling], *, by: UUID, actor: Actor) -> list[CourseVetting | Refusal]:
    """Decide on courses, each judged on its own; the answer is in the order of `rulings`.

    Accepted: the course is categorised and accredited, and may be sold for up to `RISE_PERCENT` more than its highest
    price of now. Asked: nothing changes, and the provider is asked. Declined: what the course holds of accreditations
    counts for nothing from now on.

    Refused: CourseUnknown, VetterWorksThere; CourseVettedAlready and CourseChangedMeanwhile where what was seen is no
    longer so; CourseNeedsCategory, CategoryUnknown, AccreditationOver, VettingNeedsReason, VettingNeedsWords,
    TextTooLong, and what `accredit_courses` refuses. Locks the courses in id order.
    """
    at = _Sitting(by, actor, now(), today())
    with transaction.atomic(), walled_by({"one_decision_on_a_course_counts": errors.CourseVettedAlready(course="")}):
        pks = sorted({ruling.course for ruling in rulings})
        _hold(pks)
        found = look(pks, at.day)
        employers = set(Staff.objects.current().filter(user=by).order_by().values_list("provider", flat=True))
        judged: list[Look | Refusal] = []
        decided: set[UUID] = set()
        for ruling in rulings:
            verdict = _judge(ruling, found.get(ruling.course), employers, at)
            if isinstance(verdict, Look) and ruling.course in decided:
                verdict = errors.CourseVettedAlready(course=verdict.course.title)
            if isinstance(verdict, Look):
                decided.add(ruling.course)
            judged.append(verdict)
        given = _accredit(rulings, judged, at)
        return _carry_out(rulings, judged, given, at)


def answer(vetting: UUID, words: str, *, staff: Staff, actor: Actor) -> CourseVetting:
    """The provider answers a question, or a refusal that it does not agree with, once: the course waits again.

    Raises NothingToAnswer, also for another provider's, AnswerEmpty and TextTooLong. Locks the decision.
    """
    said = paragraphs(words)
    if not said:
        raise errors.AnswerEmpty(field="answer")
    if len(said) > MOST_WORDS:
        raise errors.TextTooLong(field="answer", what="answer", characters=len(said), most=MOST_WORDS)
    with transaction.atomic():
        mine = CourseVetting.objects.filter(pk=vetting, course__provider=staff.provider_id)
        locked = mine.select_for_update(of=("self",), no_key=True).select_related("course").first()
        if locked is None or not locked.waits_for_the_provider:
            raise errors.NothingToAnswer()
        locked.answer, locked.answered_by_id, locked.answered_at = said, staff.user_id, now()
        locked.save(update_fields=["answer", "answered_by", "answered_at"])
        record(
            events.VETTING_ANSWERED.by(
                actor, subject=locked.course.subject, provider=staff.provider_id, vetting=locked.pk
            )
        )
    return locked


@dataclass(frozen=True, slots=True)
class _Sitting:
    """Who decides, and when."""

    by: UUID
    actor: Actor
    moment: datetime
    day: date


def _hold(courses: Sequence[UUID]) -> None:
    """Lock the courses, so that they are decided on by one at a time."""
    list(Course.objects.filter(pk__in=courses).order_by("pk").select_for_update(no_key=True).values_list("pk"))


def _judge(ruling: Ruling, found: Look | None, employers: set[UUID], at: _Sitting) -> Look | Refusal:
    if found is None:
        return errors.CourseUnknown()
    course = found.course
    if course.provider_id in employers:
        return errors.VetterWorksThere(provider=course.provider.name)
    if ruling.seen.partition(".")[0] != found.seen.partition(".")[0]:
        return errors.CourseVettedAlready(course=course.title)
    if ruling.seen != found.seen:
        return errors.CourseChangedMeanwhile(course=course.title)
    if len(ruling.note) > MOST_WORDS:
        return errors.TextTooLong(field="note", what="note", characters=len(ruling.note), most=MOST_WORDS)
    if ruling.decision == Decision.ACCEPTED:
        return _judge_acceptance(ruling, found, at)
    if ruling.reason not in Reason.values:
        return errors.VettingNeedsReason(field="reason")
    if not ruling.note.strip() and (ruling.decision == Decision.ASKED or ruling.reason == Reason.OTHER):
        return errors.VettingNeedsWords(field="note")
    return found


def _judge_acceptance(ruling: Ruling, found: Look, at: _Sitting) -> Look | Refusal:
    if not ruling.category:
        return errors.CourseNeedsCategory(field="category", course=found.course.title)
    if not is_category(ruling.category):
        return errors.CategoryUnknown(field="category", category=ruling.category)
    if ruling.valid_until is not None and ruling.valid_until < at.day:
        return errors.AccreditationOver(field="valid_until", valid_until=ruling.valid_until)
    return found


def _accredit(rulings: Sequence[Ruling], judged: list[Look | Refusal], at: _Sitting) -> dict[UUID, Accreditation]:
    """The accreditations that accepted courses get; in `judged`, the refusal of one that cannot be given."""
    going = {found.course.pk: found.course for found in judged if isinstance(found, Look)}
    held: dict[UUID, list[Accreditation]] = defaultdict(list)
    for accreditation in Accreditation.objects.not_over(at.day).filter(course__in=going).order_by("id"):
        held[accreditation.course_id or accreditation.pk].append(accreditation)
    places, marks = [], []
    for place, (ruling, found) in enumerate(zip(rulings, judged, strict=True)):
        if isinstance(found, Refusal) or ruling.decision != Decision.ACCEPTED:
            continue
        if ruling.issuer.strip() or not held[ruling.course]:
            starts = ruling.valid_from or _follows(ruling.issuer.strip(), held[ruling.course], at.day)
            places.append(place)
            marks.append(Mark(found.course, ruling.issuer, starts, ruling.valid_until))
    given = {}
    for place, made in zip(places, accredit_courses(marks, actor=at.actor, by=at.by) if marks else [], strict=True):
        if isinstance(made, Refusal):
            judged[place] = made
        else:
            given[rulings[place].course] = made
    return given


def _follows(issuer: str, held: Sequence[Accreditation], day: date) -> date:
    """The first day of a new accreditation: today, or the day after the one of this issuer that it renews."""
    renewed = [each.valid_until for each in held if (each.issuer, each.scope) == (issuer, "") and each.valid_until]
    return max(renewed) + timedelta(days=1) if renewed else day


def _carry_out(
    rulings: Sequence[Ruling],
    judged: Sequence[Look | Refusal],
    given: dict[UUID, Accreditation],
    at: _Sitting,
) -> list[CourseVetting | Refusal]:
    going = [(ruling, found) for ruling, found in zip(rulings, judged, strict=True) if isinstance(found, Look)]
    accepted = [(ruling, found.course) for ruling, found in going if ruling.decision == Decision.ACCEPTED]
    categorise([(course, ruling.category) for ruling, course in accepted], actor=at.actor)
    for found in (found for ruling, found in going if ruling.decision == Decision.ACCEPTED):
        found.course.price_ceiling_minor = (found.price_minor or 0) * (100 + RISE_PERCENT) // 100
        found.course.price_ceiling_currency = found.currency
    write_back([course for _ruling, course in accepted], "price_ceiling_minor", "price_ceiling_currency")
    withdrawn = _withdraw([ruling.course for ruling, _found in going if ruling.decision == Decision.DECLINED], at)
    made = {ruling.course: _vetting(ruling, found, given.get(ruling.course), at) for ruling, found in going}
    # Only those that were seen: one that came since then stops this one by its constraint.
    seen = [found.last.pk for _ruling, found in going if found.last]
    CourseVetting.objects.filter(pk__in=seen).update(superseded=True)
    CourseVetting.objects.bulk_create(made.values())
    record(*(_vetted(made[ruling.course], found.course, withdrawn, at.actor) for ruling, found in going))
    record(*_told([(made[ruling.course], found.course) for ruling, found in going], at.actor))
    return [found if isinstance(found, Refusal) else made[found.course.pk] for found in judged]


def _withdraw(courses: Sequence[UUID], at: _Sitting) -> dict[UUID, int]:
    """Let what these courses hold count for nothing from now on; how many accreditations of each."""
    rows = Accreditation.objects.not_over(at.day).filter(course__in=courses)
    ended: dict[UUID, int] = defaultdict(int)
    for accreditation in rows.order_by("id").select_for_update(of=("self",), no_key=True):
        ended[accreditation.course_id or accreditation.pk] += 1
    reason = Accreditation.EndReason.DECLINED
    rows.update(withdrawn=True, ended_at=at.moment, ended_by_id=at.by, end_reason=reason)
    return ended


def _vetting(ruling: Ruling, found: Look, given: Accreditation | None, at: _Sitting) -> CourseVetting:
    accepted = ruling.decision == Decision.ACCEPTED
    return CourseVetting(
        course=found.course,
        decision=ruling.decision,
        reason="" if accepted else ruling.reason,
        note=paragraphs(ruling.note),
        category=ruling.category if accepted else found.course.category,
        accreditation=given,
        title=found.course.title,
        level=found.course.level,
        content_hash=found.course.content_hash,
        price_minor=found.price_minor,
        currency=found.currency,
        decided_by_id=at.by,
        decided_at=at.moment,
    )


def _vetted(vetting: CourseVetting, course: Course, withdrawn: dict[UUID, int], actor: Actor) -> Event:
    return events.COURSE_VETTED.by(
        actor,
        subject=course.subject,
        provider=course.provider_id,
        vetting=vetting.pk,
        decision=vetting.decision,
        reason=vetting.reason or None,
        category=vetting.category or None,
        price_minor=vetting.price_minor,
        currency=vetting.currency or None,
        withdrawn=withdrawn.get(course.pk, 0),
    )


def _told(made: Sequence[tuple[CourseVetting, Course]], actor: Actor) -> list[Event]:
    """One event for each provider, that a letter is written from; `course` where it is about one alone."""
    of: dict[UUID, list[CourseVetting]] = defaultdict(list)
    for vetting, course in made:
        of[course.provider_id].append(vetting)
    return [
        events.PROVIDER_TOLD_OF_VETTING.by(
            actor,
            subject=f"provider:{provider}",
            **{each.value: sum(vetting.decision == each for vetting in vettings) for each in Decision},
            course=vettings[0].course_id if len(vettings) == 1 else None,
        )
        for provider, vettings in of.items()
    ]
