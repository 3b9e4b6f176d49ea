"""The public log: anybody fetches its keys, its checkpoints and the proof that each only adds to the last."""

from __future__ import annotations

import datetime as dt
from base64 import b64decode
from typing import Any

import pytest
from django.test import Client

from api.views import log as views
from ledger import merkle, notes, sealing, tasks
from ledger import models as ledger_models
from ledger.models import Seal
from tests.conftest import Clock
from tests.ledger.conftest import Book, open_book

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("alone_in_the_cluster")]
ROOT = "/.well-known/waymark"


@pytest.fixture
def book() -> Book:
    """Two checkpoints, of 4 and of 10 leaves."""
    made = open_book()
    for number in range(5):
        made.move(made.funder, made.pot, 1_00, f"in {number}")
        if number in (1, 4):
            sealing.seal()
    return made


def get(path: str = "", **query: Any) -> Any:
    return Client().get(f"{ROOT}{path}", query)


def known_keys() -> list[notes.Key]:
    return [notes.Key.read(line) for line in get("/keys").content.decode().splitlines()]


def test_the_index_leads_to_everything(book: Book, settings: Any) -> None:
    settings.PUBLIC_URL = "https://waymark.example"
    response = get()
    log = ledger_models.Book.objects.get().log
    assert response.json() == {
        "log": str(log),
        "keys": [str(key) for key in known_keys()],
        "eras": [
            {
                "era": 1,
                "origin": f"waymark.example/{log}/1",
                "size": 10,
                "checkpoint": f"https://waymark.example{ROOT}/1/checkpoint",
                "checkpoints": f"https://waymark.example{ROOT}/1/checkpoints",
                "consistency": f"https://waymark.example{ROOT}/1/consistency?from={{size}}&to={{size}}",
            }
        ],
    }
    assert response["Access-Control-Allow-Origin"] == "*"


def test_the_newest_checkpoint_is_signed_by_a_key_that_the_log_names(book: Book) -> None:
    response = get("/1/checkpoint")
    said = notes.read(response.content.decode(), known_keys())
    assert (said.size, said.more) == (10, ("era 1", "transfers 5", "events 5", "moved GBP 500"))
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response["Cache-Control"] == "public, max-age=5"


def test_a_checkpoint_of_a_size_never_changes_and_is_kept_for_ever(book: Book) -> None:
    response = get("/1/4/checkpoint")
    assert response.content.decode() == Seal.objects.get(size=4).note
    assert "immutable" in response["Cache-Control"]


def test_every_checkpoint_is_listed_page_by_page(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    listed = get("/1/checkpoints").json()
    assert [(one["size"], b64decode(one["root"])) for one in listed["checkpoints"]] == [
        (seal.size, bytes(seal.root)) for seal in Seal.objects.order_by("size")
    ]
    assert listed["next_after"] is None
    monkeypatch.setattr(views, "A_PAGE", 1)
    first = get("/1/checkpoints").json()
    second = get("/1/checkpoints", after=first["next_after"]).json()
    assert [one["size"] for one in first["checkpoints"] + second["checkpoints"]] == [4, 10]
    assert (first["next_after"], second["next_after"]) == (4, None)


def test_one_checkpoint_is_proven_to_begin_with_another(book: Book) -> None:
    answer = get("/1/consistency", **{"from": 4, "to": 10}).json()
    first, second = (notes.read(get(f"/1/{size}/checkpoint").content.decode(), known_keys()) for size in (4, 10))
    proof = [b64decode(step) for step in answer["consistency_proof"]]
    assert merkle.verify_consistency(4, 10, proof, first.root, second.root)
    assert not merkle.verify_consistency(4, 10, proof, second.root, first.root)


@pytest.mark.parametrize(
    ("path", "query", "status", "code"),
    [
        ("/2/checkpoint", {}, 404, "no_such_checkpoint"),
        ("/1/5/checkpoint", {}, 404, "no_such_checkpoint"),
        (f"/1/{'9' * 40}/checkpoint", {}, 404, "no_such_checkpoint"),
        (f"/{'9' * 40}/checkpoint", {}, 404, "no_such_checkpoint"),
        ("/4000000000/checkpoint", {}, 404, "no_such_checkpoint"),
        (f"/{'9' * 40}/checkpoints", {}, 404, "no_such_checkpoint"),
        ("/1/consistency", {}, 422, "field_missing"),
        ("/1/consistency", {"from": "4"}, 422, "field_missing"),
        ("/1/consistency", {"from": "four", "to": "10"}, 422, "field_wrong"),
        ("/1/consistency", {"from": "-4", "to": "10"}, 422, "field_wrong"),
        ("/1/consistency", {"from": "4", "to": "9" * 19}, 422, "field_wrong"),
        ("/1/consistency", {"from": "4", "to": "9" * 18}, 404, "no_such_checkpoint"),
        ("/1/consistency", {"from": "10", "to": "4"}, 404, "no_such_checkpoint"),
        ("/4000000000/consistency", {"from": "4", "to": "10"}, 404, "no_such_checkpoint"),
        ("/1/checkpoints", {"after": "²"}, 422, "field_wrong"),
    ],
)
def test_what_is_not_there_or_cannot_be_read_is_a_problem(
    book: Book, path: str, query: dict[str, str], status: int, code: str
) -> None:
    response = get(path, **query)
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert response["Cache-Control"] == "no-store"


def test_before_the_first_seal_the_log_is_empty() -> None:
    open_book()
    assert get().json()["eras"][0]["size"] == 0
    assert get("/1/checkpoint").status_code == 404
    assert get("/1/checkpoints").json() == {"checkpoints": [], "next_after": None}


def test_how_far_sealing_is_behind_is_seen_and_alarms(book: Book, clock: Clock) -> None:
    assert Client().get("/health/ledger").json()["unsealed_seconds"] == 0
    book.move(book.funder, book.pot, 1, "unsealed")
    clock.move_by(minutes=5)
    response = Client().get("/health/ledger")
    assert (response.status_code, response.json()["alarm_at_seconds"]) == (200, 600)
    assert response.json()["unsealed_seconds"] >= 300
    clock.move_by(days=1)
    response = Client().get("/health/ledger")
    assert response.status_code == 503
    assert response.json()["unsealed_seconds"] >= dt.timedelta(days=1).total_seconds()
    assert tasks.seal() == 2
    assert Client().get("/health/ledger").status_code == 200


def test_the_log_is_only_read(book: Book) -> None:
    for path in ("", "/keys", "/1/checkpoint", "/1/checkpoints", "/1/consistency"):
        assert Client().post(f"{ROOT}{path}").status_code == 405
