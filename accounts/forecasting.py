"""Forecasting: when a scheme's money runs out at the pace at which it has been issued. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal, localcontext

# Months of history: fewer than the first say nothing, and more than the second say nothing of today.
LEAST, MOST = 3, 12
# The range holds what comes in four cases of five, were the months to come like those that were.
_WIDTH = Decimal("1.2816")
_DAYS_A_MONTH = Decimal("30.4375")
# Beyond this nobody plans: money that lasts longer does not run out.
_HORIZON = Decimal(36525)


@dataclass(frozen=True, slots=True)
class Runway:
    """When the money runs out: on the day `likely`, in four cases of five between `early` and `late`.

    None is never, at this pace; of all three also where `months`, how many were looked at, are not `enough` to say.
    `pace_minor` is what was issued in the mean of those months.
    """

    early: dt.date | None
    likely: dt.date | None
    late: dt.date | None
    months: int
    pace_minor: int = 0

    @property
    def enough(self) -> bool:
        return self.months >= LEAST


def forecast(by_month: Sequence[int], left_minor: int, *, today: dt.date) -> Runway:
    """When `left_minor` will have been issued, from what was in each whole month before `today`'s, the oldest first.

    The method: months to come are taken to be like the last twelve, or as many as there are from three on. With
    their mean m and their spread s (the standard deviation of the k months), n months take m n, give or take
    1.28 s sqrt(n + n^2 / k): what each month varies by itself, and what so few months leave unknown of the mean. The
    money runs out where that meets what is left. A season that comes once a year is in the mean, and not in its place.

    Never before today, and never later for less money. A month may be negative, when more came back than was
    issued; at a pace of nothing or less, and beyond a hundred years, what is left never runs out.
    """
    months = [Decimal(amount) for amount in by_month[-MOST:]]
    if len(months) < LEAST:
        return Runway(None, None, None, len(months))
    # More digits than any amount has, so that a day never moves back for a rounding.
    with localcontext() as context:
        context.prec = 60
        count = Decimal(len(months))
        mean = sum(months) / count
        variance = sum((amount - mean) ** 2 for amount in months) / (count - 1)
        left = Decimal(max(0, left_minor))
        first, last = _meets(left, mean, _WIDTH**2 * variance, count)
        return Runway(
            early=_day(first, today),
            likely=_day(left / mean if left and mean > 0 else _at_once(left), today),
            late=_day(last, today),
            months=len(months),
            pace_minor=int(mean.to_integral_value(ROUND_FLOOR)),
        )


def _at_once(left: Decimal) -> Decimal | None:
    return None if left else left


def _meets(left: Decimal, mean: Decimal, spread: Decimal, count: Decimal) -> tuple[Decimal | None, Decimal | None]:
    """The months n after which m n give or take sqrt(spread (n + n^2 / k)) first and last come to what is left.

    Both are roots of (m^2 - spread / k) n^2 - (2 m left + spread) n + left^2 = 0. The second is None where what is
    not known of the pace leaves room for none at all, and both are for a pace that is none.
    """
    if not left or mean <= 0:
        return _at_once(left), _at_once(left)
    square, linear = mean**2 - spread / count, 2 * mean * left + spread
    root = (linear**2 - 4 * square * left**2).sqrt()
    return 2 * left**2 / (linear + root), (linear + root) / (2 * square) if square > 0 else None


def _day(months: Decimal | None, today: dt.date) -> dt.date | None:
    if months is None:
        return None
    days = (months * _DAYS_A_MONTH).to_integral_value(ROUND_FLOOR)
    if days > _HORIZON or dt.date.max.toordinal() - today.toordinal() < days:
        return None
    return today + dt.timedelta(days=int(days))
