"""The queue: who waits for an adviser, in an order that is said, narrowed by what the address remembers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from urllib.parse import urlencode
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Count, Min, Q
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

import ledger
from accounts.models import Purse, Scheme
from brokerage.models import Adviser, Policy, Request, RequestState
from brokerage.models import RequestQuerySet as Requests
from config.refusals import Sentence
from web.templatetags.waymark import short_day

A_PAGE = 20
MOST_WORDS = 6
SHOWN: dict[str, Sentence] = {
    "": _("All"),
    "today": _("Due today"),
    "mine": _("Mine"),
    "cover": _("You cover"),
    "appeals": _("Appeals"),
    "second": _("Second approvals"),
}
ORDERS: dict[str, tuple[Sentence, tuple[str, ...]]] = {
    "": (_("Nearest deadline first"), ("answer_by", "id")),
    "longest": (_("Waiting longest first"), ("submitted_at", "id")),
    "joining": (_("Course that starts first"), ("run__starts_on", "answer_by", "id")),
}
# Days before something is over for the learner, from which on the queue says so.
SOON = dt.timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Filters:
    """What the queue is narrowed by, and its order: all of it in the address, what is usual left out."""

    show: str = ""
    order: str = ""
    scheme: UUID | None = None
    text: str = ""
    page: int = 1

    @classmethod
    def of(cls, asked: QueryDict) -> Filters:
        """What an address asks for; what it asks that there is not is as if it were not asked."""
        show, order, page = asked.get("show", ""), asked.get("order", ""), asked.get("page", "")
        try:
            scheme = UUID(asked.get("scheme", ""))
        except ValueError:
            scheme = None
        return cls(
            show=show if show in SHOWN else "",
            order=order if order in ORDERS else "",
            scheme=scheme,
            text=" ".join(asked.get("q", "").replace("\x00", "").split())[:80],
            page=int(page) if page.isascii() and page.isdigit() and len(page) < 6 else 1,
        )

    @property
    def query(self) -> str:
        """The same as an address says it, with its question mark; nothing where nothing is asked."""
        said = {
            "show": self.show,
            "order": self.order,
            "scheme": self.scheme or "",
            "q": self.text,
            "page": self.page if self.page > 1 else "",
        }
        return ("?" + urlencode({name: value for name, value in said.items() if value})).rstrip("?")

    @property
    def without_page(self) -> str:
        """For the links to other pages."""
        return replace(self, page=1).query.removeprefix("?")

    def showing(self, show: str) -> str:
        return replace(self, show=show, page=1).query


@dataclass(frozen=True, slots=True)
class Why:
    """Why somebody is where they are in the queue, in a few words, with the tag's colour."""

    words: Sentence
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    asked: Request
    todo: Sentence
    whys: list[Why]


class Queue:
    """One page of those who wait for an adviser. Five queries, however many there are."""

    def __init__(self, adviser: Adviser, filters: Filters) -> None:
        self.adviser, self.filters, self.now = adviser, filters, ledger.now()

    @cached_property
    def page(self) -> Page[Request]:
        rows = self._shown().select_related(
            "learner", "run__course__provider", "learning_account__scheme", "adviser__user"
        )
        return Paginator(rows, A_PAGE).get_page(self.filters.page)

    @cached_property
    def rows(self) -> list[Row]:
        lapses = _money_until({asked.learning_account_id for asked in self.page}, timezone.localdate(self.now))
        return [
            Row(asked, _todo(asked), list(self._whys(asked, lapses.get(asked.learning_account_id))))
            for asked in self.page
        ]

    @cached_property
    def counts(self) -> list[tuple[str, Sentence, int, str]]:
        """Each kind among those that are narrowed alike: its name, its words, how many, and its address's query."""
        wanted = self._narrowed().aggregate(
            **{f"n_{show}": Count("pk", filter=self._kind(show)) for show in SHOWN},
        )
        return [(show, words, wanted[f"n_{show}"], self.filters.showing(show)) for show, words in SHOWN.items()]

    @cached_property
    def schemes(self) -> list[Scheme]:
        """Whose requests are on this desk."""
        mine = Request.objects.on_the_desk_of(self.adviser).waiting().order_by()
        return list(Scheme.objects.filter(pk__in=mine.values("learning_account__scheme")).order_by("name", "id"))

    def next_after(self, pk: UUID) -> tuple[UUID | None, Filters]:
        """Which comes next once this one is answered, and the filters with the page that it is on then. One query."""
        ids = list(self._shown().values_list("pk", flat=True))
        place = ids.index(pk) if pk in ids else len(ids)
        left = [each for each in ids if each != pk]
        if not left:
            return None, replace(self.filters, page=1)
        place = place if place < len(left) else 0
        return left[place], replace(self.filters, page=place // A_PAGE + 1)

    def _shown(self) -> Requests:
        order = ORDERS[self.filters.order][1]
        return self._narrowed().filter(self._kind(self.filters.show)).order_by(*order)

    def _narrowed(self) -> Requests:
        found = Request.objects.on_the_desk_of(self.adviser).waiting().order_by()
        if self.filters.scheme:
            found = found.filter(learning_account__scheme=self.filters.scheme)
        for word in self.filters.text.split()[:MOST_WORDS]:
            found = found.filter(
                Q(learner__given_name__icontains=word)
                | Q(learner__family_name__icontains=word)
                | Q(run__course__title__icontains=word)
                | Q(run__course__provider__name__icontains=word)
            )
        return found

    def _kind(self, show: str) -> Q:
        return {
            "": ~Q(pk=None),
            "today": Q(answer_by__lt=end_of_today(self.now)),
            "mine": Q(adviser=self.adviser),
            "cover": ~Q(adviser=self.adviser),
            "appeals": Q(state=RequestState.APPEALED),
            "second": Q(state=RequestState.APPROVED_ONCE),
        }[show]

    def _whys(self, asked: Request, money_until: dt.date | None) -> Iterator[Why]:
        if asked.answer_by <= self.now:
            yield Why(_("Overdue"), "stop")
        elif asked.answer_by < end_of_today(self.now):
            yield Why(_("Answer today"), "wait")
        if asked.state == RequestState.APPEALED:
            yield Why(_("Appeal"), "stop")
        if asked.state == RequestState.APPROVED_ONCE:
            yield Why(_("Second approval"), "wait")
        if asked.escalated_at:
            yield Why(_("Not answered in time before"), "stop")
        if asked.adviser_id != self.adviser.pk and asked.adviser is not None:
            yield Why(gettext("You cover for {name}").format(name=asked.adviser.user.name))
        today = timezone.localdate(self.now)
        if money_until is not None and money_until <= today + SOON:
            yield Why(gettext("Money lapses {day}").format(day=short_day(money_until)), "wait")
        join_by = asked.run.last_day_to_join
        if join_by <= today + SOON:
            words = gettext("Join by {day}") if join_by >= today else gettext("Could be joined until {day}")
            yield Why(words.format(day=short_day(join_by)), "wait" if join_by >= today else "stop")


def end_of_today(now: dt.datetime) -> dt.datetime:
    """Midnight where the scheme is, also on a day that has 23 or 25 hours."""
    tomorrow = timezone.localdate(now) + dt.timedelta(days=1)
    return timezone.make_aware(dt.datetime.combine(tomorrow, dt.time()))


def _money_until(accounts: Collection[UUID], on: dt.date) -> dict[UUID, dt.date]:
    """The last day of the first purse of each learning account that lapses with anything in it. One query."""
    held = Purse.objects.spendable(on).filter(learning_account__in=accounts, ledger_account__balance__posted__gt=0)
    return dict(held.order_by().values_list("learning_account").annotate(first=Min("expires_on")))


def _todo(asked: Request) -> Sentence:
    if asked.state == RequestState.SUBMITTED:
        return _("Advise") if asked.policy == Policy.OPEN else _("Talk")
    return _("Decide")
