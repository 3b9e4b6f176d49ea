"""Saying and doing: a scheme says what it heard and what it did about it. A mistake is corrected, never wiped out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

import ledger
from accounts.models import Scheme, SchemeManager
from brokerage.hearing.models import GuidanceRemark
from brokerage.models import GuidanceOrganisation
from brokerage.voice import errors, events
from brokerage.voice.models import Proposal, SaidAndDone
from config.walls import walled_by
from ledger import Actor
from providers.feeds.plain_text import paragraphs
from providers.models import Course


def standing(scheme: Scheme) -> QuerySet[SaidAndDone]:
    """What counts, the latest first."""
    return SaidAndDone.objects.filter(scheme=scheme, correction=None).select_related(
        "proposal", "course", "organisation"
    )


def about(organisation: GuidanceOrganisation) -> QuerySet[SaidAndDone]:
    """What any scheme heard of this organisation and did about it, that counts, the latest first."""
    return SaidAndDone.objects.filter(organisation=organisation, correction=None).select_related("scheme")


def with_earlier(entries: Iterable[SaidAndDone]) -> list[tuple[SaidAndDone, list[SaidAndDone]]]:
    """Each with what it said before, the latest first. Two queries with the entries."""
    entries = list(entries)
    of_schemes = {each.scheme_id for each in entries}
    corrected = {each.pk: each for each in SaidAndDone.objects.filter(scheme__in=of_schemes, correction__isnull=False)}
    found = []
    for entry in entries:
        before, corrects = [], entry.corrects_id
        while corrects is not None:
            before.append(corrected[corrects])
            corrects = corrected[corrects].corrects_id
        found.append((entry, before))
    return found


def courses_spoken_of(scheme: Scheme) -> QuerySet[Course]:
    """Those about which learners of the scheme have said something that everybody can read."""
    said = Course.objects.filter(
        runs__vouchers__learning_account__scheme=scheme, runs__vouchers__feedback__remarks__state="shown"
    )
    return said.distinct().order_by("title", "id")


def organisations_spoken_of(scheme: Scheme) -> QuerySet[GuidanceOrganisation]:
    """Those about whose guidance learners of the scheme have said something that a person there has let be shown."""
    said = GuidanceRemark.objects.shown().filter(feedback__scheme=scheme)
    return GuidanceOrganisation.objects.filter(pk__in=said.order_by().values("feedback__organisation")).order_by("name")


def say(
    scheme: Scheme,
    *,
    said: str,
    done: str,
    done_on: dt.date,
    proposal: UUID | None = None,
    course: UUID | None = None,
    organisation: UUID | None = None,
    corrects: UUID | None = None,
    by: SchemeManager,
    actor: Actor,
) -> SaidAndDone:
    """Tell everybody what was heard and what was done. `corrects` is the entry that this one stands in the place of.

    Of a scheme that is not theirs, the caller has not heard. Refuses `WordsMissing`, `DoneInTheFuture`,
    `ProposalUnknown`, `CourseNotSpokenOf`, `OrganisationNotSpokenOf`, `OneThingOnly`, `EntryUnknown`,
    `CorrectedAlready`.
    """
    heard, did = paragraphs(said), paragraphs(done)
    for name, words in {"said": heard, "done": did}.items():
        if not words:
            raise errors.WordsMissing(field=name)
    if done_on > ledger.today():
        raise errors.DoneInTheFuture(field="done_on")
    if [proposal, course, organisation].count(None) < 2:
        raise errors.OneThingOnly(field="organisation" if organisation is not None else "course")
    if proposal is not None and not Proposal.objects.shown().filter(scheme=scheme, pk=proposal).exists():
        raise errors.ProposalUnknown(field="proposal")
    if course is not None and not courses_spoken_of(scheme).filter(pk=course).exists():
        raise errors.CourseNotSpokenOf(field="course")
    if organisation is not None and not organisations_spoken_of(scheme).filter(pk=organisation).exists():
        raise errors.OrganisationNotSpokenOf(field="organisation")
    if corrects is not None and not SaidAndDone.objects.filter(scheme=scheme, pk=corrects).exists():
        raise errors.EntryUnknown()
    with transaction.atomic():
        with walled_by({"brokerage_saidanddone_corrects_id_key": errors.CorrectedAlready()}):
            made = SaidAndDone.objects.create(
                scheme=scheme,
                said=heard,
                done=did,
                done_on=done_on,
                proposal_id=proposal,
                course_id=course,
                organisation_id=organisation,
                corrects_id=corrects,
                written_by=by.user,
                written_at=ledger.now(),
            )
        ledger.record(
            events.SAID_AND_DONE.by(
                actor,
                made.subject,
                scheme=scheme.pk,
                proposal=proposal,
                course=course,
                organisation=organisation,
                corrects=corrects,
            )
        )
    return made
