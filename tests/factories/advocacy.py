"""What advisers ask of providers for learners, made by the room's own capabilities."""

from __future__ import annotations

from typing import Any

from brokerage.advocacy import advocating
from brokerage.advocacy.models import Advocacy, Wanted
from brokerage.models import Request
from tests.factories.brokerage import a_request
from tests.factories.vouchers import ACTOR

WORDS = "They work nights, and cannot pay all of it at once."


def proposed(request: Request | None = None, wanted: Wanted = Wanted.PRICE) -> Advocacy:
    """What an adviser would ask for; the learner, of whom £120 for their own course are asked, is to say yes."""
    request = request or a_request(worth=120_00, own=True)
    assert request.adviser is not None  # every request has one
    return advocating.propose(request.learner_id, request.run_id, wanted, WORDS, by=request.adviser, actor=ACTOR)


def sent(request: Request | None = None, wanted: Wanted = Wanted.PRICE, *, named: bool = False) -> Advocacy:
    """The same, with the learner's yes."""
    advocacy = proposed(request, wanted)
    return advocating.consent(advocacy.pk, named=named, learner=advocacy.learner, actor=ACTOR)


def answered(advocacy: Advocacy, agrees: bool = True, **said: Any) -> Advocacy:
    answer = advocating.Answer(agrees, **said)
    return advocating.answer(advocacy.pk, answer, by=advocacy.run.course.provider, actor=ACTOR)
