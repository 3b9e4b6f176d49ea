"""Money: what a provider is owed and by whom, every movement of it, and its payouts with what each pays."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings

from accounts.models import Scheme
from api import descriptions, errors, listing, showing
from api.describing import described
from api.endpoint import Call, Csv, Endpoint, reads
from api.reading import Day
from api.scopes import Scope
from ledger.statements import CursorUnknown
from vouchers.errors import PayoutNotFound
from vouchers.paying import owed, statement
from vouchers.payouts import Payout

DAYS = (dt.date(2000, 1, 1), dt.date(2999, 12, 31))


class Balance(Endpoint):
    @described(descriptions.BALANCE)
    @reads(Scope.MONEY)
    def get(self, call: Call) -> dict[str, Any]:
        standings = sorted(owed.owed_to(call.provider), key=lambda one: one.scheme.slug)
        return {"payables": [showing.owed(one) for one in standings]}


class Ageing(Endpoint):
    @described(descriptions.AGEING)
    @reads(Scope.MONEY)
    def get(self, call: Call) -> dict[str, Any]:
        by_age = owed.by_age(call.provider)
        schemes = Scheme.objects.filter(pk__in=by_age).order_by("slug")
        return {"payables": [showing.ages(scheme, by_age[scheme.pk]) for scheme in schemes]}


class StatementPage(Endpoint):
    @described(descriptions.STATEMENT)
    @reads(Scope.MONEY, query=("from", "to", *listing.OF_A_PAGE))
    def get(self, call: Call) -> dict[str, Any]:
        until = _read_day(call, "to")
        try:
            found = statement.statement(
                call.provider,
                since=_begins(_read_day(call, "from")),
                before=_begins(until and until + dt.timedelta(days=1)),
                after=call.query.get("cursor"),
                limit=listing.read_limit(call.query.get("limit")),
            )
        except CursorUnknown as refusal:
            raise CursorUnknown(field="cursor") from refusal
        return {"movements": [showing.movement(one) for one in found.movements], "next_cursor": found.next}


class Payouts(Endpoint):
    @described(descriptions.PAYOUTS)
    @reads(Scope.MONEY, query=listing.OF_A_PAGE)
    def get(self, call: Call) -> dict[str, Any]:
        payouts, cursor = listing.cut(statement.payouts_of(call.provider), call.query)
        return {"payouts": [showing.payout(one) for one in payouts], "next_cursor": cursor}


class OnePayout(Endpoint):
    @described(descriptions.ADVICE)
    @reads(Scope.MONEY)
    def get(self, call: Call, payout_id: str) -> dict[str, Any]:
        found = _read_payout(call, payout_id)
        return {**showing.payout(found), "lines": [showing.payout_line(line) for line in statement.advice(found)]}


class AdviceAsCsv(Endpoint):
    @described(descriptions.ADVICE_AS_CSV)
    @reads(Scope.MONEY)
    def get(self, call: Call, payout_id: str) -> Csv:
        found = _read_payout(call, payout_id)
        return Csv(f"payout-{found.reference}.csv", statement.advice_as_csv(found, statement.advice(found)))


def _read_payout(call: Call, text: str) -> Payout:
    try:
        payout = UUID(text)
    except ValueError:
        raise PayoutNotFound(field="payout") from None
    return statement.payout_of(payout, by=call.provider)


def _read_day(call: Call, name: str) -> dt.date | None:
    if name not in call.query:
        return None
    day = Day("").read(call.query[name], name)
    if not DAYS[0] <= day <= DAYS[1]:
        raise errors.FieldWrong(field=name, wanted="a day from 2000 to 2999")
    return day


def _begins(day: dt.date | None) -> dt.datetime | None:
    """When that day begins where the country's people are."""
    return None if day is None else dt.datetime.combine(day, dt.time(), ZoneInfo(settings.TIME_ZONE))
