"""Attendance over the API: as JSON or as CSV, an outcome for each line, and what a voucher then shows."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from api.bodies import MOST_LINES
from config.ids import new_code
from ledger import today
from ledger.models import Event
from providers.models import Provider
from tests.api.contract import holds
from tests.factories.api import Caller
from tests.factories.vouchers import a_voucher, vouchers
from vouchers.attendance import AttendanceRecord
from vouchers.models import State

CSV = {"Content-Type": "text/csv"}


def send(caller: Caller, body: Any, **how: Any) -> Any:
    response = caller.post("/attendance", body, **how)
    holds("POST", "/api/v1/attendance", response)
    return response


def line(code: str, attended: str = "present", **more: Any) -> dict[str, Any]:
    return {"voucher": code, "day": today().isoformat(), "attended": attended, **more}


def outcomes(response: Any) -> list[str]:
    return [each.get("problem", {}).get("code") or each["outcome"] for each in response.json()["lines"]]


def test_good_lines_are_recorded_and_bad_ones_are_told_why(caller: Caller, provider: Provider) -> None:
    one, other = vouchers(2, provider=provider, state=State.STARTED)
    waiting = a_voucher(provider=provider, state=State.ACCEPTED)
    theirs = a_voucher(state=State.STARTED)
    tomorrow = (today() + dt.timedelta(days=1)).isoformat()
    response = send(
        caller,
        {
            "lines": [
                line(one.code, hours=2.5),
                line(theirs.code),
                line(new_code()),
                line(waiting.code),
                line(one.code, "absent"),
                line(other.code) | {"day": tomorrow},
                line(other.code, "absent", hours=1),
                line(other.code, "excused"),
            ]
        },
    )
    assert outcomes(response) == [
        "recorded",
        "voucher_not_found",
        "voucher_not_found",
        "wrong_state",
        "attendance_twice",
        "attendance_day_wrong",
        "attendance_hours_wrong",
        "recorded",
    ]
    answer = response.json()
    assert (answer["recorded"], answer["refused"]) == (2, 6)
    first = answer["lines"][0]
    assert (first["voucher"], first["record"]["attended"], first["record"]["hours"]) == (one.code, "present", 2.5)
    stored = AttendanceRecord.objects.order_by("id").values_list("voucher", "attended", "recorded_by")
    assert list(stored) == [
        (one.pk, "present", f"key:{caller.key.pk}"),
        (other.pk, "excused", f"key:{caller.key.pk}"),
    ]


def test_a_register_comes_as_csv_too(caller: Caller, provider: Provider) -> None:
    one, other = vouchers(2, provider=provider, state=State.STARTED)
    day = today().isoformat()
    rows = (
        f'\ufeffattended, voucher,day,hours\r\npresent,{one.code},{day},2.5\r\n"absent",{other.code.lower()},{day},\r\n'
    )
    assert outcomes(send(caller, rows.encode(), **CSV)) == ["recorded", "recorded"]
    assert list(AttendanceRecord.objects.order_by("id").values_list("attended", "hours")) == [
        ("present", 2.5),
        ("absent", None),
    ]


def test_a_day_is_corrected_and_the_first_word_is_kept(caller: Caller, provider: Provider) -> None:
    voucher = a_voucher(provider=provider, state=State.STARTED)
    send(caller, {"lines": [line(voucher.code, "absent")]})
    send(caller, {"lines": [line(voucher.code, "present")]})
    path = f"/vouchers/{voucher.code}/attendance"
    response = caller.get(path)
    holds("GET", f"/api/v1{path}", response)
    answer = response.json()
    assert answer["attendance"] == {"present": 1, "absent": 0, "excused": 0, "percent": 100}
    assert [(each["attended"], each["replaced_at"] is None) for each in answer["records"]] == [
        ("absent", False),
        ("present", True),
    ]


def test_a_voucher_shows_how_often_its_learner_came(caller: Caller, provider: Provider, clock: Any) -> None:
    voucher = a_voucher(provider=provider, state=State.STARTED)
    for attended in ("present", "absent", "present", "excused"):
        send(caller, {"lines": [line(voucher.code, attended)]})
        clock.move_by(days=1)
    response = caller.get(f"/vouchers/{voucher.code}")
    holds("GET", f"/api/v1/vouchers/{voucher.code}", response)
    assert response.json()["attendance"] == {"present": 2, "absent": 1, "excused": 1, "percent": 66}


def test_somebody_elses_attendance_is_no_attendance(caller: Caller) -> None:
    theirs = a_voucher(state=State.STARTED)
    for code in (theirs.code, new_code(), "nonsense"):
        response = caller.get(f"/vouchers/{code}/attendance")
        assert (response.status_code, response.json()["code"]) == (404, "voucher_not_found")


def test_a_repeated_request_is_answered_the_same(caller: Caller, provider: Provider) -> None:
    voucher = a_voucher(provider=provider, state=State.STARTED)
    first = send(caller, {"lines": [line(voucher.code)]}, once="k")
    again = send(caller, {"lines": [line(voucher.code)]}, once="k")
    assert (first.json(), again["Idempotency-Replayed"]) == (again.json(), "true")
    assert AttendanceRecord.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"day": "13/9/2027"}, "field_wrong", "day"),
        ({"day": "2027-02-30"}, "field_wrong", "day"),
        ({"day": None}, "field_wrong", "day"),
        ({"attended": "late"}, "field_wrong", "attended"),
        ({"attended": True}, "field_wrong", "attended"),
        ({"hours": "2"}, "field_wrong", "hours"),
        ({"hours": True}, "field_wrong", "hours"),
        ({"hours": 2.555}, "field_wrong", "hours"),
        ({"hours": 1e400}, "not_json", None),
        ({"hours": 100}, "field_wrong", "hours"),
        ({"note": "was ill"}, "field_unknown", "note"),
    ],
)
def test_what_is_no_line_is_refused_whole(
    caller: Caller, provider: Provider, change: dict[str, Any], code: str, field: str | None
) -> None:
    voucher = a_voucher(provider=provider, state=State.STARTED)
    events = Event.objects.count()
    problem = send(caller, {"lines": [line(voucher.code), line(voucher.code) | change]}).json()
    assert (problem["code"], problem.get("field")) == (code, field and f"lines[1].{field}")
    assert (AttendanceRecord.objects.count(), Event.objects.count()) == (0, events)


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        (b"\xff\xfe", "not_csv"),
        (b"voucher,voucher\nx,y\n", "not_csv"),
        (b"\n", "not_csv"),
        (b'voucher,day,attended\n"x,2027-09-06,present\n', "not_csv"),
        (b"voucher,day,attended\n", "field_wrong"),
        (b"voucher,day,attended\nx,2027-09-06\n", "field_missing"),
        (b"voucher,day,attended\nx,2027-09-06,present,more\n", "field_unknown"),
        (b"voucher,day,attended,name\nx,2027-09-06,present,Megan\n", "field_unknown"),
        (b"voucher,day,attended,hours\nx,2027-09-06,present,two\n", "field_wrong"),
        (b"voucher,day,attended\n" + b"x,2027-09-06,present\n" * (MOST_LINES + 1), "too_many_lines"),
        (b"", "field_missing"),
    ],
)
def test_a_table_that_is_none_is_refused_whole(caller: Caller, rows: bytes, code: str) -> None:
    response = send(caller, rows, **CSV)
    assert (response.status_code in (400, 422), response.json()["code"]) == (True, code)
    assert not AttendanceRecord.objects.exists()


def test_a_table_is_read_only_where_one_is_expected(caller: Caller) -> None:
    response = caller.post("/acceptances", b"voucher\nx\n", **CSV)
    assert (response.status_code, response.json()["code"]) == (415, "content_type_wrong")
    assert "text/csv" in send(caller, b"<x/>", **{"Content-Type": "text/xml"}).json()["do"]
