"""A provider's first page: what waits for it today, and by when the first of it has to be done."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Min
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

import ledger
from brokerage.advocacy.models import Advocacy
from providers.models import Role, Staff
from vouchers import work
from vouchers.work import Task
from web.provider.access import for_staff

# What each task is called, what it means for somebody who does it for the first time, and where it is done.
_TASKS: dict[Task, tuple[str | Promise, str | Promise, str]] = {
    Task.ACCEPT: (
        _("Vouchers to accept"),
        _("Say whether you take these learners on. If nobody does in time, the money goes back."),
        "accept",
    ),
    Task.START: (
        _("Learners to mark as started"),
        _("The course has started. Say which learners came, so that they are asked to confirm it."),
        "start",
    ),
    Task.DECLARE: (
        _("Learners on their course"),
        _("Say when they reach the next step, or complete the course."),
        "running",
    ),
    Task.CONFIRM: (
        _("Waiting for learners"),
        _("You have said what they reached, and they have not confirmed it yet. You may want to remind them."),
        "running",
    ),
    Task.REDEEM: (_("Money to redeem"), _("The learners have confirmed. What is due to you can be redeemed now."), ""),
}


@for_staff()
def home(request: HttpRequest, staff: Staff) -> HttpResponse:
    tasks = _tasks(staff) if staff.may(Role.DELIVERY) else []
    if staff.may(Role.COURSES):
        tasks += _asked_by_advisers(staff)
    context = {"staff": staff, "provider": staff.provider, "tasks": tasks, "now": ledger.now()}
    return render(request, "provider/home.html", context)


def _tasks(staff: Staff) -> list[dict[str, Any]]:
    found = []
    for each in work.of_provider(staff.provider, ledger.today()):
        label, about, stage = _TASKS[each.task]
        url = f"{reverse('provider:vouchers')}?stage={stage}" if stage else reverse("provider:redeem")
        found.append({"label": label, "about": about, "url": url, "count": each.count, "soonest": each.soonest})
    return found


def _asked_by_advisers(staff: Staff) -> list[dict[str, Any]]:
    """Named where something waits: most providers are asked seldom."""
    waits = Advocacy.objects.waiting_at(staff.provider_id).order_by()
    found = waits.aggregate(count=Count("pk"), soonest=Min("answer_by"))
    about = _("They ask for a place, an adjustment or a lower price for a learner. Say yes or no.")
    task = {"label": _("Asked by advisers"), "about": about, "url": reverse("provider:advocacy"), **found}
    return [task] if found["count"] else []
