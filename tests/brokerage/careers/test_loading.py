"""Figures of the labour market from a file of anybody's: all of it or nothing, and each with its source."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from brokerage.careers import loading
from brokerage.careers.errors import FiguresRefused
from brokerage.careers.loading import Loaded, load
from brokerage.careers.models import MarketFigure, Measure
from brokerage.careers.reading import figures_for
from ledger.models import Event
from tests.factories.careers import OPENINGS, PAY, PEOPLE, table
from tests.factories.vouchers import ACTOR

pytestmark = pytest.mark.django_db


def known(occupation: str, place: str = "wales") -> list[tuple[str, int, str, bool]]:
    found = figures_for(occupation, place)
    return [(each.figure.measure, each.figure.value, each.figure.period, each.wider) for each in found]


def faults(content: bytes) -> list[str]:
    with pytest.raises(FiguresRefused) as refused:
        load(content, actor=ACTOR)
    assert not MarketFigure.objects.exists()
    return [str(fault) for fault in refused.value.faults]


def test_what_is_nearest_and_newest_is_known_of_an_occupation() -> None:
    newer = PAY.replace("2025", "2026").replace("3120000", "3200000")
    wider = PAY.replace("3313", "331").replace("2025", "2027")
    assert load(table(newer, PAY, wider, PEOPLE, OPENINGS), actor=ACTOR) == Loaded(new=5, changed=0, same=0)
    assert known("3313") == [
        ("median_pay", 3200000, "2026", False),
        ("people", 4200, "2025", True),
        ("openings", 900, "2025–2030", True),
    ]
    assert known("3321") == [("openings", 900, "2025–2030", True)]
    assert known("7115") == known("3313", "scotland") == known("") == []


def test_loaded_again_it_changes_nothing_and_what_its_source_corrects_is_changed() -> None:
    load(table(PAY, PEOPLE), actor=ACTOR)
    assert load(table(PAY, PEOPLE), actor=ACTOR) == Loaded(new=0, changed=0, same=2)
    assert load(table(PAY.replace("3120000", "3130000"), PEOPLE), actor=ACTOR) == Loaded(new=0, changed=1, same=1)
    assert known("3313")[0] == ("median_pay", 3130000, "2025", False)
    said = Event.objects.filter(kind="labour_market.loaded").order_by("id").values_list("data", flat=True)
    assert list(said) == [{"new": 2, "changed": 0}, {"new": 0, "changed": 1}]


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (PAY.replace("wales", "atlantis"), "line 3, place: one of england, wales"),
        (PAY.replace("wales", "elsewhere"), "line 3, place: one of"),
        (PAY.replace("3313", "9999"), "line 3, occupation: a code of ISCO-08"),
        (PAY.replace("median_pay", "happiness"), "line 3, measure: one of median_pay, people, openings"),
        (PAY.replace("3120000", "31200.00"), "line 3, value: a whole number"),
        (PAY.replace("3120000", "-5"), "line 3, value: a whole number"),
        (PAY.replace("3120000", "9" * 4000), "line 3, value: a whole number"),
        (PAY.replace("3120000", "٣١٢"), "line 3, value: a whole number"),
        (PAY.replace("GBP", "GBX"), "line 3, unit: a currency such as GBP"),
        (PEOPLE.replace("people,2025", "jobs,2025"), "line 3, unit: people"),
        (PAY.replace("2025", "2030-2025"), "line 3, period: a year or two"),
        (PAY.replace("Office of Figures", ""), "line 3, source: who says so"),
        (PAY.replace("Office of Figures", "=HYPERLINK(1)"), "line 3, source: begins like a formula"),
        (PAY.replace("https:", "javascript:"), "line 3, source_address: a web address"),
        (PAY + ",more", "line 3: 9 cells instead of 8"),
        (PEOPLE.replace("4200", "4300"), "line 3: line 2 has a figure of the same kind already"),
        ('"' + PAY, "line 3: no CSV"),
        ("x" * 200_000, "line 3: no CSV"),
    ],
)
def test_one_wrong_row_is_named_and_nothing_is_taken(row: str, fault: str) -> None:
    [told] = faults(table(PEOPLE, row))
    assert told.startswith(fault)


def test_a_file_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert faults(b"place,occupation\n")[0].startswith("line 1: the columns are place,occupation,measure")
    assert faults(table()) == ["line 2: there is no figure in it"]
    assert faults(table(PAY) + b"\n\xff")[0].startswith("line 3: not text in UTF-8")
    assert faults(table(PAY.replace("Office", "\0")))[0].startswith("line 2")
    assert len(faults(table(*[PAY.replace("3313", "x")] * 500))) == loading.MOST_FAULTS + 1
    monkeypatch.setattr(loading, "MOST_ROWS", 1)
    assert faults(table(PAY, PEOPLE)) == ["line 3: a file has 1 rows at the most"]
    monkeypatch.setattr(loading, "MOST_BYTES", 20)
    assert faults(table(PAY))[0].startswith("line 1: a file has")
    assert not Event.objects.filter(kind="labour_market.loaded").exists()


def test_the_database_takes_no_figure_without_what_it_is_and_whence() -> None:
    load(table(PAY), actor=ACTOR)
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"source": ""}, "market_figure_says_what_and_whence"),
        ({"last_year": 2020}, "market_figure_says_what_and_whence"),
        ({"currency": ""}, "market_figure_of_pay_has_a_currency"),
        ({"measure": Measure.PEOPLE}, "market_figure_of_pay_has_a_currency"),
    ]
    for fields, wall in wrong:
        with pytest.raises(IntegrityError, match=wall), transaction.atomic():
            MarketFigure.objects.update(**fields)


def test_by_hand(tmp_path: Path) -> None:
    file, told = tmp_path / "figures.csv", StringIO()
    file.write_bytes(b"\xef\xbb\xbf" + table(PAY, PEOPLE))
    call_command("labour_market", file, stdout=told)
    assert told.getvalue() == "2 new, 0 changed, 0 there already.\n"
    file.write_bytes(table(PAY.replace("GBP", "pounds")))
    with pytest.raises(CommandError, match=r"nothing of it was loaded\.\n  line 2, unit: a currency such as GBP"):
        call_command("labour_market", file)
    with pytest.raises(CommandError, match="No such file"):
        call_command("labour_market", tmp_path / "none.csv")
