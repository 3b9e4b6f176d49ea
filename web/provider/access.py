"""Who may see a provider's pages: its staff, each as far as their roles reach, looked up in this one place."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, Concatenate

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import looking
from accounts.looking import Looker
from accounts.models import Look
from ledger import Actor
from providers.models import Role, Staff
from vouchers.models import Voucher
from web.unsent import signed_in

View = Callable[..., HttpResponse]

# What the top of a provider's pages leads to, and the role that each takes; None is open to all its staff.
PAGES: list[tuple[str, str | Promise, Role | None]] = [
    ("provider:home", _("Home"), None),
    ("provider:vouchers", _("Vouchers"), Role.DELIVERY),
    ("provider:attendance", _("Attendance"), Role.DELIVERY),
    ("provider:courses", _("Courses"), Role.COURSES),
    ("provider:money", _("Money"), Role.MONEY),
    ("provider:cases", _("Complaints"), Role.DELIVERY),
    ("provider:accreditation", _("Accreditation"), None),
    ("provider:organisation", _("Organisation"), None),
    ("provider:connections", _("Keys and webhooks"), Role.ADMINISTRATOR),
]


def for_staff(
    *roles: Role,
) -> Callable[[Callable[Concatenate[HttpRequest, Staff, ...], HttpResponse]], View]:
    """Call the view with the member of staff who is signed in; without one of `roles`, if any are named, and for
    anybody else, there is no such page."""

    def decorate(view: Callable[Concatenate[HttpRequest, Staff, ...], HttpResponse]) -> View:
        @signed_in
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            staff = staff_of(request)
            if staff is None or (roles and not any(staff.may(role) for role in roles)):
                raise Http404
            return view(request, staff, *args, **kwargs)

        return guarded

    return decorate


def staff_of(request: HttpRequest) -> Staff | None:
    """For whom the person who is signed in works; read once a request."""
    if "waymark_staff" not in request.__dict__:
        mine = Staff.objects.current().filter(user=request.user.pk).select_related("provider", "user")
        request.__dict__["waymark_staff"] = mine.first()
    found = request.__dict__["waymark_staff"]
    return found if isinstance(found, Staff) else None


def pages_of(request: HttpRequest) -> list[tuple[str, str | Promise]]:
    """The pages that this person's roles open, by name and label."""
    staff = staff_of(request)
    return [(name, label) for name, label, role in PAGES if staff is not None and (role is None or staff.may(role))]


def looked_at(request: HttpRequest, what: Look.What, vouchers: Iterable[Voucher]) -> None:
    """Keep that whoever is signed in saw something of these vouchers' learners, for them to read. One query at most."""
    staff = staff_of(request)
    assert staff is not None  # `for_staff` saw to it
    looker = Looker(Look.Role.PROVIDER, staff.user_id, staff.provider.subject)
    looking.note(looker, what, [(voucher.learner_id, voucher.subject) for voucher in vouchers])


def acting(staff: Staff) -> Actor:
    """The member of staff as the ledger's events name them."""
    return Actor.user(staff.user_id, acting_for=f"provider:{staff.provider_id}")
