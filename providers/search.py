"""Search: the courses that a learner is looking for, the most fitting first, with the runs that they could join."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from providers import facets, nearby, spelling
from providers.facets import Choice
from providers.models import CourseRun
from providers.nearby import Spot

MOST = 1_000
"""How many courses a search goes through. Whoever has more than that narrows it."""
_RUNS = 4_000
"""How many runs, the soonest first, are looked through where no words say which are the best."""
_RANKED = 2_000
"""How many courses that have the words are ranked, twice: those that have them in their titles, and of all."""
_SHOWN = 20
"""How many of a course's runs come with it."""
ANYWHERE = (CourseRun.Mode.ONLINE, CourseRun.Mode.DISTANCE)
"""How a run is taught that is as near to everybody."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What narrows a search; a field left alone does not. Of one run, all of them have to hold.

    `category` is a detailed field, or a broad one by its first two digits. `max_price_minor`, in minor units of
    `currency`, is the highest price: priced runs up to it, and free ones; a price on request is never within it.
    `prices` are the only prices that will do, each a category, taught hours and minor units; free runs do too.
    `starts_within` is in days. `within_km` counts from `near`; what is taught online or at a distance is near
    everywhere. `buyable` leaves only what a voucher can buy.
    """

    category: str = ""
    town: str = ""
    mode: str = ""
    pattern: str = ""
    level: int | None = None
    provider: UUID | None = None
    starts_within: int | None = None
    starts_from: date | None = None
    starts_to: date | None = None
    max_price_minor: int | None = None
    currency: str = "GBP"
    prices: tuple[tuple[str, int | None, int], ...] | None = None
    near: Spot | None = None
    within_km: float | None = None
    buyable: bool = False


@dataclass(slots=True)
class Found:
    """What a search found: a page of courses, how many there are, and what would narrow it.

    Each course has `next_start` (date), `lowest_price_minor` (None when only on request), `matching` (how many runs
    fit), `rank`, and `matching_runs`, the first of them with their venues; each run has `distance_km`, None where
    that is not known or nobody asked. `total` is the least there are where `more`. `counted` says that the facets'
    counts are exact, and not the least. `corrected` are words that were taken for others.
    """

    courses: list[Any]
    total: int
    more: bool
    facets: dict[str, list[Choice]]
    counted: bool
    corrected: tuple[tuple[str, str], ...] = ()
    words: str = ""
    nearest_km: float | None = None


class _Sql(NamedTuple):
    """A search in SQL: conditions on an `entry`, those of facets apart by their names, and all parameters."""

    conditions: list[str]
    chosen: dict[str, str]
    words: str
    distance: str
    given: dict[str, Any]

    def entries(self, what: str, *, of: str = "", narrowed: bool = True, nearly: bool = False) -> str:
        """SQL of `what` of each entry that every condition holds for; `of` is a course. Not `narrowed`, the chosen
        facets need not hold; `nearly`, one of them need not."""
        conditions = [f"entry.course_id = {of}"] if of else []
        conditions += self.conditions
        if nearly and len(self.chosen) > 1:
            conditions.append(facets.nearly(self.chosen))
        elif narrowed and not nearly:
            conditions += self.chosen.values()
        return f"SELECT {what} FROM providers_catalogueentry AS entry WHERE {' AND '.join(conditions)}"


def find(query: str, filters: Filters, on: date, *, after: int = 0, most: int = MOST, as_typed: bool = False) -> Found:
    """Courses with at least one run that is listed on that day and fits the filters, best match first.

    Words are matched by their stem, the last also by how it begins (somebody may still be typing), in title,
    subjects, qualification, summary and description, weighed in that order. A word that no course has is taken for
    the nearest that some have, unless all is to be looked for `as_typed`. The order is total: rank, next start,
    distance, id (who was published first). `after` so many courses, at most `most` come. Two queries, a third for
    words, and where nothing is near enough one for what is nearest.
    """
    wanted = spelling.read(query)
    wanted = wanted if as_typed else spelling.correct(wanted)
    sql = _sql(wanted, filters, on)
    most = max(0, min(most, MOST - after))
    with connection.cursor() as cursor:
        cursor.execute(_statement(sql), sql.given | {"after": after, "most": most})
        rows = [_Row(*row) for row in cursor.fetchall()]
    [told] = [row for row in rows if row.kind == "total"]
    found = Found(
        courses=_courses([row for row in rows if row.kind == "run"]),
        total=min(told.number, MOST),
        more=told.number > MOST or told.cut,
        facets=_facets(row for row in rows if row.kind in facets.NAMES),
        counted=not told.sampled,
        corrected=wanted.corrected,
        words=str(wanted),
    )
    if not found.total and filters.near and filters.within_km is not None:
        found.nearest_km = _nearest(_sql(wanted, replace(filters, within_km=None), on))
    return found


def usual_prices(currency: str, up_to_minor: int, on: date, most: int) -> list[UUID]:
    """A run of each price that is asked for on that day, up to so many minor units, those of the most runs first.

    Prices are told apart by the category and the taught hours of what they are for. One query.
    """
    with connection.cursor() as cursor:
        cursor.execute(_PRICES, {"on": on, "currency": currency, "up_to": up_to_minor, "most": most})
        return [run for (run,) in cursor.fetchall()]


_LISTED = "entry.listed_from <= %(on)s AND entry.listed_until >= %(on)s"
_PRICES = f"""
    SELECT (array_agg(run_id))[1] FROM providers_catalogueentry AS entry
    WHERE {_LISTED} AND pricing = 'priced' AND currency = %(currency)s AND price_minor <= %(up_to)s
    GROUP BY category, hours, price_minor
    ORDER BY count(*) DESC, price_minor, category, hours LIMIT %(most)s
"""


def _sql(wanted: spelling.Wanted, filters: Filters, on: date) -> _Sql:
    words, given = wanted.tsquery()
    conditions, parameters = [_LISTED], {**given, "on": on}

    def keep(condition: str, **named: Any) -> None:
        conditions.append(condition)
        parameters.update(named)

    if filters.starts_from is not None:
        keep("entry.starts_on >= %(starts_from)s", starts_from=filters.starts_from)
    if filters.starts_to is not None:
        keep("entry.starts_on <= %(starts_to)s", starts_to=filters.starts_to)
    if filters.buyable:
        keep("entry.pricing = 'priced'")
    if filters.max_price_minor is not None:
        keep(
            "(entry.price_minor <= %(max_price)s AND entry.currency = %(currency)s OR entry.pricing = 'free')",
            max_price=filters.max_price_minor,
            currency=filters.currency,
        )
    if filters.prices is not None:
        categories, hours, prices = zip(*filters.prices, strict=True) if filters.prices else ((), (), ())
        keep(
            "(entry.pricing = 'free' OR entry.currency = %(currency)s"
            " AND (entry.category, coalesce(entry.hours, 0), entry.price_minor) IN"
            " (SELECT * FROM unnest(%(categories)s::text[], %(hours)s::int[], %(prices)s::bigint[])))",
            currency=filters.currency,
            categories=list(categories),
            hours=[each or 0 for each in hours],
            prices=list(prices),
        )
    distance = "NULL::float8"
    if filters.near is not None:
        distance = nearby.DISTANCE
        parameters |= {"latitude": filters.near.latitude, "longitude": filters.near.longitude}
        if filters.within_km is not None:
            keep(
                "(entry.mode = ANY (%(anywhere)s) OR entry.latitude BETWEEN %(south)s AND %(north)s"
                " AND entry.longitude BETWEEN %(west)s AND %(east)s"
                f" AND {nearby.DISTANCE} <= %(within_km)s)",
                anywhere=[str(mode) for mode in ANYWHERE],
                within_km=filters.within_km,
                **nearby.box(filters.near, filters.within_km),
            )
    chosen = _chosen(filters)
    parameters |= {name: value for name, (_condition, value) in chosen.items()}
    return _Sql(conditions, {name: condition for name, (condition, _) in chosen.items()}, words, distance, parameters)


def _chosen(filters: Filters) -> dict[str, tuple[str, Any]]:
    """The facets that are chosen: each one's condition and its parameter, which is called as the facet is."""
    digits = len(filters.category)
    every = {
        "category": (f"left(entry.category, {digits}) = %(category)s", filters.category),
        "level": ("entry.level IS NOT DISTINCT FROM %(level)s", filters.level),
        "mode": ("entry.mode = %(mode)s", filters.mode),
        "pattern": ("entry.pattern = %(pattern)s", filters.pattern),
        "town": ("lower(entry.town) = lower(%(town)s)", filters.town),
        "provider": ("entry.provider_id = %(provider)s", filters.provider),
        "starts_within": ("entry.starts_on <= %(on)s::date + %(starts_within)s", filters.starts_within),
    }
    return {name: both for name, both in every.items() if both[1] not in ("", None)}


def _statement(sql: _Sql) -> str:
    """One statement for a page and its facets; see `_Row`."""
    columns = f"entry.run_id, {sql.distance} AS distance, {facets.COLUMNS}"
    shown = f"run_id, starts_on, price_minor, {sql.distance} AS distance"
    if sql.words:
        # A course at a time: the planner cannot know how few a word leaves, and would read every entry there is.
        found = f"{_words(sql)}, fits AS MATERIALIZED (SELECT words.rank, entry.* FROM words, LATERAL ("
        found += f"{sql.entries(columns, of='words.id')} OFFSET 0) AS entry)"
        cut = f"(SELECT count(*) FROM words) > {_RANKED}"
    else:
        found = f"fits AS MATERIALIZED ({sql.entries(f'0::real AS rank, {columns}')}"
        found += f" ORDER BY entry.starts_on, entry.run_id LIMIT {_RUNS + 1})"
        cut = f"(SELECT count(*) FROM fits) > {_RUNS}"
    return f"""
        WITH {found},
        hits AS MATERIALIZED (
            SELECT course_id, max(rank) AS rank, min(starts_on) AS next_start, min(distance) AS distance
            FROM fits GROUP BY course_id
        ),
        page AS MATERIALIZED (
            SELECT hits.*, row_number() OVER (ORDER BY rank DESC, next_start, distance, course_id) AS place
            FROM hits ORDER BY place OFFSET %(after)s LIMIT %(most)s
        ),
        runs AS (
            SELECT page.course_id, page.place, page.rank, page.next_start, entry.*,
                row_number() OVER (PARTITION BY page.place ORDER BY starts_on, entry.distance, run_id) AS nth,
                count(*) OVER (PARTITION BY page.place) AS fitting,
                min(price_minor) OVER (PARTITION BY page.place) AS lowest
            FROM page, LATERAL ({sql.entries(shown, of="page.course_id")} OFFSET 0) AS entry
        ),
        sample AS MATERIALIZED ({_sample(sql)} LIMIT {facets.COUNTED + 1})
        SELECT 'run', '', '', fitting, course_id, run_id, place * 100 + nth, rank, next_start, distance, lowest,
            false, false
        FROM runs WHERE nth <= {_SHOWN}
        UNION ALL
        SELECT 'total', '', '', (SELECT count(*) FROM hits), NULL, NULL, 0, 0, NULL, NULL, NULL,
            {cut}, {cut} OR (SELECT count(*) FROM sample) > {facets.COUNTED}
        UNION ALL
        SELECT counts.facet, counts.value, coalesce(provider.name, counts.label), counts.courses,
            NULL, NULL, 0, 0, NULL, NULL, NULL, false, false
        FROM ({facets.counts(sql.chosen)}) AS counts (facet, value, label, courses)
        LEFT JOIN providers_provider AS provider ON facet = 'provider' AND provider.id::text = counts.value
        ORDER BY 7
    """


def _words(sql: _Sql) -> str:
    """SQL of the courses that have the words and a run that fits, with their rank. Where too many do, those that have
    the words in their titles come before the others."""
    fitting = f"WHERE EXISTS ({sql.entries('1', of='course.id')}) LIMIT {_RANKED + 1}"
    # OFFSET 0: by the index of the words first, and by that of the ids second, however few rows are expected.
    having = "SELECT id FROM (SELECT id FROM providers_course WHERE {} @@ ({}) OFFSET 0) AS course {}"
    return f"""
        matched AS MATERIALIZED (
            ({having.format(_TITLE, sql.words, fitting)}) UNION ({having.format("search", sql.words, fitting)})
        ),
        words AS MATERIALIZED (
            SELECT matched.id, course.rank FROM matched, LATERAL (
                SELECT ts_rank(search, {sql.words}) AS rank FROM providers_course WHERE id = matched.id OFFSET 0
            ) AS course
        )
    """


def _sample(sql: _Sql) -> str:
    """SQL of the runs that facets are counted of: all but one of the facets that are chosen hold."""
    if not sql.chosen:
        return "SELECT * FROM fits"
    columns = facets.COLUMNS + facets.held(sql.chosen)
    if not sql.words:
        return sql.entries(columns, nearly=True)
    each = f"({sql.entries(columns, of='course.id', nearly=True)} OFFSET 0) AS entry"
    having = f"(SELECT id FROM providers_course WHERE search @@ ({sql.words}) OFFSET 0) AS course"
    return f"SELECT entry.* FROM {having}, LATERAL {each}"


# As the index `course_title` has it.
_TITLE = (
    "(to_tsvector('english'::regconfig, COALESCE(title, '')) || to_tsvector('simple'::regconfig, COALESCE(title, '')))"
)


class _Row(NamedTuple):
    """A run of a course on the page, in its order; the `total`; or a choice of the facet that `kind` names."""

    kind: str
    value: str
    label: str
    number: int
    course: UUID
    run: UUID
    order: int
    rank: float
    next_start: date
    distance_km: float | None
    lowest_minor: int | None
    cut: bool
    sampled: bool


def _courses(rows: list[_Row]) -> list[Any]:
    """The courses of a page, each with what was found of it. One query."""
    runs = CourseRun.objects.select_related("venue", "course__provider").defer(
        "course__search", "course__description", "course__keywords"
    )
    fetched: Mapping[UUID, Any] = runs.in_bulk([row.run for row in rows])
    courses: dict[UUID, Any] = {}
    for row in rows:
        run = fetched[row.run]
        course = courses.setdefault(row.course, run.course)
        if course is run.course:
            course.next_start, course.lowest_price_minor = row.next_start, row.lowest_minor
            course.matching, course.rank, course.matching_runs = row.number, row.rank, []
        run.course, run.distance_km = course, row.distance_km
        course.matching_runs.append(run)
    return list(courses.values())


def _facets(rows: Iterable[_Row]) -> dict[str, list[Choice]]:
    """The choices of each facet, those with the most courses first."""
    found: dict[str, list[Choice]] = {name: [] for name in facets.NAMES}
    for row in rows:
        found[row.kind].append(Choice(row.value, row.number, row.label))
    for choices in found.values():
        choices.sort(key=lambda choice: (-choice.courses, choice.label, choice.value))
    return found


def _nearest(sql: _Sql) -> float | None:
    """How far the nearest run is that fits everything but the distance. One query."""
    statement = sql.entries(f"min({sql.distance})")
    if sql.words:
        statement += f" AND entry.course_id IN (SELECT id FROM providers_course WHERE search @@ ({sql.words}))"
    with connection.cursor() as cursor:
        cursor.execute(statement, sql.given)
        [(nearest,)] = cursor.fetchall()
    return None if nearest is None else float(nearest)
