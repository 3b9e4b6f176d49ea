"""How fast a feed becomes a catalogue: a college of so many courses with two runs each, new, changed, and again."""

from __future__ import annotations

import time
from io import BytesIO
from typing import Any

import rich
from rich.table import Table

from ledger import Actor
from providers.importing import import_feed

RUNS = 2
HEAD = (
    '<catalog xmlns="http://xcri.org/profiles/1.2/catalog" xmlns:mlo="http://purl.org/net/mlo"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" generated="2026-09-01T09:00:00"><provider>'
    "<dc:identifier>BENCH</dc:identifier><dc:title>College of a measurement</dc:title>\n"
)


def measure(courses: int) -> dict[str, Any]:
    """Imports of one XCRI-CAP feed: all new, all changed, all the same. Prints a table and returns rows a second,
    a row being a course or a run."""
    rows = courses * (1 + RUNS)
    table = Table(title=f"{courses:,} courses with {RUNS} runs each, one import in one transaction")
    table.add_column("the feed's rows are")
    table.add_column("rows/s", justify="right")
    rates = {}
    for name, cost in (("new", 84), ("changed", 90), ("unchanged", 90)):
        content = _feed(courses, cost)
        begun = time.perf_counter()
        import_feed(BytesIO(content), source_name="bench", actor=Actor.system("bench"))
        rates[name] = round(rows / (time.perf_counter() - begun))
        table.add_row(name, f"{rates[name]:,}")
    rich.print(table)
    return {"rows": rows, "import_rows_per_second": rates["new"], "rows_per_second": rates}


def _feed(courses: int, cost: int) -> bytes:
    return (HEAD + "".join(_course(number, cost) for number in range(courses)) + "</provider></catalog>").encode()


def _course(number: int, cost: int) -> str:
    described = "A course for adults who would like to learn something new, with others. " * 8
    runs = "".join(
        f"<presentation><dc:identifier>R{run}</dc:identifier><mlo:start>2027-09-06</mlo:start><end>2028-06-30</end>"
        f'<attendancePattern identifier="EV">Evening</attendancePattern><mlo:cost>{cost}.00</mlo:cost>'
        f"<venue><provider><dc:title>Campus {number % 10}</dc:title><mlo:location><mlo:town>Newbridge</mlo:town>"
        "</mlo:location></provider></venue></presentation>\n"
        for run in range(RUNS)
    )
    return (
        f"<course><dc:description>{described}</dc:description><dc:identifier>C{number}</dc:identifier>"
        f"<dc:title>Computing at {cost}, part {number}</dc:title>{runs}</course>\n"
    )
