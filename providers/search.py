"""Search: the courses that a learner is looking for, the most fitting first, with the runs that they could join."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from django.contrib.postgres.search import CombinedSearchQuery, SearchQuery, SearchRank
from django.db.models import Count, F, Min, OuterRef, Prefetch, Q, QuerySet, Subquery, Value
from django.db.models.fields import FloatField

from providers.feeds.plain_text import one_line
from providers.models import Course, CourseRun

# Without these, "computing for beginners" would look for the word "for". "it" is not among them: here it is a subject.
_COMMON = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "by",
        "for",
        "from",
        "how",
        "i",
        "in",
        "into",
        "is",
        "my",
        "of",
        "on",
        "or",
        "the",
        "to",
        "want",
        "with",
    ]
)
_MOST_WORDS = 12


@dataclass(frozen=True, slots=True)
class Filters:
    """What narrows a search; a field left alone does not. Of one run, all of them have to hold.

    `max_price_minor`, in minor units of `currency`, is what the learner can afford: priced runs up to it, and free
    ones; a price on request is never within it. `buyable` leaves only what a voucher can buy.
    """

    category: str = ""
    town: str = ""
    mode: str = ""
    pattern: str = ""
    level: int | None = None
    max_price_minor: int | None = None
    currency: str = "GBP"
    starts_from: date | None = None
    buyable: bool = False


def find(query: str, filters: Filters, on: date) -> QuerySet[Course]:
    """Courses with at least one run that is listed on that day and fits the filters, best match first.

    Each course has `next_start` (date), `lowest_price_minor` (None when only on request), `matching` (how many
    runs fit) and `rank`, and, once it is fetched, `matching_runs` with their venues. Two queries a page, whatever
    its length. Words are matched by their stem, the last also by how it begins (somebody may still be typing), in
    title, subjects, qualification, summary
    and description, weighed in that order. The order is total: rank, next start, title, id.
    """
    runs = _fitting(filters, on)
    each = runs.filter(course=OuterRef("pk")).order_by().values("course")
    courses = Course.objects.in_catalogue().annotate(
        next_start=Subquery(each.annotate(first=Min("starts_on")).values("first")),
        lowest_price_minor=Subquery(each.annotate(lowest=Min("price_minor")).values("lowest")),
        matching=Subquery(each.annotate(runs=Count("pk")).values("runs")),
    )
    if filters.level is not None:
        courses = courses.filter(level=filters.level)
    if filters.category:
        courses = courses.filter(category=filters.category)
    words = _search_query(query)
    rank = Value(0.0, output_field=FloatField()) if words is None else SearchRank(F("search"), words)
    if words is not None:
        courses = courses.filter(search=words)
    return (
        courses.filter(matching__gt=0)
        .annotate(rank=rank)
        .select_related("provider")
        .defer("search", "description", "keywords")
        .prefetch_related(
            Prefetch("runs", queryset=runs.select_related("venue").order_by("starts_on", "id"), to_attr="matching_runs")
        )
        .order_by("-rank", "next_start", "title", "id")
    )


def towns(on: date) -> list[str]:
    """The towns that have something listed on that day, for the choice of a filter. One query."""
    listed = CourseRun.objects.listed(on).exclude(venue=None).exclude(venue__town="")
    return list(listed.order_by("venue__town").values_list("venue__town", flat=True).distinct())


def categories(on: date) -> list[str]:
    """The codes of the categories that have something listed on that day. One query."""
    listed = CourseRun.objects.listed(on).exclude(course__category="")
    return list(listed.order_by("course__category").values_list("course__category", flat=True).distinct())


def _fitting(filters: Filters, on: date) -> QuerySet[CourseRun]:
    runs = CourseRun.objects.on_sale(on) if filters.buyable else CourseRun.objects.listed(on)
    if filters.town:
        runs = runs.filter(venue__town__iexact=filters.town)
    if filters.mode:
        runs = runs.filter(mode=filters.mode)
    if filters.pattern:
        runs = runs.filter(pattern=filters.pattern)
    if filters.max_price_minor is not None:
        affordable = Q(price_minor__lte=filters.max_price_minor, currency=filters.currency)
        runs = runs.filter(affordable | Q(pricing=CourseRun.Pricing.FREE))
    if filters.starts_from is not None:
        runs = runs.filter(starts_on__gte=filters.starts_from)
    return runs


def _search_query(text: str) -> SearchQuery | CombinedSearchQuery | None:
    """All the words, each by its English stem or exactly as written; None when there are none."""
    words = re.findall(r"\w+", one_line(text).casefold())[:_MOST_WORDS]
    telling = [word for word in words if word not in _COMMON] or words
    combined: SearchQuery | CombinedSearchQuery | None = None
    for place, word in enumerate(telling, start=1):
        stem = f"{word}:*" if place == len(telling) else word
        query = SearchQuery(stem, config="english", search_type="raw") | SearchQuery(word, config="simple")
        combined = query if combined is None else combined & query
    return combined
