"""Warning: whoever runs a scheme is told once when so many per cent of its budget are gone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from uuid import UUID

from django.db import transaction

import ledger
from accounts import events
from accounts.models import BudgetWarning, RuleVersion, Scheme
from accounts.schemes import current_rules
from config.ids import uuid7
from ledger import Actor
from vouchers.budget import Figures, figures


def warn(*, actor: Actor) -> list[BudgetWarning]:
    """Warn of each scheme that takes, or may again take, new awards; the warnings that are new.

    One for each percentage of its rules that is reached, and once for each budget: a budget that grows is warned of
    anew. The constraint decides, also between two who warn at once. A fixed number of queries.
    """
    with transaction.atomic():
        schemes = Scheme.objects.filter(state__in=[Scheme.State.OPEN, Scheme.State.PAUSED])
        versions = current_rules({scheme.pk for scheme in schemes}, ledger.today())
        # Its own answer, so that what is warned of is what the rules in force are about.
        standing = figures([version.scheme for version in versions.values()])
        due = list(_due(versions, standing))
        BudgetWarning.objects.bulk_create(due, ignore_conflicts=True)
        made = BudgetWarning.objects.in_bulk([warning.pk for warning in due])
        new = [warning for warning in due if warning.pk in made]
        ledger.record(
            *(
                events.BUDGET_WARNED.by(
                    actor,
                    subject=f"scheme:{warning.scheme_id}",
                    scheme=warning.scheme_id,
                    percent=warning.percent,
                    budget_minor=warning.budget_minor,
                    gone_minor=warning.gone_minor,
                )
                for warning in new
            )
        )
    return new


def _due(versions: Mapping[UUID, RuleVersion], standing: Mapping[UUID, Figures]) -> Iterator[BudgetWarning]:
    now = ledger.now()
    for scheme, version in versions.items():
        stands = standing[scheme]
        for percent in version.parsed.budget.warn_at_percent:
            if stands.budget_minor and stands.gone_minor * 100 >= stands.budget_minor * percent:
                yield BudgetWarning(
                    id=uuid7(),
                    scheme_id=scheme,
                    percent=percent,
                    budget_minor=stands.budget_minor,
                    gone_minor=stands.gone_minor,
                    warned_at=now,
                )
