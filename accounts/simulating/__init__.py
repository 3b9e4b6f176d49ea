"""Trying rules out: what would come of a version of rules, or of two, over an imagined population.

`run` and `compare` are all that there is to call. They judge people by the same functions that judge real ones, post
nothing, and read nothing but the rules they are given: no room of the database is open here. What the model cannot
tell is in `docs/simulating.md`.
"""

from accounts.simulating.comparing import Change, Comparison, compare
from accounts.simulating.report import Group, Month, Report, Tally
from accounts.simulating.running import LEARNERS, MONTHS, MOST_LEARNERS, MOST_MONTHS, run

__all__ = [
    "LEARNERS",
    "MONTHS",
    "MOST_LEARNERS",
    "MOST_MONTHS",
    "Change",
    "Comparison",
    "Group",
    "Month",
    "Report",
    "Tally",
    "compare",
    "run",
]
