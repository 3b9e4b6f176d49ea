"""Reading: what is known about an occupation where somebody lives."""

from __future__ import annotations

from dataclasses import dataclass

from brokerage.careers.models import MarketFigure, Measure
from brokerage.careers.occupations import groups_of


@dataclass(frozen=True, slots=True)
class Known:
    """The newest figure of a measure; `wider` where it is of a group that the occupation is in."""

    figure: MarketFigure
    wider: bool


def figures_for(occupation: str, place: str) -> list[Known]:
    """The newest of each measure for the occupation, or for the nearest group that has one. One query."""
    if not occupation:
        return []
    found = MarketFigure.objects.filter(occupation__in=groups_of(occupation), place=place)
    nearest: dict[str, MarketFigure] = {}
    for figure in sorted(found, key=lambda each: (len(each.occupation), each.last_year, each.first_year)):
        nearest[figure.measure] = figure
    return [
        Known(nearest[measure], nearest[measure].occupation != occupation)
        for measure in Measure.values
        if measure in nearest
    ]
