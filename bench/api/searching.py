"""A page of a search with its facets, over ever larger catalogues: milliseconds, and how they grow."""

from __future__ import annotations

import os
import random
import statistics
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import rich
from django.db.models import Model
from rich.table import Table

import ledger
from providers.gathering import gather_words
from providers.models import Accreditation, Course, CourseRun, Provider, Venue
from providers.nearby import locate
from providers.search import Filters, find

SIZES = (10_000, 100_000)
LARGE = 1_000_000
RUNS_A_COURSE = 3
COURSES_A_PROVIDER = 120
SEED = 20270906

SUBJECTS = {
    "Bookkeeping": "0411", "Plumbing": "0732", "Welding": "0715", "Hairdressing": "1012", "Childcare": "0922",
    "Nursing": "0913", "Spanish": "0231", "French": "0231", "Welsh": "0231", "English": "0021", "Maths": "0021",
    "Computing": "0611", "Spreadsheets": "0611", "Programming": "0613", "Networking": "0612", "Electrics": "0713",
    "Bricklaying": "0732", "Carpentry": "0722", "Catering": "1013", "Baking": "1013", "Pottery": "0214",
    "Photography": "0211", "Painting": "0213", "Guitar": "0215", "Yoga": "1014", "Counselling": "0923",
    "Management": "0413", "Marketing": "0414", "Law": "0421", "Psychology": "0313", "History": "0222",
    "Gardening": "0812", "Forklift": "1041", "Security": "1032", "Teaching": "0113", "Sewing": "0723",
    "Accounting": "0411", "Payroll": "0411", "Sociology": "0314", "Biology": "0511",
}  # fmt: skip
KINDS = [
    "for beginners", "level 1", "level 2", "level 3", "certificate", "award", "diploma", "an introduction", "improvers",
    "advanced", "in the community", "at work", "refresher", "evening class", "taster", "NVQ", "GCSE", "with confidence",
    "for small firms", "online",
]  # fmt: skip
CHATTER = [
    "you", "will", "learn", "skills", "practical", "course", "students", "work", "tutor", "college", "experience",
    "qualification", "develop", "knowledge", "support", "career", "employment", "units", "assessment", "portfolio",
    "learning", "group", "week", "session", "progress", "confidence", "understanding", "training", "workshop",
    "industry", "professional", "techniques", "theory", "practice", "health", "safety", "materials", "equipment", "job",
    "interview",
]  # fmt: skip
LEVELS = [None, 0, 1, 1, 2, 2, 2, 3, 3, 4]
PRICES = [0, 45, 60, 90, 120, 120, 150, 240, 300, 480, 750, 1200]
PATTERNS = ["daytime", "evening", "evening", "weekend", ""]
TOWNS = 60
# What people type, with a slip here and there, and what they narrow it by.
QUERIES: list[tuple[str, dict[str, Any]]] = [
    ("", {}),
    ("plumbing", {}),
    ("plumming", {}),
    ("bookkeeping for beginners", {}),
    ("bookeeping", {"level": 2}),
    ("comp", {}),
    ("welsh", {"mode": "online"}),
    ("certificate", {}),
    ("level 3 diploma", {}),
    ("nursing", {"within_km": 16}),
    ("", {"within_km": 16}),
    ("", {"within_km": 40, "level": 2}),
    ("", {"town": "Town 7"}),
    ("", {"category": "07", "pattern": "evening"}),
    ("", {"mode": "online", "level": 3, "category": "04"}),
    ("gardening", {"pattern": "weekend", "within_km": 40}),
    ("payroll", {"max_price_minor": 200_00}),
    ("", {"max_price_minor": 100_00, "starts_within": 91}),
    ("portfolio", {}),
    ("zzqqxx", {}),
]


def measure(rounds: int, *, large: bool) -> dict[str, Any]:
    """Catalogues of growing size in one database, each searched in every way; prints a table and returns it."""
    sizes = (*SIZES, LARGE) if large else SIZES
    return _told({size: _measured(size, before, rounds) for before, size in zip((0, *sizes), sizes, strict=False)})


def _measured(size: int, before: int, rounds: int) -> dict[str, list[float]]:
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        _fill(owner, before, size)
        gather_words()
        owner.execute("VACUUM ANALYZE")  # as a database that has been in use for a while is
    taken: dict[str, list[float]] = {}
    for turn in range(rounds + 1):
        for query, narrowed in QUERIES:
            milliseconds = _search(query, narrowed)
            if turn:  # the first warms up
                name = " ".join([query or "–", *(f"{name}={value}" for name, value in narrowed.items())])
                taken.setdefault(name, []).append(milliseconds)
    return taken


def _search(query: str, narrowed: dict[str, Any]) -> float:
    began = time.perf_counter()
    near = locate("Town 7") if "within_km" in narrowed else None
    find(query, Filters(near=near, **narrowed), ledger.today(), most=12)
    return (time.perf_counter() - began) * 1000


def _fill(owner: psycopg.Connection[Any], before: int, size: int) -> None:
    """Add courses until there are `size` runs. The same for the same sizes, but for the day that it is."""
    chance = random.Random(SEED + before)
    courses = range(before // RUNS_A_COURSE, size // RUNS_A_COURSE)
    known = -(-(before // RUNS_A_COURSE) // COURSES_A_PROVIDER)
    providers = range(known, (size // RUNS_A_COURSE - 1) // COURSES_A_PROVIDER + 1)
    owner.execute("SET session_replication_role = replica")  # the entries are made once, at the end
    _copy(owner, Provider, "id name identifier state registered_at", _providers(providers))
    accredited = ("Quality Council", "2020-01-01", "2020-01-01")
    _copy(
        owner,
        Accreditation,
        "id provider_id issuer valid_from recorded_at",
        ((_id("5", number), _id("1", number), *accredited) for number in providers),
    )
    _copy(owner, Venue, "id provider_id name street town postcode latitude longitude", _venues(providers, chance))
    _copy(
        owner,
        Course,
        "id provider_id identifier title summary description keywords level category published_at",
        _courses(courses, chance),
    )
    _copy(
        owner,
        Accreditation,
        "id course_id issuer valid_from recorded_at",
        ((_id("6", number), _id("3", number), *accredited) for number in courses),
    )
    _copy(
        owner,
        CourseRun,
        "id course_id identifier venue_id starts_on ends_on mode pattern pricing price_minor published_at",
        _runs(courses, chance),
    )
    owner.execute("SET session_replication_role = origin")
    owner.execute("ANALYZE")
    owner.execute(
        "SELECT providers_list_again(ARRAY(SELECT id FROM providers_course WHERE id >= %s))", [_id("3", courses.start)]
    )


def _copy(owner: psycopg.Connection[Any], model: type[Model], named: str, rows: Iterator[Sequence[Any]]) -> None:
    """Copy rows of the columns named into the table; the others hold what they hold when nothing is said."""
    columns = named.split()
    unsaid = [field for field in model._meta.local_concrete_fields if field.column not in columns]
    rest = {field.column: field.get_default() for field in unsaid if not (field.null or field.generated)}
    into = f"COPY {model._meta.db_table} ({', '.join([*columns, *rest])}) FROM STDIN"
    with owner.cursor() as cursor, cursor.copy(into) as copy:
        for row in rows:
            copy.write_row((*row, *rest.values()))


def _id(kind: str, number: int) -> str:
    return str(UUID(int=int(kind, 16) << 120 | number))


def _providers(numbers: Sequence[int]) -> Iterator[Sequence[Any]]:
    for number in numbers:
        yield _id("1", number), f"College {number}", f"bench-{number}", "active", "2020-01-01"


def _venues(numbers: Sequence[int], chance: random.Random) -> Iterator[Sequence[Any]]:
    for number in numbers:
        town = int(TOWNS * chance.random() ** 2)
        latitude, longitude = (
            51.3 + town % 10 * 0.2 + chance.random() / 20,
            -4.5 + town // 10 * 0.6 + chance.random() / 20,
        )
        yield (
            _id("2", number),
            _id("1", number),
            "Campus",
            "1 High Street",
            f"Town {town}",
            f"TN{town} 1AA",
            latitude,
            longitude,
        )


def _courses(numbers: Sequence[int], chance: random.Random) -> Iterator[Sequence[Any]]:
    # The more a word is used, the fewer there are that are used as much (Zipf).
    rare = [f"{chance.choice('bcdfglmnprst')}{chance.choice('aeiou')}{number:x}ing" for number in range(5_000)]
    weights = [1 / (place + 1) for place in range(len(rare))]
    subject_weights = [1 / (place + 3) for place in range(len(SUBJECTS))]
    for number in numbers:
        [(subject, category)] = chance.choices(list(SUBJECTS.items()), subject_weights)
        words = chance.choices(CHATTER, k=45) + chance.choices(rare, weights, k=15)
        kind = chance.choice(KINDS)
        yield (
            _id("3", number), _id("1", number // COURSES_A_PROVIDER), f"course-{number}", f"{subject} {kind}",
            f"{subject}: {' '.join(words[40:55])}.", f"{' '.join(words)}.", subject, chance.choice(LEVELS),
            category, "2020-01-01",
        )  # fmt: skip


def _runs(courses: Sequence[int], chance: random.Random) -> Iterator[Sequence[Any]]:
    today = ledger.today()
    for course in courses:
        price = chance.choice(PRICES) * 100
        for nth in range(RUNS_A_COURSE):
            starts_on = today + timedelta(days=1 + int(360 * chance.random() ** 1.5))
            mode = chance.choice(["classroom", "classroom", "classroom", "online", "blended", "distance"])
            number = course * RUNS_A_COURSE + nth
            yield (
                _id("4", number), _id("3", course), f"run-{number}",
                None if mode in ("online", "distance") else _id("2", course // COURSES_A_PROVIDER),
                starts_on, starts_on + timedelta(days=70), mode, chance.choice(PATTERNS),
                "priced" if price else "free", price, "2020-01-01",
            )  # fmt: skip


def _told(measured: dict[int, dict[str, list[float]]]) -> dict[str, Any]:
    """p95 is over all searches of a size, of every kind alike."""
    p95 = {size: round(_p95([each for one in taken.values() for each in one]), 1) for size, taken in measured.items()}
    medians = {
        size: {name: round(statistics.median(each), 1) for name, each in taken.items()}
        for size, taken in measured.items()
    }
    table = Table(title=f"milliseconds of a search, the median; load {os.getloadavg()[0]:.1f}")
    table.add_column("search")
    for size in measured:
        table.add_column(f"{size:,} runs", justify="right")
    for name in medians[SIZES[0]]:
        table.add_row(name, *(f"{medians[size][name]:.1f}" for size in measured))
    table.add_section()
    table.add_row("p95 of all", *(f"{p95[size]:.1f}" for size in measured))
    rich.print(table)
    return {
        "p95_ms": {str(size): value for size, value in p95.items()},
        "p95_of_ten_times_as_much": round(p95[SIZES[1]] / p95[SIZES[0]], 2),
        "medians_ms": {str(size): each for size, each in medians.items()},
        "load": os.getloadavg()[0],
    }


def _p95(taken: list[float]) -> float:
    return statistics.quantiles(taken, n=20, method="inclusive")[-1]
