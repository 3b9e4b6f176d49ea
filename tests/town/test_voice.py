"""What a visitor finds of what the town's learners say."""

from __future__ import annotations

import random
from typing import Any

import pytest

from brokerage.voice import voting
from brokerage.voice.models import Proposal, SaidAndDone
from ledger import today
from tests.factories.accounts import a_manager
from tests.factories.vouchers import a_scheme, learning_accounts
from town import voice
from town.founding import Town

pytestmark = pytest.mark.django_db


def test_one_is_answered_one_can_be_voted_on_and_one_waits(clock: Any) -> None:
    learning_accounts(10)
    a_manager(a_scheme())
    town = Town(random.Random(1), schemes={"wales": a_scheme()})
    voice.propose_letters(town)
    clock.move_by(days=42)
    voice.answer_letters(town)
    voice.morning(town)
    [answered] = Proposal.objects.filter(outcome__isnull=False)
    [voted_on] = Proposal.objects.open(today())
    assert answered.outcome.votes_for == 6
    assert voting.count(voted_on).votes == 6
    assert Proposal.objects.filter(state="waiting").count() == 1
    assert SaidAndDone.objects.count() == 2
