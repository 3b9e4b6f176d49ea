"""Lines: the answer to a request of many lines, each judged on its own, an outcome for each in the same order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from api.endpoint import Call
from api.problems import problems
from config.refusals import Refusal

T = TypeVar("T")


def each_line(
    call: Call, done: str, answers: Sequence[T | Refusal], show: Callable[[T], dict[str, Any]]
) -> dict[str, Any]:
    """How many lines were `done`, and of each line what `show` tells of it, or its problem.

    At most one query for all the problems. What was looked for in vain counts against the key.
    """
    refused = [answer for answer in answers if isinstance(answer, Refusal)]
    call.refused.extend(refused)
    explained = iter(problems(refused, call.request_id))
    return {
        done: len(answers) - len(refused),
        "refused": len(refused),
        "lines": [
            {"outcome": "refused", "problem": next(explained)}
            if isinstance(answer, Refusal)
            else {"outcome": done, **show(answer)}
            for answer in answers
        ],
    }
