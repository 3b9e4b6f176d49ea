"""The difference between two versions of a scheme's rules, in the sentences that a person reads."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.utils.translation import gettext

from accounts.rules import Rules
from accounts.wording.sections import sentences
from accounts.wording.sentence import Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A sentence that is new (`was` is empty), gone (`becomes` is empty), or says something else.

    `section` and `title` are those of its section, `paths` those of the new sentence, or of the one that is gone.
    """

    section: str
    title: str
    was: str
    becomes: str
    paths: tuple[str, ...]
    for_staff: bool


def difference(old: Rules, new: Rules, *, currency: str, category_name: Callable[[str], Any] = str) -> list[Change]:
    """What the rules `new` say that `old` did not, in the active language and the order of the new sentences.

    Sentences are paired by what they are about, and else by their place in the rules. One that only changed its place
    among others is a change too: of several lines of a price the first counts. Rules that say the same have none.
    """
    before = sentences(old, currency=currency, category_name=category_name)
    after = sentences(new, currency=currency, category_name=category_name)
    return [
        Change(
            section=section.code,
            title=section.title,
            was=was,
            becomes=becomes,
            paths=about.paths,
            for_staff=about.for_staff,
        )
        for olds, section in zip(before, after, strict=True)
        for was, becomes, about in _changes(olds.sentences, section.sentences)
    ]


def _changes(before: Sequence[Sentence], after: Sequence[Sentence]) -> Iterator[tuple[str, str, Sentence]]:
    """What was said, what is said, and the sentence that is known of it."""
    partners = _partners(before, after)
    moved = _moved([one.key for one in before], [other.key for other in after])
    for other in after:
        one = partners.get(other.key)
        if one is None:
            yield "", other.named, other
        elif one.named != other.named:
            yield one.named, other.named, other
        elif places := moved.get(other.key):
            was, becomes = _places(one, other) or places
            yield _numbered(was, one), _numbered(becomes, other), other
    left = {one.key for one in partners.values()}
    for one in before:
        if one.key not in left:
            yield one.named, "", one


def _partners(before: Sequence[Sentence], after: Sequence[Sentence]) -> dict[str, Sentence]:
    """The old sentence of each new one that has one, by the new one's key."""
    old = {one.key: one for one in before}
    found = {other.key: old.pop(other.key) for other in after if other.key in old}
    at = {one.paths[0]: one for one in old.values()}
    found |= {other.key: at.pop(other.paths[0]) for other in after if other.key not in found and other.paths[0] in at}
    return found


def _moved(before: Sequence[str], after: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Of the keys that are in both, those whose place among them is another, with the old place and the new one.

    As few as may be: whatever keeps its order among the others has stayed where it is.
    """
    old, new = [key for key in before if key in after], [key for key in after if key in before]
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    stayed = {key for block in blocks for key in new[block.b : block.b + block.size]}
    places = {key: (old.index(key), new.index(key)) for key in new if key not in stayed}
    return {key: (was, becomes) for key, (was, becomes) in places.items() if was != becomes}


def _places(one: Sentence, other: Sentence) -> tuple[int, int] | None:
    """The places in the rules' own list, where those are what differs."""
    ways = [[int(place) for place in re.findall(r"\[([0-9]+)\]", each.paths[0])] for each in (one, other)]
    return next(((was, becomes) for was, becomes in zip(*ways, strict=False) if was != becomes), None)


def _numbered(place: int, sentence: Sentence) -> str:
    return gettext("Number {place}: {sentence}").format(place=place + 1, sentence=sentence.named)
