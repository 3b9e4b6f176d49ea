""" "You said, we did": written once, corrected by another, never wiped out."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from accounts.models import Scheme
from brokerage.voice import errors, said_and_done
from brokerage.voice.models import SaidAndDone
from config.refusals import Refusal
from ledger import today
from tests.factories.accounts import a_manager
from tests.factories.providers import ProviderFactory
from tests.factories.voice import proposed, shown
from tests.factories.vouchers import ACTOR, a_run, a_scheme

pytestmark = pytest.mark.django_db


def say(scheme: Scheme, **facts: Any) -> SaidAndDone:
    words = {"said": "Letters were hard to read.", "done": "We wrote them again.", "done_on": today()} | facts
    return said_and_done.say(scheme, **words, by=a_manager(scheme), actor=ACTOR)


def test_a_correction_stands_in_the_place_of_what_it_corrects() -> None:
    scheme = a_scheme()
    first = say(scheme, proposal=shown().pk)
    second = say(scheme, done="We wrote half of them again.", corrects=first.pk)
    with pytest.raises(errors.CorrectedAlready):
        say(scheme, corrects=first.pk)
    third = say(scheme, done="We wrote a third of them again.", corrects=second.pk)
    standing = said_and_done.standing(scheme)
    assert said_and_done.with_earlier(standing) == [(third, [second, first])]


def test_nothing_is_edited_or_deleted() -> None:
    say(a_scheme())
    for edit in (lambda: SaidAndDone.objects.update(done="More."), SaidAndDone.objects.all().delete):
        with pytest.raises(DatabaseError, match="only ever added to"), transaction.atomic():
            edit()


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"said": " "}, errors.WordsMissing),
        ({"done": ""}, errors.WordsMissing),
        ({"done_on": dt.date(2999, 1, 1)}, errors.DoneInTheFuture),
        ({"proposal": uuid4()}, errors.ProposalUnknown),
        ({"course": uuid4()}, errors.CourseNotSpokenOf),
        ({"proposal": uuid4(), "course": uuid4()}, errors.OneThingOnly),
        ({"corrects": uuid4()}, errors.EntryUnknown),
    ],
)
def test_bad_input_is_refused(facts: dict[str, Any], refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        say(a_scheme(), **facts)
    assert not SaidAndDone.objects.exists()


def test_what_waits_to_be_read_and_a_course_nobody_spoke_of_are_not_linked() -> None:
    with pytest.raises(errors.ProposalUnknown):
        say(a_scheme(), proposal=proposed().pk)
    with pytest.raises(errors.CourseNotSpokenOf):
        say(a_scheme(), course=a_run(ProviderFactory(), 100_00).course_id)
