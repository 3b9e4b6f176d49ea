"""Pictures: columns side by side, each with a text and a table that say the same.

Drawn by `components/columns.html`: `{% include "components/columns.html" with picture=picture %}`. Coordinates are
units of a box 1,000 wide; the browser scales it. Colours are those of the look's tokens, as attributes of the drawing,
because a page's policy allows no style in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.simulating import Report
from config.money import in_words
from providers.models import CourseRun
from providers.peers import Offer

WIDTH, HEIGHT, TOP = 1000, 260, 10
# The look's colours for tuition and for what is held: apart in lightness too, for those who do not see hues.
FILLS = ("#0b5d4e", "#f2b134")
# No more words under the columns than are still read at the width of a telephone; and what a month's takes of it.
_MOST_LABELS, _LABEL_WIDTH = 6, 140
# No more peers in one picture than can be told apart.
_MOST_PEERS = 19


@dataclass(frozen=True, slots=True)
class Column:
    """One column, standing on the base line."""

    x: int
    y: int
    width: int
    height: int
    fill: str


@dataclass(frozen=True, slots=True)
class Label:
    """A word under its columns: `anchor` says whether `x` is its middle or its start."""

    x: int
    text: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Picture:
    """`code` tells pictures of one page apart; `says` is the picture in a sentence; `rows` are the table behind it,
    in the order of `heads`. `series` are the names beside their colours."""

    code: str
    title: str
    says: str
    columns: tuple[Column, ...]
    labels: tuple[Label, ...]
    series: tuple[tuple[str, str], ...]
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def spend_by_month(report: Report) -> Picture:
    """What left purses for courses in each month, beside what went to providers."""
    months = [date_format(month.on, "M Y") for month in report.by_month]
    issued, redeemed = report.issued_minor, report.redeemed_minor
    return _drawn(
        code="spend",
        title=_("Money by month"),
        says=_("Issued for courses: {issued}. Paid to providers: {redeemed}.").format(
            issued=in_words(issued, report.currency), redeemed=in_words(redeemed, report.currency)
        ),
        heads=(_("Month"), _("Issued for courses"), _("Paid to providers")),
        labels=months,
        series=(report.issued_by_month, [month.redeemed_minor for month in report.by_month]),
        written=lambda amount: in_words(amount, report.currency),
    )


def spend_side_by_side(first: Report, second: Report, names: tuple[str, str]) -> Picture:
    """What left purses for courses in each month, under two versions of rules that were tried out alike.

    Raises ValueError when they are in two currencies, or not over the same months.
    """
    if first.currency != second.currency or first.months != second.months:
        raise ValueError("two reports of one picture are in one currency and over the same months")
    totals = [in_words(report.issued_minor, report.currency) for report in (first, second)]
    return _drawn(
        code="spend-both",
        title=_("Issued for courses by month"),
        says=_("{first}: {total}. {second}: {other_total}.").format(
            first=names[0], total=totals[0], second=names[1], other_total=totals[1]
        ),
        heads=(_("Month"), *names),
        labels=[date_format(month.on, "M Y") for month in first.by_month],
        series=(first.issued_by_month, second.issued_by_month),
        written=lambda amount: in_words(amount, first.currency),
    )


def reached(report: Report) -> Picture:
    """Of all who are entitled, how many in a hundred are in each band of need; and of all who bought a course.

    Were people reached alike, both columns of a band would be as high.
    """
    groups = report.groups("need")
    entitled = _in_a_hundred([group.tally.entitled for group in groups])
    bought = _in_a_hundred([group.tally.bought for group in groups])
    return _drawn(
        code="reached",
        title=_("Who is reached"),
        says=" ".join(
            _("{band}: {entitled} % of those entitled, {bought} % of those who bought a course.").format(
                band=group.label, entitled=share, bought=other
            )
            for group, share, other in zip(groups, entitled, bought, strict=True)
        ),
        heads=(_("What stands in their way"), _("Of those entitled"), _("Of those who bought a course")),
        labels=[_("Nothing"), _("One thing"), _("Two things"), _("Three things")],
        series=(entitled, bought),
        written=lambda share: f"{share} %",
    )


def price_among(peers: Sequence[CourseRun], offer: Offer) -> Picture:
    """A price among those of like courses, the cheapest first; of many peers, some that are evenly apart."""
    own = offer.price_minor or 0
    known = [(_name(run), run.price_minor or 0, False) for run in _some(peers, _MOST_PEERS)]
    offers = sorted([*known, (_("This course"), own, True)], key=lambda each: each[1])
    slot = WIDTH // len(offers)
    most = max(price for _who, price, _own in offers)
    columns, labels = [], []
    for place, (_who, price, is_own) in enumerate(offers):
        height = HEIGHT * price // most
        columns.append(
            Column(place * slot + slot // 10, TOP + HEIGHT - height, slot * 4 // 5, height, FILLS[1 if is_own else 0])
        )
        if is_own:
            middle = min(max(place * slot + slot // 2, _LABEL_WIDTH), WIDTH - _LABEL_WIDTH)
            labels.append(Label(middle, in_words(price, offer.currency), "middle"))
    return Picture(
        code="peers",
        title=_("Its price among like courses"),
        says=_("{price}, beside {count} like courses from {low} to {high}.").format(
            price=in_words(own, offer.currency),
            count=len(peers),
            low=in_words(peers[0].price_minor or 0, offer.currency),
            high=in_words(peers[-1].price_minor or 0, offer.currency),
        ),
        columns=tuple(columns),
        labels=tuple(labels),
        series=((_("Like courses"), FILLS[0]), (_("This course"), FILLS[1])),
        heads=(_("Course"), _("Price")),
        rows=tuple((who, in_words(price, offer.currency)) for who, price, _own in offers),
    )


def _some(peers: Sequence[CourseRun], most: int) -> list[CourseRun]:
    """So many of them at most, evenly apart, the first and the last among them."""
    if len(peers) <= most:
        return list(peers)
    return [peers[place * (len(peers) - 1) // (most - 1)] for place in range(most)]


def _name(run: CourseRun) -> str:
    return _("{course}, {provider}").format(course=run.course.title, provider=run.course.provider.name)


def _in_a_hundred(counts: Sequence[int]) -> list[int]:
    whole = sum(counts)
    return [(200 * count + whole) // (2 * whole) if whole else 0 for count in counts]


def _drawn(
    *,
    code: str,
    title: str,
    says: str,
    heads: tuple[str, ...],
    labels: Sequence[str],
    series: tuple[Sequence[int], Sequence[int]],
    written: Callable[[int], str],
) -> Picture:
    """Two columns for each label. The highest of all is as high as the picture."""
    most = max((value for values in series for value in values), default=0)
    slot = WIDTH // max(1, len(labels))
    width = max(1, slot * 2 // 5)
    columns = []
    for which, (values, fill) in enumerate(zip(series, FILLS, strict=True)):
        for place, value in enumerate(values):
            height = HEIGHT * value // most if most else 0
            columns.append(
                Column(place * slot + slot // 10 + which * width, TOP + HEIGHT - height, width, height, fill)
            )
    return Picture(
        code=code,
        title=title,
        says=says,
        columns=tuple(columns),
        labels=tuple(_labels(labels, slot)),
        series=tuple(zip(heads[1:], FILLS, strict=True)),
        heads=heads,
        rows=tuple((label, *map(written, values)) for label, *values in zip(labels, *series, strict=True)),
    )


def _labels(texts: Sequence[str], slot: int) -> Iterator[Label]:
    """Each under the middle of its columns; where that is too many, every so many, from where its columns begin."""
    if len(texts) <= _MOST_LABELS:
        for place, text in enumerate(texts):
            yield Label(place * slot + slot // 2, text, "middle")
        return
    for place in range(0, len(texts), -(-len(texts) // _MOST_LABELS)):
        yield Label(min(place * slot, WIDTH - _LABEL_WIDTH), texts[place], "start")
