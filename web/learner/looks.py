"""Who looked at a learner's data: in which role, for whom, at what, when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.looking import KEPT
from accounts.models import Learner, Look, Scheme
from brokerage.models import GuidanceOrganisation
from providers.models import Provider
from vouchers.models import Voucher
from web.learner.access import for_learner

A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Seen:
    """One look: `who` is the person's name where it is an adviser's, `course` that of the voucher they looked at."""

    look: Look
    who: str
    organisation: str
    course: str


@require_safe
@for_learner
def looks(request: HttpRequest, learner: Learner) -> HttpResponse:
    """Every look by somebody else, the newest first. A fixed number of queries."""
    page = Paginator(Look.objects.filter(learner=learner).select_related("user"), A_PAGE).get_page(
        request.GET.get("page")
    )
    context = {"page": page, "seen": _named(list(page)), "years": KEPT.days // 365}
    return render(request, "learner/looks.html", context)


def _named(found: list[Look]) -> list[Seen]:
    """The looks with the names that their rows have as ids alone."""
    names: dict[str, str] = {}
    for kind, model in (("provider", Provider), ("scheme", Scheme), ("organisation", GuidanceOrganisation)):
        rows = model.objects.filter(pk__in=_ids(found, kind)).values_list("pk", "name")
        names |= {f"{kind}:{pk}": name for pk, name in rows}
    bought = Voucher.objects.filter(pk__in=_of(kind="voucher", subjects=[look.subject for look in found]))
    courses = {f"voucher:{pk}": title for pk, title in bought.values_list("pk", "run__course__title")}
    return [
        Seen(
            look,
            look.user.name if look.user and look.role == Look.Role.ADVISER else "",
            names.get(look.organisation, ""),
            courses.get(look.subject, ""),
        )
        for look in found
    ]


def _ids(found: Iterable[Look], kind: str) -> set[UUID]:
    return _of(kind=kind, subjects=[look.organisation for look in found])


def _of(*, kind: str, subjects: Iterable[str]) -> set[UUID]:
    """The ids of those subjects that are of this kind."""
    return {UUID(subject.partition(":")[2]) for subject in subjects if subject.startswith(f"{kind}:")}
