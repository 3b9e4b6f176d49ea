"""What pages are made of: money, days and clocks in the reader's way, and the pictures beside them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.pricing import Split
from brokerage.careers.models import MarketFigure
from brokerage.careers.occupations import titles
from config.locales import number
from config.money import in_a_sentence, in_words
from providers.categories import category_name
from vouchers.models import Milestone

register = template.Library()


@register.filter
def money(amount_minor: int | None, currency: str = "GBP") -> str:
    """An amount of minor units, as the reader writes money: 16000 is £160.00."""
    return "" if amount_minor is None else in_words(amount_minor, currency)


@register.filter
def category(code: str) -> str:
    """What a detailed field of ISCED-F is called."""
    return str(category_name(code))


@register.filter
def occupation(code: str) -> str:
    """What a group of ISCO-08 is called, in English."""
    return titles().get(code, "")


@register.filter
def market_value(figure: MarketFigure) -> str:
    """Pay as money, and people or jobs as a number."""
    return in_a_sentence(figure.value, figure.currency) if figure.currency else number(figure.value)


@register.filter
def step_name(milestone: Milestone) -> str:
    """What a step of a course is called: as the scheme wrote it, and the usual names in the reader's language."""
    return {"Started": _("Started"), "Completed": _("Completed")}.get(milestone.title, milestone.title)


@register.filter
def day(moment: dt.date | dt.datetime | None) -> str:
    """A day with its year: 4 December 2026."""
    return "" if moment is None else date_format(_local(moment), "j F Y")


@register.filter
def month(moment: dt.date | dt.datetime | None) -> str:
    """A month alone, where the day could tell who is meant: December 2026."""
    return "" if moment is None else date_format(_local(moment), "F Y")


@register.filter
def short_day(moment: dt.date | dt.datetime | None) -> str:
    """A day of this or next year: Fri 4 Dec."""
    return "" if moment is None else date_format(_local(moment), "D j M")


@register.inclusion_tag("components/clock.html")
def clock(until: dt.datetime, now: dt.datetime) -> dict[str, Any]:
    """By when, as people say it, standing out on its last day and after it."""
    local, today = _local(until), _local(now).date()
    time = date_format(local, "H:i")
    if until <= now:
        words = _("overdue since {day}").format(day=date_format(local, "j F"))
    elif local.date() == today:
        words = _("today {time}").format(time=time)
    elif local.date() == today + dt.timedelta(days=1):
        words = _("tomorrow {time}").format(time=time)
    else:
        words = _("{day}, {time}").format(day=date_format(local, "D j M"), time=time)
    return {"words": words, "soon": until - now < dt.timedelta(hours=24), "until": until}


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a bar, in a thousandth of its width."""

    kind: str
    x: int
    width: int


@register.inclusion_tag("components/bar.html")
def bar(label: str, **amounts: int) -> dict[str, Any]:
    """A stacked bar of amounts by kind (tuition, own, held, spent); `label` says the same in words."""
    return bar_of(label, list(amounts.items()))


@register.inclusion_tag("components/bar.html")
def bar_of(label: str, amounts: Sequence[tuple[str, int]]) -> dict[str, Any]:
    """The same of (kind, amount) in their order, where a kind may be there twice: the purses of an account."""
    return {"label": label, "parts": _parts([(kind, amount) for kind, amount in amounts if amount > 0])}


@register.filter
def parts(split: Split) -> list[tuple[str, int]]:
    """The parts of a price for `bar_of`: from the account, for the course and what comes with it, and the learner's."""
    paid = [(earmark or "tuition", amount) for earmark, amount in split.from_earmarks.items()]
    return [*paid, ("own", split.own_minor)]


@register.inclusion_tag("components/journey.html")
def journey(steps: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Steps of a way: (label, done | now | later)."""
    return {"steps": list(steps)}


def _parts(amounts: Sequence[tuple[str, int]]) -> list[Part]:
    whole = sum(amount for _kind, amount in amounts)
    parts, before = [], 0
    for kind, amount in amounts:
        x, before = 1000 * before // whole, before + amount
        parts.append(Part(kind, x, 1000 * before // whole - x))
    return parts


def _local(moment: Any) -> Any:
    return moment.astimezone(ZoneInfo(settings.TIME_ZONE)) if isinstance(moment, dt.datetime) else moment
