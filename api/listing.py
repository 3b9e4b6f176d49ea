"""Listing: a provider's vouchers, page by page, newest first, by an opaque cursor that never skips or repeats one."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import django_filters

from api import errors
from api.showing import with_details
from vouchers.models import Control, Outcome, State, Voucher, VoucherQuerySet

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


PARAMETERS = (*VoucherFilter.base_filters, "limit", "cursor")


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
    limit = read_limit(query.get("limit"))
    found = narrowed.qs
    # Ids are UUIDv7, so their order is that of time, and there are no ties.
    if cursor := query.get("cursor"):
        found = found.filter(id__lt=read_cursor(cursor))
    rows = list(with_details(found.order_by("-id"))[: limit + 1])
    more = len(rows) > limit
    return Page(rows[:limit], cursor_of(rows[limit - 1].pk) if more else None)


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
