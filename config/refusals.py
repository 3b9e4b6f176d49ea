"""What Waymark says no with: one class a reason, the same for a page, the API and a batch's line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, TypeVar

from django.utils.functional import Promise

Sentence = str | Promise
T = TypeVar("T")


class Refusal(Exception):
    """A request that a rule turns down. It is a value in a batch's answer, and raised when there is one request.

    `code` is stable and public; `says` is a sentence for the person who reads it and `do` tells them what
    to do next, both formatted with the facts given. `status` is the HTTP status of the answer, `field`
    the part of the request it is about. A refusal has changed nothing.
    """

    code: ClassVar[str]
    status: ClassVar[int] = 409
    says: ClassVar[Sentence]
    do: ClassVar[Sentence] = ""
    every: ClassVar[dict[str, type[Refusal]]] = {}

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "code" not in cls.__dict__:
            return
        other = cls.every.setdefault(cls.code, cls)
        if (other.__module__, other.__qualname__) != (cls.__module__, cls.__qualname__):
            raise TypeError(f"{other.__module__} already refuses with the code {cls.code}")

    def __init__(self, *, field: str | None = None, **facts: Any) -> None:
        super().__init__(self.code)
        self.field = field
        self.facts = facts

    @property
    def sentence(self) -> str:
        return str(self.says).format(**self.facts)

    @property
    def advice(self) -> str:
        return str(self.do).format(**self.facts)

    def __str__(self) -> str:
        return f"{self.sentence} {self.advice}".strip()


def only(answers: Sequence[T | Refusal]) -> T:
    """The answer of a batch of one; its refusal is raised."""
    [answer] = answers
    if isinstance(answer, Refusal):
        raise answer
    return answer


def all_of(answers: Sequence[T | Refusal]) -> list[T]:
    """The answers of a batch of which none may be refused; the first refusal is raised."""
    return [only([answer]) for answer in answers]
