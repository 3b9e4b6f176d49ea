"""How much you get: each award, how often, for how long, and what for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.earmarks import Earmark
from accounts.rules import AwardRule, More, Rules
from accounts.wording.groups import conditions
from accounts.wording.lists import all_of
from accounts.wording.sentence import Sentence, Speaker, called, days, paths_of
from config import locales
from config.refusals import Sentence as Text

SPENT_ON: dict[str, Text] = {
    Earmark.GENERAL: _("You can spend it on any course of the scheme."),
    Earmark.TUITION: _("You can spend it on the price of courses only."),
    Earmark.EXAM: _("You can spend it on exams only."),
    Earmark.TRAVEL: _("You can spend it on travel to a course only."),
    Earmark.CHILDCARE: _("You can spend it on childcare while you learn only."),
    Earmark.EQUIPMENT: _("You can spend it on equipment for a course only."),
}


def sentences(rules: Rules, speaker: Speaker) -> Iterator[Sentence]:
    for place, award in enumerate(rules.awards):
        name = "" if len(rules.awards) == 1 and award.code == "core" else called(award.code)
        yield from _award(f"awards[{place}]", award, name, speaker)


def _award(where: str, award: AwardRule, name: str, speaker: Speaker) -> Iterator[Sentence]:
    key = f"awards[{award.code}]"

    def say(about: str, text: str, *names: str) -> Sentence:
        return Sentence(key=f"{key}.{about}", text=text, paths=paths_of(where, award, *names), name=name)

    amount_fields = ("code", "amount_minor", "period", "years", "programme_year_from", "year_from")
    wanted = conditions(award.who, speaker)
    yield say("amount", _amount(award, speaker), *amount_fields, *(() if wanted else ("who",)))
    if wanted:
        yield say("who", gettext("This money is for you if you {conditions}.").format(conditions=wanted), "who")
    yield say("life", _life(award), "purse_days", "ends_with_period", "unused_days", "grace_days")
    if award.holds_at_most_minor is not None:
        most = speaker.money(award.holds_at_most_minor)
        text = gettext("You can hold at most {amount} of it.").format(amount=most)
        yield say("holds_at_most", text, "holds_at_most_minor")
    for number, more in enumerate(award.more):
        at = f"{where}.more[{number}]"
        text, named = _more(award, more, speaker), ", ".join(filter(None, [name, called(more.code)]))
        yield Sentence(key=f"{key}.more[{more.code}]", text=text, paths=paths_of(at, more), name=named)
    if len(award.more) > 1 or award.more_at_most_percent is not None:
        yield say("more", _several(award, speaker), "more", "more_at_most_percent")
    yield say("spent_on", _spent_on(award, speaker), "earmark", "categories")
    if (courses := award.courses_at_most) is not None:
        text = ngettext("It pays for {courses} course.", "It pays for at most {courses} courses.", courses)
        yield say("courses", text.format(courses=locales.number(courses)), "courses_at_most")
    if (awards := award.awards_at_most) is not None:
        text = ngettext("Only {awards} person gets this.", "Only the first {awards} people get this.", awards)
        yield say("awards", text.format(awards=locales.number(awards)), "awards_at_most")


def _amount(award: AwardRule, speaker: Speaker) -> str:
    amount = speaker.money(award.amount_minor)
    if award.period == "once":
        return gettext("You get {amount} once.").format(amount=amount)
    if award.period == "calendar_year":
        return gettext("You get {amount} each calendar year.").format(amount=amount)
    if award.period == "programme_year":
        starts = _day_of_year(award.programme_year_from or "")
        return gettext("You get {amount} each year. The year begins on {day}.").format(amount=amount, day=starts)
    if award.year_from == "first_use":
        says = ngettext(
            "You get {amount} each year. The year begins with the first course you buy.",
            "You get {amount} every {years} years. They begin with the first course you buy.",
            award.years,
        )
    else:
        says = ngettext(
            "You get {amount} each year. The year begins when you get the money.",
            "You get {amount} every {years} years. They begin when you get the money.",
            award.years,
        )
    return says.format(amount=amount, years=award.years)


def _day_of_year(written: str) -> str:
    try:
        return locales.day_of_year(dt.date.fromisoformat(f"2001-{written}"))
    except ValueError:
        return written


def _life(award: AwardRule) -> str:
    if award.purse_days is None and award.ends_with_period:
        said = [gettext("It runs out when its year is over.")]
    elif award.purse_days is None:
        said = [gettext("This money does not run out.")]
    elif award.year_from == "first_use":
        said = [gettext("It lasts {time} from the first course you buy.").format(time=days(award.purse_days))]
    else:
        said = [gettext("It lasts {time} from the day you get it.").format(time=days(award.purse_days))]
    if award.ends_with_period:
        said.append(gettext("Nothing is carried over into the next year."))
    if award.unused_days is not None:
        unused = gettext("If you buy nothing, it runs out {time} after you get it.")
        said.append(unused.format(time=days(award.unused_days)))
    if award.grace_days:
        grace = gettext("Money that comes back from a course up to {time} after that is still yours to spend.")
        said.append(grace.format(time=days(award.grace_days)))
    return " ".join(said)


def _more(award: AwardRule, more: More, speaker: Speaker) -> str:
    """What somebody gets of whom this alone is true."""
    percent = more.percent if award.more_at_most_percent is None else min(more.percent, award.more_at_most_percent)
    facts = {
        "conditions": conditions(more.who, speaker),
        "percent": locales.percent(more.percent),
        "amount": speaker.money(award.amount_minor * (100 + percent) // 100),
    }
    if award.holds_at_most_minor is None:
        return gettext("If you {conditions}, you get {percent} more: {amount}.").format(**facts)
    facts["most"] = speaker.money(award.holds_at_most_minor * (100 + percent) // 100)
    says = gettext("If you {conditions}, you get {percent} more: {amount}, and can hold at most {most} of it.")
    return says.format(**facts)


def _several(award: AwardRule, speaker: Speaker) -> str:
    if award.more_at_most_percent is None:
        return gettext("If several of these are true for you, they are added together.")
    facts = {
        "percent": locales.percent(award.more_at_most_percent),
        "amount": speaker.money(award.amount_minor * (100 + award.more_at_most_percent) // 100),
    }
    return gettext("All together, nobody gets more than {percent} on top: {amount}.").format(**facts)


def _spent_on(award: AwardRule, speaker: Speaker) -> str:
    categories = all_of(speaker.categories(award.categories))
    if categories and not award.earmark:
        return gettext("You can spend it on these kinds of course only: {categories}.").format(categories=categories)
    said = [str(SPENT_ON.get(award.earmark, award.earmark))]
    if categories:
        said.append(gettext("The course must be of one of these kinds: {categories}.").format(categories=categories))
    return " ".join(said)
