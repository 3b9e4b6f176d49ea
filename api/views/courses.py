"""A provider's own catalogue: its courses and their runs, created, replaced, looked up and withdrawn."""

from __future__ import annotations

from typing import Any

import ledger
from api import errors, listing
from api.catalogue import bodies, describing, filters, showing
from api.describing import described
from api.endpoint import Call, Endpoint, reads, writes
from api.scopes import Scope
from providers import publishing, standing
from providers.listings import CourseListing, ExtraListing, Price, RunListing, VenueListing
from providers.models import Course

Answer = dict[str, Any]


class Courses(Endpoint):
    @described(describing.LIST_COURSES)
    @reads(Scope.CATALOGUE, query=filters.COURSES)
    def get(self, call: Call) -> Answer:
        today = ledger.today()
        mine = standing.courses_of(
            call.provider,
            today,
            title=call.query.get("title", ""),
            on_sale=yes_or_no(call, "on_sale"),
            withdrawn=yes_or_no(call, "withdrawn"),
        )
        rows, next_cursor = listing.cut(mine.defer("search", "description"), call.query)
        return {"courses": showing.courses(rows, today), "next_cursor": next_cursor}


class OneCourse(Endpoint):
    @described(describing.GET_COURSE)
    @reads(Scope.CATALOGUE, has_versions=True)
    def get(self, call: Call, identifier: str) -> Answer:
        return showing.course(publishing.course_of(call.provider, identifier), ledger.today())

    @described(describing.PUT_COURSE)
    @writes(Scope.CATALOGUE, takes=bodies.COURSE, moves_money=False, has_versions=True)
    def put(self, call: Call, identifier: str) -> Answer:
        told = CourseListing(identifier=identifier, **call.body)
        put = publishing.put_course(call.provider, told, actor=call.actor, last_seen=call.last_seen)
        return showing.course(put.row, ledger.today()) | {"outcome": put.outcome.value}

    @described(describing.WITHDRAW_COURSE)
    @writes(Scope.CATALOGUE, moves_money=False, has_versions=True)
    def delete(self, call: Call, identifier: str) -> Answer:
        gone = publishing.withdraw_course(call.provider, identifier, actor=call.actor, last_seen=call.last_seen)
        return showing.course(gone, ledger.today())


class Runs(Endpoint):
    @described(describing.LIST_RUNS)
    @reads(Scope.CATALOGUE, query=filters.RUNS)
    def get(self, call: Call, identifier: str) -> Answer:
        course = publishing.course_of(call.provider, identifier)
        rows, next_cursor = listing.cut(showing.with_details(course.runs.all()), call.query)
        return {"runs": showing.runs_of(course, rows, ledger.today()), "next_cursor": next_cursor}


class OneRun(Endpoint):
    @described(describing.GET_RUN)
    @reads(Scope.CATALOGUE, has_versions=True)
    def get(self, call: Call, identifier: str, run: str) -> Answer:
        return _run(publishing.course_of(call.provider, identifier), run)

    @described(describing.PUT_RUN)
    @writes(Scope.CATALOGUE, takes=bodies.RUN, moves_money=False, has_versions=True)
    def put(self, call: Call, identifier: str, run: str) -> Answer:
        told = _listing(identifier, run, dict(call.body))
        put = publishing.put_run(call.provider, told, actor=call.actor, last_seen=call.last_seen)
        return _run(put.row.course, put.row.identifier) | {"outcome": put.outcome.value}

    @described(describing.WITHDRAW_RUN)
    @writes(Scope.CATALOGUE, moves_money=False, has_versions=True)
    def delete(self, call: Call, identifier: str, run: str) -> Answer:
        gone = publishing.withdraw_run(call.provider, identifier, run, actor=call.actor, last_seen=call.last_seen)
        return _run(gone.course, gone.identifier)


def yes_or_no(call: Call, name: str) -> bool | None:
    """What a parameter says; None when it is left out. Refuses `FieldWrong`."""
    text = call.query.get(name)
    if text not in ("true", "false", None):
        raise errors.FieldWrong(field=name, wanted="true or false")
    return None if text is None else text == "true"


def _run(course: Course, identifier: str) -> Answer:
    run = publishing.run_of(course, identifier)
    return showing.runs_of(course, [run], ledger.today())[0]


def _listing(course: str, identifier: str, told: dict[str, Any]) -> RunListing:
    """The run as its provider tells of it. Without an amount, its price is on request."""
    amount, currency, note = (told.pop(name, None) for name in ("price_minor", "currency", "price_note"))
    currency = currency or "GBP"
    price = Price.on_request(note or "", currency) if amount is None else Price.of(amount, currency, note or "")
    venue, extras = told.pop("venue", None), told.pop("extras", [])
    return RunListing(
        course=course,
        identifier=identifier,
        price=price,
        venue=None if venue is None else VenueListing(**venue),
        extras=tuple(ExtraListing(each["kind"], each["title"], each["price_minor"]) for each in extras),
        **told,
    )
