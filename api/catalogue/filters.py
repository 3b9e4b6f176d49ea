"""By which a provider narrows its own courses and reports."""

from __future__ import annotations

import django_filters

from providers.models import FeedImport, FeedLine


class FeedFilter(django_filters.FilterSet):  # type: ignore[misc]  # it comes without types
    state = django_filters.ChoiceFilter(choices=FeedImport.State.choices)

    class Meta:
        model = FeedImport
        fields: tuple[str, ...] = ()


class LineFilter(django_filters.FilterSet):  # type: ignore[misc]
    outcome = django_filters.ChoiceFilter(choices=FeedLine.Outcome.choices)
    kind = django_filters.ChoiceFilter(choices=FeedLine.Kind.choices)

    class Meta:
        model = FeedLine
        fields: tuple[str, ...] = ()


PAGES = ("limit", "cursor")
COURSES = ("title", "on_sale", "withdrawn", *PAGES)
RUNS = PAGES
FEEDS = (*FeedFilter.base_filters, *PAGES)
LINES = (*LineFilter.base_filters, *PAGES)
