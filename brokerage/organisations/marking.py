"""Marking: a guidance organisation is opened, and the quality marks without which it does not broker are recorded."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

import ledger
from brokerage.models import GuidanceOrganisation
from brokerage.organisation_models import MarkWithdrawal, QualityMark
from brokerage.organisations import errors, events
from config.walls import walled_by
from ledger import Actor

Reason = MarkWithdrawal.Reason


@dataclass(frozen=True, slots=True)
class Mark:
    """What an issuer says of an organisation: it holds from the first day to the last, both included."""

    issuer: str
    number: str
    valid_from: dt.date
    valid_until: dt.date


@dataclass(frozen=True, slots=True)
class Details:
    """How an organisation is reached, and how many learners each adviser has at most (None: no limit).

    `first_day` to `last_day` are days of the week, Monday is 0.
    """

    telephone: str = ""
    night_telephone: str = ""
    first_day: int = 0
    last_day: int = 4
    opens_at: dt.time | None = None
    closes_at: dt.time | None = None
    caseload_limit: int | None = None


def open_organisation(name: str, *, actor: Actor) -> GuidanceOrganisation:
    """A new guidance organisation, without a mark yet. Refuses `OrganisationExists`."""
    with (
        transaction.atomic(),
        walled_by({"brokerage_guidanceorganisation_name_key": errors.OrganisationExists(field="name")}),
    ):
        organisation = GuidanceOrganisation.objects.create(name=name.strip())
        ledger.record(events.ORGANISATION_OPENED.by(actor, subject=organisation.subject))
    return organisation


def change_details(organisation: GuidanceOrganisation, details: Details, *, actor: Actor) -> GuidanceOrganisation:
    """Change how it is reached and how many learners its advisers have at most. A limit below what they have already
    takes nobody away. Refuses `OrganisationHoursWrong`."""
    names = list(Details.__slots__)
    for name in names:
        setattr(organisation, name, getattr(details, name))
    wrong = errors.OrganisationHoursWrong(field="closes_at")
    with transaction.atomic(), walled_by({"organisation_opens_before_it_closes": wrong}):
        organisation.save(update_fields=names)
        ledger.record(
            events.ORGANISATION_CHANGED.by(actor, subject=organisation.subject, caseload_limit=details.caseload_limit)
        )
    return organisation


def record_mark(organisation: GuidanceOrganisation, mark: Mark, *, by: UUID | None = None, actor: Actor) -> QualityMark:
    """Keep that an organisation has this mark. Refuses `MarkDatesReversed`, `MarkRecordedAlready`."""
    walls = {
        "quality_mark_dates_are_in_order": errors.MarkDatesReversed(field="valid_until"),
        "one_quality_mark_a_number_and_day": errors.MarkRecordedAlready(field="number"),
    }
    with transaction.atomic(), walled_by(walls):
        recorded = QualityMark.objects.create(
            organisation=organisation,
            issuer=mark.issuer.strip(),
            number=mark.number.strip(),
            valid_from=mark.valid_from,
            valid_until=mark.valid_until,
            recorded_at=ledger.now(),
            recorded_by_id=by,
        )
        ledger.record(
            events.MARK_RECORDED.by(
                actor,
                subject=organisation.subject,
                mark=recorded.id,
                valid_from=recorded.valid_from,
                valid_until=recorded.valid_until,
            )
        )
    return recorded


def withdraw_mark(mark: QualityMark, reason: Reason, *, by: UUID, actor: Actor) -> MarkWithdrawal:
    """A mark counts for nothing from this moment. Refuses `MarkWithdrawnAlready`."""
    with (
        transaction.atomic(),
        walled_by({"brokerage_markwithdrawal_pkey": errors.MarkWithdrawnAlready()}),
    ):
        withdrawal = MarkWithdrawal.objects.create(
            mark=mark, reason=reason, withdrawn_at=ledger.now(), withdrawn_by_id=by
        )
        subject = f"organisation:{mark.organisation_id}"
        ledger.record(events.MARK_WITHDRAWN.by(actor, subject=subject, mark=mark.pk, reason=reason))
    return withdrawal
