"""Listing: a provider's vouchers and payouts, page by page, newest first; a cursor never skips or repeats one."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

import django_filters
from django.db.models import Model, QuerySet

from api import errors
from api.showing import with_details
from vouchers.models import Control, Outcome, State, Voucher, VoucherQuerySet

M = TypeVar("M", bound=Model)
PAGE = 50
LONGEST_PAGE = 200


class VoucherFilter(django_filters.FilterSet):  # type: ignore[misc]  # it comes without types
    """By which a provider narrows its list."""

    state = django_filters.ChoiceFilter(choices=[choice for choice in State.choices if choice[0] != State.RESERVED])
    outcome = django_filters.ChoiceFilter(choices=Outcome.choices)
    control = django_filters.ChoiceFilter(choices=Control.choices)
    scheme = django_filters.CharFilter(field_name="learning_account__scheme__slug", max_length=50)

    class Meta:
        model = Voucher
        fields: tuple[str, ...] = ()


OF_A_PAGE = ("limit", "cursor")
PARAMETERS = (*VoucherFilter.base_filters, *OF_A_PAGE)


@dataclass(frozen=True, slots=True)
class Page:
    vouchers: list[Voucher]
    next_cursor: str | None


def page(vouchers: VoucherQuerySet, query: Mapping[str, str]) -> Page:
    """A page of `vouchers` with their details, as the parameters in `query` ask. Refuses `FieldWrong`."""
    narrowed = VoucherFilter(query, queryset=vouchers)
    if not narrowed.is_valid():
        name = next(iter(narrowed.errors))
        codes = ", ".join(str(value) for value, _ in narrowed.filters[name].extra.get("choices", []))
        raise errors.FieldWrong(field=name, wanted=f"one of {codes}" if codes else "a short text")
    return Page(*by_id(with_details(narrowed.qs), query))


def by_id(found: QuerySet[M], query: Mapping[str, str]) -> tuple[list[M], str | None]:
    """A page of these, the newest first, and the cursor of the next one. Refuses `FieldWrong`."""
    limit = read_limit(query.get("limit"))
    # Ids are UUIDv7, so their order is that of time, and there are no ties.
    if cursor := query.get("cursor"):
        found = found.filter(pk__lt=read_cursor(cursor))
    rows = list(found.order_by("-pk")[: limit + 1])
    more = len(rows) > limit
    return rows[:limit], cursor_of(rows[limit - 1].pk) if more else None


def read_limit(text: str | None) -> int:
    if text is None:
        return PAGE
    if not (text.isascii() and text.isdigit() and len(text) < 5 and 1 <= int(text) <= LONGEST_PAGE):
        raise errors.FieldWrong(field="limit", wanted=f"a whole number from 1 to {LONGEST_PAGE}")
    return int(text)


def cursor_of(last: UUID) -> str:
    return base64.urlsafe_b64encode(last.bytes).decode().rstrip("=")


def read_cursor(text: str) -> UUID:
    try:
        return UUID(bytes=base64.urlsafe_b64decode(text.encode("ascii") + b"=="))
    except (ValueError, binascii.Error):
        raise errors.FieldWrong(field="cursor", wanted="the next_cursor of an earlier answer, unchanged") from None
