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
        elif other.key in moved:
            yield _in_its_place(one), _in_its_place(other), other
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


def _moved(before: Sequence[str], after: Sequence[str]) -> set[str]:
    """The keys that are in both, but not where the others that are in both would have them."""
    staying, still = [key for key in before if key in after], [key for key in after if key in before]
    blocks = SequenceMatcher(None, staying, still, autojunk=False).get_matching_blocks()
    return set(still) - {key for block in blocks for key in still[block.b : block.b + block.size]}


def _in_its_place(sentence: Sentence) -> str:
    places = re.findall(r"\[([0-9]+)\]", sentence.paths[0])
    place = int(places[-1]) + 1 if places else 1
    return gettext("Number {place}: {sentence}").format(place=place, sentence=sentence.named)
