"""A provider's own feeds: sent, and their reports; and the addresses from which they are fetched."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from api import listing
from api.catalogue import bodies, describing, filters, showing
from api.describing import described
from api.endpoint import Call, Endpoint, reads, writes
from api.scopes import Scope
from api.views.courses import yes_or_no
from providers import sending, sources
from providers.errors import FeedNotFound
from providers.models import FeedImport, FeedLine, FeedSource

Answer = dict[str, Any]


class Feeds(Endpoint):
    @described(describing.LIST_FEEDS)
    @reads(Scope.CATALOGUE, query=filters.FEEDS)
    def get(self, call: Call) -> Answer:
        mine = listing.narrow(filters.FeedFilter, FeedImport.objects.filter(provider=call.provider), call.query)
        rows, next_cursor = listing.cut(mine, call.query)
        return {"feeds": [showing.feed(each) for each in rows], "next_cursor": next_cursor}

    @described(describing.SEND_FEED)
    @writes(Scope.CATALOGUE, takes=bodies.FEED, moves_money=False, query=("name", "whole"))
    def post(self, call: Call) -> Answer:
        sent = sending.send(
            call.provider,
            call.body["content"],
            name=call.query.get("name") or "API",
            actor=call.actor,
            format=bodies.FORMATS[call.body["content_type"]],
            whole=bool(yes_or_no(call, "whole")),
        )
        return {"feed": showing.feed(sent)}


class OneFeed(Endpoint):
    @described(describing.GET_FEED)
    @reads(Scope.CATALOGUE, query=filters.LINES)
    def get(self, call: Call, feed_id: UUID) -> Answer:
        found = FeedImport.objects.filter(provider=call.provider, pk=feed_id).first()
        if found is None:
            raise FeedNotFound()
        lines = listing.narrow(filters.LineFilter, FeedLine.objects.filter(feed_import=found), call.query)
        rows, next_cursor = listing.cut(lines, call.query, newest_first=False)
        return {**showing.feed(found), "lines": [showing.line(each) for each in rows], "next_cursor": next_cursor}


class Sources(Endpoint):
    @described(describing.LIST_SOURCES)
    @reads(Scope.CATALOGUE)
    def get(self, call: Call) -> Answer:
        return {"feed_sources": [showing.source(each) for each in FeedSource.objects.filter(provider=call.provider)]}

    @described(describing.ADD_SOURCE)
    @writes(Scope.CATALOGUE, takes=bodies.SOURCE, moves_money=False)
    def post(self, call: Call) -> Answer:
        return _shown(sources.add(call.provider, sources.Wanted(**call.body), actor=call.actor))


class OneSource(Endpoint):
    @described(describing.GET_SOURCE)
    @reads(Scope.CATALOGUE)
    def get(self, call: Call, source_id: UUID) -> Answer:
        return _shown(sources.source_of(call.provider, source_id))

    @described(describing.CHANGE_SOURCE)
    @writes(Scope.CATALOGUE, takes=bodies.SOURCE, moves_money=False)
    def put(self, call: Call, source_id: UUID) -> Answer:
        return _shown(sources.change(call.provider, source_id, sources.Wanted(**call.body), actor=call.actor))

    @described(describing.REMOVE_SOURCE)
    @writes(Scope.CATALOGUE, moves_money=False)
    def delete(self, call: Call, source_id: UUID) -> Answer:
        sources.remove(call.provider, source_id, actor=call.actor)
        return {"removed": str(source_id)}


class CheckNow(Endpoint):
    @described(describing.CHECK_NOW)
    @writes(Scope.CATALOGUE, moves_money=False)
    def post(self, call: Call, source_id: UUID) -> Answer:
        return _shown(sources.check_now(call.provider, source_id, actor=call.actor))


class Pause(Endpoint):
    @described(describing.PAUSE_SOURCE)
    @writes(Scope.CATALOGUE, moves_money=False)
    def post(self, call: Call, source_id: UUID) -> Answer:
        return _shown(sources.pause(call.provider, source_id, actor=call.actor))


class Resume(Endpoint):
    @described(describing.RESUME_SOURCE)
    @writes(Scope.CATALOGUE, moves_money=False)
    def post(self, call: Call, source_id: UUID) -> Answer:
        return _shown(sources.resume(call.provider, source_id, actor=call.actor))


def _shown(source: FeedSource) -> Answer:
    return {"feed_source": showing.source(source)}
