"""The scorecard: each of the seven steps of personalisation, for a scheme or a guidance organisation."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from itertools import groupby

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

import ledger
from brokerage import scoring
from brokerage.scoring import Line, Scope
from config.money import in_words, major
from config.refusals import Sentence
from config.tables import not_a_formula
from vouchers.track_records import ENOUGH

STEPS: dict[str, Sentence] = {
    "consultation": _("Talking with an adviser"),
    "choice": _("More to choose from"),
    "voice": _("A voice"),
    "advocacy": _("Somebody who speaks up"),
    "partnership": _("Others who help"),
    "coproduction": _("Shaping it together"),
    "funding": _("Money that follows the choice"),
}
WORDS: dict[str, Sentence] = {
    "entitled": _("Learners with an account"),
    "talked": _("Learners who talked with an adviser"),
    "to_ring": _("Learners who asked to be rung"),
    "rung_in_time": _("of them rung within the time promised"),
    "asked": _("Learners who asked for a course"),
    "answered": _("of them answered by an adviser"),
    "in_time": _("of them answered within the time promised"),
    "overridden": _("Learners who chose against the advice"),
    "declined": _("Learners who were told no"),
    "complained": _("Learners who complained about an adviser"),
    "guidance_asked": _("Learners who were asked how a talk or an answer was"),
    "guidance_said": _("of them said how it was"),
    "guidance_helped": _("of them helped to decide"),
    "on_sale": _("Courses on sale, in everything"),
    "providers": _("Providers that sell them"),
    "bundles": _("Learners who took an exam, travel or care with a course"),
    "saved": _("Learners who saved a course for later"),
    "could_say": _("Learners whose course is over"),
    "said": _("of them said how it was"),
    "answered_by_providers": _("Answers by providers"),
    "asked_for": _("Learners for whom an adviser asked a provider"),
    "provider_answered": _("of them with an answer"),
    "provider_in_time": _("of them within the time promised"),
    "agreed": _("of them with a yes"),
    "referred": _("Learners whom an adviser would refer to others"),
    "referral_agreed": _("of them with their yes"),
    "referral_answered": _("of them with an answer"),
    "referral_in_time": _("of them within the time promised"),
    "helped": _("of them helped, or who came"),
    "proposed": _("Learners who proposed how the scheme should work"),
    "voted": _("Learners who voted on a proposal"),
    "wished": _("Learners who wished for what nobody offers"),
    "would_come": _("Learners who would come to an offer to a group"),
    "group_agreed": _("of them to one that takes place"),
    "bought": _("Learners who bought a course"),
    "account_minor": _("Paid from their accounts"),
    "own_minor": _("Paid by themselves"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A line in words; a cell is "" where it cannot be told by band."""

    words: Sentence
    cells: list[Sentence]


@dataclass(frozen=True, slots=True)
class Step:
    """A step's rows; `bands` are the columns beside "all", none where nothing of it can be told by band."""

    words: Sentence
    bands: list[Sentence]
    rows: list[Row]


def card(scope: Scope) -> list[Step]:
    """What a page shows."""
    lines = scoring.scorecard(scope, ledger.now(), ledger.today())
    return [_step(step, list(of_step), scope) for step, of_step in groupby(lines, key=lambda line: line.step)]


def table(scope: Scope, name: str) -> HttpResponse:
    """The same as CSV: codes, and numbers that a spreadsheet reckons with; empty where it is held back or not told."""
    lines = scoring.scorecard(scope, ledger.now(), ledger.today())
    bands = bands_of(lines)
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="scorecard-{name}-{ledger.today():%Y-%m-%d}.csv"'
    rows = csv.writer(response)
    rows.writerow(["step", "figure", "all", *(not_a_formula(band) or "no band" for band in bands)])
    for line in lines:
        rows.writerow(
            [line.step, line.code, *(_number(line, number, scope) for number in (line.all, *_by_band(line, bands)))]
        )
    return response


def bands_of(lines: list[Line]) -> list[str]:
    return sorted({band for line in lines for band in line.by_band})


def _step(step: str, lines: list[Line], scope: Scope) -> Step:
    bands = bands_of(lines)
    bands = bands if len(bands) > 1 else []
    named: list[Sentence] = [band.replace("_", " ") or _("no band") for band in bands]
    return Step(STEPS[step], named, [Row(WORDS[line.code], _cells(line, bands, scope)) for line in lines])


def _cells(line: Line, bands: list[str], scope: Scope) -> list[Sentence]:
    by_band = [_words(line, line.by_band[band], scope) if band in line.by_band else "" for band in bands]
    return [_words(line, line.all, scope), *by_band]


def _by_band(line: Line, bands: list[str]) -> list[int | None]:
    return [line.by_band.get(band) for band in bands]


def _words(line: Line, number: int | None, scope: Scope) -> Sentence:
    amount = line.code.endswith("_minor")
    if number is None:
        # It may be many, where whoever is not in it would be few.
        return _("held back") if amount or line.code == "guidance_helped" else _("few")
    return in_words(number, scope.currency) if amount else str(number)


def _number(line: Line, number: int | None, scope: Scope) -> object:
    if number is None:
        return ""
    return major(number, scope.currency) if line.code.endswith("_minor") else number


CONTEXT = {"enough": ENOUGH, "days": scoring.PERIOD.days}
