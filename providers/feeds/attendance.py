"""How a run is attended, from the codes of the XCRI-CAP 1.2 vocabularies and from what colleges write instead."""

from __future__ import annotations

import re

from providers.listings import Mode, Pattern

MODE_CODES = {
    "CM": Mode.CLASSROOM,
    "NC": Mode.CLASSROOM,
    "DA": Mode.BLENDED,
    "DS": Mode.DISTANCE,
    "MM": Mode.BLENDED,
    "ON": Mode.ONLINE,
    "WB": Mode.WORKPLACE,
}
PATTERN_CODES = {
    "DT": Pattern.DAYTIME,
    "EV": Pattern.EVENING,
    "TW": Pattern.EVENING,
    "DR": Pattern.DAY_RELEASE,
    "WE": Pattern.WEEKEND,
    "CS": Pattern.FLEXIBLE,
}
_MODE_WORDS = (
    (Mode.BLENDED, r"mixed|blended|distance with attendance"),
    (Mode.ONLINE, r"online|e-?learning"),
    (Mode.DISTANCE, r"^distance|^distant|open learning|correspondence"),
    (Mode.WORKPLACE, r"work[- ]?based|work[- ]?place|at work"),
)
_PATTERN_WORDS = (
    (Pattern.BLOCK, r"^block"),
    (Pattern.DAY_RELEASE, r"day release|day/block"),
    (Pattern.EVENING, r"evening|twilight|\bsoir"),
    (Pattern.WEEKEND, r"week-?end|saturday|sunday|samedi|dimanche"),
    (Pattern.FLEXIBLE, r"flexible|customi[sz]ed"),
    (Pattern.DAYTIME, r"\bday|full[- ]?time|temps plein|journée"),
)

Term = tuple[str, str]
"""A term of a vocabulary: its code, where the feed gives one, and its words."""


def read_mode(attendance_mode: Term, study_mode: Term) -> Mode:
    """The mode by the attendance mode's code, else by the words; in a classroom where nothing says otherwise."""
    if known := MODE_CODES.get(attendance_mode[0].upper()):
        return known
    for _code, words in (attendance_mode, study_mode):
        for mode, pattern in _MODE_WORDS:
            if re.search(pattern, words, re.IGNORECASE):
                return mode
    return Mode.CLASSROOM


def read_pattern(attendance_pattern: Term, attendance_mode: Term, study_mode: Term) -> Pattern | str:
    """The pattern by its code, else by the first words of the three that name one; "" where none does."""
    if known := PATTERN_CODES.get(attendance_pattern[0].upper()):
        return known
    for _code, words in (attendance_pattern, attendance_mode, study_mode):
        for pattern, expression in _PATTERN_WORDS:
            if re.search(expression, words, re.IGNORECASE):
                return pattern
    return ""
