"""Listing: a provider's own things, page by page, newest first, by an opaque cursor that never skips or repeats one."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

import django_filters
from django.db.models import Model, QuerySet, UUIDField

from api import errors
from api.showing import with_details
from vouchers.models import Control, Outcome, State, Voucher, VoucherQuerySet

Row = TypeVar("Row", bound=Model)
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
    rows, next_cursor = cut(with_details(narrow(VoucherFilter, vouchers, query)), query)
    return Page(rows, next_cursor)


def narrow(by: type[django_filters.FilterSet], rows: Any, query: Mapping[str, str]) -> Any:
    """The rows that the filters in `query` leave. Refuses `FieldWrong`."""
    narrowed = by(query, queryset=rows)
    if not narrowed.is_valid():
        name = next(iter(narrowed.errors))
        codes = ", ".join(str(value) for value, _ in narrowed.filters[name].extra.get("choices", []))
        raise errors.FieldWrong(field=name, wanted=f"one of {codes}" if codes else "a short text")
    return narrowed.qs


def cut(rows: QuerySet[Row], query: Mapping[str, str], *, newest_first: bool = True) -> tuple[list[Row], str | None]:
    """The page of `rows` that `limit` and `cursor` ask for, and the cursor of the next. Refuses `FieldWrong`.

    Ids are UUIDv7 or a sequence's, so their order is that of time, and there are no ties.
    """
    limit = read_limit(query.get("limit"))
    if cursor := query.get("cursor"):
        after = read_cursor(cursor)
        last = after if isinstance(rows.model._meta.pk, UUIDField) else after.int % 2**63
        rows = rows.filter(**{"pk__lt" if newest_first else "pk__gt": last})
    found = list(rows.order_by("-pk" if newest_first else "pk")[: limit + 1])
    more = len(found) > limit
    return found[:limit], cursor_of(found[limit - 1].pk) if more else None


def read_limit(text: str | None) -> int:
    if text is None:
        return PAGE
    if not (text.isascii() and text.isdigit() and len(text) < 5 and 1 <= int(text) <= LONGEST_PAGE):
        raise errors.FieldWrong(field="limit", wanted=f"a whole number from 1 to {LONGEST_PAGE}")
    return int(text)


def cursor_of(last: UUID | int) -> str:
    written = last if isinstance(last, UUID) else UUID(int=last)
    return base64.urlsafe_b64encode(written.bytes).decode().rstrip("=")


def read_cursor(text: str) -> UUID:
    try:
        return UUID(bytes=base64.urlsafe_b64decode(text.encode("ascii") + b"=="))
    except (ValueError, binascii.Error):
        raise errors.FieldWrong(field="cursor", wanted="the next_cursor of an earlier answer, unchanged") from None
