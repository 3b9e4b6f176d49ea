"""Bundling: what comes with a course is paid from money set apart for it, in one split with the course. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from accounts.entitling import NEVER
from accounts.pricing import Extra, Line, Split
from accounts.spending import Contents, earmarked, takes


def bundle(course: Split, extras: Sequence[Extra], *, contents: Sequence[Contents], category: str) -> Split:
    """The split of a course's price, with what the learner wants with it: an exam, travel, childcare, equipment.

    Each is paid from the purses in `contents` that are earmarked for it and may be spent on courses of this category,
    in the order of `accounts.spending`, as far as they go; several for one thing in the order of `extras`. What is
    left of it is the learner's own: general purses pay for the course, by its band, and for nothing else. Sums are
    exact. Amounts are minor units; raises ValueError for a price that is not positive.
    """
    if not extras:
        return course
    left = {one.purse: one for one in contents}
    paid, lines = [], []
    for extra in extras:
        if extra.price_minor <= 0:
            raise ValueError("what comes with a course has a price")
        given = takes(earmarked(list(left.values()), category=category, earmark=extra.earmark), extra.price_minor)
        left |= {one.purse: replace(one, left_minor=one.left_minor - amount) for one, amount in given}
        paid.append(replace(extra, from_purse_minor=sum(amount for _one, amount in given)))
        lines += _explained(paid[-1], given)
    price = course.price_minor + sum(extra.price_minor for extra in paid)
    from_purse = course.from_purse_minor + sum(extra.from_purse_minor for extra in paid)
    totals = [Line("total", price), Line("from_purse", from_purse), Line("own", price - from_purse)]
    of_the_course = [line for line in course.lines if line.code not in ("from_purse", "own")]
    return Split(
        price_minor=price,
        from_purse_minor=from_purse,
        own_minor=price - from_purse,
        band=course.band,
        lines=(*of_the_course, Line("course_from_purse", course.from_purse_minor), *lines, *totals),
        extras=tuple(paid),
    )


def _explained(extra: Extra, given: Sequence[tuple[Contents, int]]) -> list[Line]:
    """What it costs, where that comes from, and what is left of it for the learner to pay."""
    lines = [Line("extra", extra.price_minor, {"title": extra.title})]
    for one, amount in given:
        facts = {"until": one.expires_on.isoformat(), "earmark": extra.earmark}
        lines.append(Line(_part(one), amount, facts))
    if extra.own_minor:
        lines.append(Line("extra_rest" if given else "extra_own", extra.own_minor, {"earmark": extra.earmark}))
    return lines


def _part(one: Contents) -> str:
    if one.expires_on == NEVER:
        return "extra_without_end"
    return "extra_sponsored" if one.sponsored else "extra_part"
