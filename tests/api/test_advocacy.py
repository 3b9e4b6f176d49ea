"""What advisers ask of a provider, answered by its own system: the same rules as on its pages."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from accounts.models import Look
from api.scopes import Scope
from brokerage import leaving
from brokerage.advocacy import advocating
from brokerage.advocacy.models import Advocacy, Wanted
from config.ids import uuid7
from ledger import today
from ledger.models import Event
from providers.models import Provider
from tests.api.contract import holds
from tests.factories.advocacy import WORDS, answered, proposed
from tests.factories.advocacy import sent as sent_to
from tests.factories.api import Caller
from tests.factories.brokerage import a_request
from tests.factories.vouchers import ACTOR, a_run
from vouchers.models import AgreedPrice

PLACE, PRICE = Wanted.PLACE, Wanted.PRICE
WEEK = dt.timedelta(days=7)


def sent(provider: Provider, wanted: Wanted = PRICE, *, named: bool = False) -> Advocacy:
    return sent_to(a_request(run=a_run(provider, 120_00), own=True), wanted, named=named)


def listed(caller: Caller, query: str = "") -> list[dict[str, Any]]:
    response = caller.get(f"/advocacy{query}")
    holds("GET", "/api/v1/advocacy", response)
    found: list[dict[str, Any]] = response.json()["advocacy"]
    return found


def answer(caller: Caller, advocacy: Advocacy, **said: Any) -> Any:
    response = caller.post(f"/advocacy/{advocacy.pk}/answer", said)
    holds("POST", f"/api/v1/advocacy/{advocacy.pk}/answer", response)
    return response


def test_what_is_asked_is_listed_without_a_name_unless_the_learner_agreed(caller: Caller, provider: Provider) -> None:
    nameless, named = sent(provider), sent(provider, PLACE, named=True)
    proposed(a_request(run=a_run(provider, 120_00)))
    sent_to()
    newest, oldest = listed(caller)
    assert (newest["id"], oldest["id"]) == (str(named.pk), str(nameless.pk))
    assert newest["learner"] == {"given_name": "Megan", "family_name": "Rees"}
    assert (oldest["learner"], oldest["reference"]) == (None, nameless.reference)
    assert nameless.learner.family_name not in str(oldest)
    assert (oldest["words"], oldest["wanted"], oldest["list_price_minor"]) == (WORDS, "price", 120_00)
    assert oldest["adviser"] == {"name": "Rhys Morgan", "organisation": "Foryd Careers"}
    [look] = Look.objects.all()
    assert (look.learner, look.subject, look.role) == (named.learner, named.subject, "system")


def test_a_yes_to_a_price_is_a_promise_and_is_said_once(caller: Caller, provider: Provider) -> None:
    advocacy, until = sent(provider), (today() + WEEK).isoformat()
    shown = answer(caller, advocacy, agrees=True, price_minor=90_00, until=until).json()["advocacy"]
    assert (shown["state"], shown["agreed"]) == ("agreed", {"price_minor": 90_00, "until": until})
    assert AgreedPrice.objects.get().price_minor == 90_00
    again = answer(caller, advocacy, agrees=False, words="No.")
    assert (again.status_code, again.json()["code"]) == (409, "advocacy_over")
    assert Event.objects.get(kind="advocacy.answered").actor == f"key:{caller.key.pk}"
    assert [each["id"] for each in listed(caller, "?state=agreed")] == [str(advocacy.pk)]
    assert listed(caller, "?state=sent") == []


TOO_LITTLE: list[tuple[dict[str, Any], str, str]] = [
    ({"agrees": True}, "advocacy_price_missing", "price"),
    ({"agrees": True, "price_minor": 90_00}, "advocacy_price_missing", "until"),
    ({"agrees": True, "price_minor": 120_00, "until": "2099-01-01"}, "not_below_the_list_price", "price"),
    ({"agrees": True, "price_minor": 0, "until": "2099-01-01"}, "not_below_the_list_price", "price"),
    ({"agrees": True, "price_minor": 90_00, "until": "2020-01-01"}, "promise_is_over", "until"),
    ({"agrees": True, "price_minor": 90.5, "until": "2099-01-01"}, "amount_not_whole", "price_minor"),
    ({"agrees": False, "words": " "}, "advocacy_words_missing", "words"),
    ({"agrees": "yes"}, "field_wrong", "agrees"),
    ({}, "field_missing", "agrees"),
]


def test_what_says_too_little_is_refused_as_on_the_pages_and_changes_nothing(
    caller: Caller, provider: Provider
) -> None:
    advocacy = sent(provider)
    for said, code, field in TOO_LITTLE:
        response = answer(caller, advocacy, **said)
        assert (response.status_code, response.json()["code"], response.json()["field"]) == (422, code, field)
    advocacy.refresh_from_db()
    assert (advocacy.state, AgreedPrice.objects.count()) == ("sent", 0)


def test_not_yours_not_agreed_to_or_called_off_looks_like_does_not_exist(caller: Caller, provider: Provider) -> None:
    waits = proposed(a_request(run=a_run(provider, 120_00)))
    gone = sent(provider, PLACE)
    advocating.call_off(gone.pk, learner=gone.learner, actor=ACTOR)
    for advocacy in (sent_to(), waits, gone, Advocacy(pk=uuid7())):
        response = answer(caller, advocacy, agrees=False, words="No.")
        assert (response.status_code, response.json()["code"]) == (404, "advocacy_not_found")
    assert listed(caller) == []


def test_a_key_without_the_scope_sees_and_answers_nothing(provider: Provider) -> None:
    advocacy = sent(provider)
    others = Caller.of(provider, scopes=[scope for scope in Scope if scope != Scope.ADVOCACY])
    for response in (others.get("/advocacy"), answer(others, advocacy, agrees=False, words="No.")):
        assert (response.status_code, response.json()["code"]) == (403, "scope_missing")


def test_a_repeated_request_is_answered_the_same(caller: Caller, provider: Provider) -> None:
    advocacy = sent(provider, PLACE)
    path, said = f"/advocacy/{advocacy.pk}/answer", {"agrees": True, "words": "We keep a place."}
    first, again = (caller.post(path, said, once="k") for _ in range(2))
    assert (first.json(), again["Idempotency-Replayed"]) == (again.json(), "true")


def test_of_somebody_who_has_left_nothing_is_told(caller: Caller, provider: Provider) -> None:
    advocacy = answered(sent(provider, PLACE, named=True), words="We keep a place.")
    leaving.leave(advocacy.learner_id, actor=ACTOR)
    [shown] = listed(caller)
    assert (shown["learner"], shown["words"], shown["answer"]) == (None, "[erased]", "")


@pytest.mark.parametrize("query", ["?state=proposed", "?state=x", "?limit=0", "?order=x"])
def test_what_the_list_does_not_know_is_refused(caller: Caller, query: str) -> None:
    response = caller.get(f"/advocacy{query}")
    holds("GET", "/api/v1/advocacy", response)
    assert response.status_code == 422


def test_the_list_costs_the_same_queries_however_long(
    caller: Caller, provider: Provider, django_assert_num_queries: Any
) -> None:
    caller.get("/me")
    for _each in range(2):
        sent(provider, PLACE, named=True)
        with django_assert_num_queries(4):
            caller.get("/advocacy")
