"""A purse as its learner sees it: what is in it, what it may be spent on, whose money it is, and how long it lasts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.earmarks import OF_COURSES, Earmark
from accounts.models import Purse, Scheme, Sponsor
from accounts.spending import Contents
from providers.categories import category_name
from vouchers.models import Funding
from web.templatetags.waymark import day


@dataclass(frozen=True, slots=True)
class Pocket:
    """`colour` is that of its part of the bar, `title` what it is for, `words` the rest. Amounts are minor units."""

    purse: Purse
    left_minor: int
    colour: str
    title: str
    words: str

    @property
    def pays_courses(self) -> bool:
        """Whether it pays for courses, and not only for what comes with one."""
        return self.purse.earmark in OF_COURSES


def pocket(purse: Purse, contents: Contents, scheme: Scheme) -> Pocket:
    """The purse came with its top-up's sponsor."""
    pays_courses = purse.earmark in OF_COURSES
    words = [_what(contents, pays_courses), _whose(purse, scheme), _how_often(contents.courses_left), _until(purse)]
    return Pocket(
        purse=purse,
        left_minor=contents.left_minor,
        colour=_colour(purse),
        title=str(Earmark.TUITION.label if pays_courses else Earmark(purse.earmark).label),
        words=", ".join(filter(None, words)),
    )


def sources(fundings: Iterable[Funding], scheme: Scheme) -> list[tuple[str, str, int]]:
    """Where the account's part of a voucher came from: the colour of each purse, its words, and the amount it gave.

    The fundings came with their purses and top-ups' sponsors.
    """
    return [(_colour(each.purse), _source(each.purse, scheme), each.amount_minor) for each in fundings if each.purse]


def whose(sponsor: Sponsor) -> str:
    """Who put money in, as the learner knows them."""
    if sponsor.kind == Sponsor.Kind.EMPLOYER:
        return _("from your employer {name}").format(name=sponsor.name)
    return _("from {name}").format(name=sponsor.name)


def _colour(purse: Purse) -> str:
    if purse.earmark not in OF_COURSES:
        return purse.earmark
    return "sponsor" if purse.top_up else "tuition"


def _source(purse: Purse, scheme: Scheme) -> str:
    title = Earmark.TUITION.label if purse.earmark in OF_COURSES else Earmark(purse.earmark).label
    return _("{purse}, {whose}").format(purse=title, whose=_whose(purse, scheme))


def _what(contents: Contents, pays_courses: bool) -> str:
    names = ", ".join(str(category_name(code)) for code in contents.categories)
    if pays_courses:
        return names or _("any accredited course")
    return _("with courses in {categories}").format(categories=names) if names else _("with any accredited course")


def _whose(purse: Purse, scheme: Scheme) -> str:
    return whose(purse.top_up.sponsor) if purse.top_up else _("from {name}").format(name=scheme.name)


def _how_often(courses_left: int | None) -> str:
    if courses_left is None:
        return ""
    if not courses_left:
        return _("no further course")
    return ngettext("one course only", "%(count)d more courses", courses_left) % {"count": courses_left}


def _until(purse: Purse) -> str:
    return _("without an end") if purse.never_expires else _("until {day}").format(day=day(purse.expires_on))
