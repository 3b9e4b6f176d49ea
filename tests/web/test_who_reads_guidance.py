"""The guidance record is read by its learner and their advisers, and by nobody else: whoever polices benefits or
places people can never see a word of it, at any address of the pages or of the API."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import User
from brokerage import representing
from brokerage.models import Request
from brokerage.talking import calling_back, recording, tiers
from brokerage.talking.models import GuidanceEntry
from providers.models import Role
from tests.factories.accounts import a_manager
from tests.factories.api import Caller
from tests.factories.brokerage import a_request, an_adviser
from tests.factories.providers import StaffFactory
from tests.factories.vouchers import ACTOR, learning_accounts
from tests.web.learner.visiting import signed_in
from tests.web.provider.visiting import signed_in as sign_in

pytestmark = pytest.mark.django_db
SECRET = "Zwylo"


@pytest.fixture
def request_of_learner() -> Request:
    """A request whose learner has something of every kind on their record, each with the secret in it."""
    request = a_request(policy="open")
    adviser, learner = request.adviser, request.learner
    recording.put_down(learner.pk, by=adviser, channel="phone", minutes=9, note=SECRET, request=request, actor=ACTOR)
    entry = GuidanceEntry.objects.get()
    recording.correct(entry.pk, SECRET, by=adviser, actor=ACTOR)
    recording.answer(entry.pk, SECRET, learner=learner, actor=ACTOR)
    recording.note_privately(learner.pk, SECRET, by=adviser, actor=ACTOR)
    tiers.converse(learner.pk, dict.fromkeys(tiers.Need, tiers.How.HARD), SECRET, by=adviser, actor=ACTOR)
    calling_back.ask("01248 555 010", language="cy", good_times=SECRET, about=SECRET, learner=learner, actor=ACTOR)
    return request


def everybody(request: Request) -> dict[str, Client]:
    """One of each who is neither the learner nor an adviser of theirs."""
    scheme = request.learning_account.scheme
    staff = StaffFactory(provider=request.run.course.provider, roles=list(Role.values))
    administrator = User.objects.create_superuser("root@waymark.example", name="Root")
    users = {
        "a scheme's manager": a_manager(scheme, sets_up=True).user,
        "the course's provider": staff.user,
        "an administrator": administrator,
        "an adviser of somebody else": an_adviser("Somebody Else").user,
    }
    clients = {who: sign_in(user) for who, user in users.items()}
    clients["another learner"] = signed_in(learning_accounts(1)[0].learner)
    clients["nobody"] = Client()
    return clients


def addresses(request: Request) -> list[str]:
    """Every address there is, filled with what of the learner's could be asked for under it."""
    entry = GuidanceEntry.objects.earliest("made_at")
    advice = [request.learner_id, entry.pk]
    others = [request.learner_id]
    found: set[str] = set()
    for pattern in _patterns(get_resolver()):
        of_scheme = [request.learning_account.scheme_id] if pattern.startswith("/scheme/") else []
        for chosen in advice if pattern.startswith(("/desk/", "/learner/")) else others + of_scheme:
            found.add(_filled(pattern, chosen, request, entry.pk))
    return sorted(found - {""})


def _patterns(resolver: URLResolver, before: str = "/") -> Iterator[str]:
    for each in resolver.url_patterns:
        here = before + str(each.pattern).lstrip("^").rstrip("$")
        if isinstance(each, URLResolver):
            yield from _patterns(each, here)
        elif isinstance(each, URLPattern):
            yield here


def _filled(pattern: str, chosen: UUID, request: Request, entry: UUID) -> str:
    def fill(match: Any) -> str:
        kind, _colon, name = match.group(1).rpartition(":")
        if name == "slug":
            return request.learning_account.scheme.slug
        if kind == "int":
            return "1"
        return str(entry if name == "entry" else chosen)

    filled = re.sub(r"<([^<>]+)>", fill, re.sub(r"\(\?P<(\w+)>[^)]*\)", r"<\1>", pattern))
    return "" if re.search(r"[\\^$?*()\[\]]", filled) else filled


def test_no_address_shows_a_word_of_it_to_anybody_but_those_two(request_of_learner: Request) -> None:
    request = request_of_learner
    every = addresses(request)
    every = [each for each in every if not each.startswith("/api/")]
    record = f"/desk/learners/{request.learner_id}/"
    assert record in every
    assert SECRET.encode() in _content(sign_in(request.adviser.user), record)
    for who, client in everybody(request).items():
        client.raise_request_exception = False
        for address in every:
            assert SECRET.encode() not in _content(client, address), (who, address)


def test_no_key_of_the_api_reads_a_word_of_it(request_of_learner: Request) -> None:
    caller = Caller.of(request_of_learner.run.course.provider)
    read = [each.removeprefix("/api/v1") for each in addresses(request_of_learner) if each.startswith("/api/v1/")]
    assert len(read) > 20
    for address in read:
        assert SECRET not in caller.get(address).content.decode(), address


def test_whoever_acts_for_the_learner_does_not_read_it(request_of_learner: Request) -> None:
    learner = request_of_learner.learner
    sister = User.objects.create_user("sister@family.example", name="A Sister")
    invited = representing.invite(sister.email, may_ask=True, spends_minor=100_00, learner=learner, actor=ACTOR)
    acts = representing.accept(invited.token, by=sister, actor=ACTOR)
    client = sign_in(sister)
    client.post(f"/learner/for/{acts.pk}/")
    for address in ("/learner/", "/learner/guidance/", "/learner/guidance/help/", "/learner/call-back/"):
        assert SECRET.encode() not in _content(client, address), address


def _content(client: Client, address: str) -> bytes:
    answer = client.get(address)
    return b"".join(answer.streaming_content) if answer.streaming else answer.content
