"""Two at the same instant: what is read is not called off, and what is called off is not read."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import QuerySet

from brokerage.referring import answering, errors, referring
from brokerage.referring.models import Referral
from config.refusals import Refusal
from tests.factories.referrals import sent
from tests.factories.vouchers import ACTOR
from tests.racing import Meeting, together

pytestmark = pytest.mark.django_db(transaction=True)


def refused(act: Any) -> type | None:
    try:
        act()
    except Refusal as refusal:
        return type(refusal)
    return None


def both(referral: Referral) -> list[Any]:
    return together(
        lambda: refused(lambda: answering.read(referral.pk, actor=ACTOR)),
        lambda: refused(lambda: referring.call_off(referral.pk, learner=referral.learner, actor=ACTOR)),
    )


@pytest.fixture
def both_look_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each has read the referral before either changes it; with its lock, the second waits for the first."""
    meeting, lock = Meeting(), referring.lock

    def lock_then_wait(among: QuerySet[Referral], referral: Any) -> Referral:
        found = lock(among, referral)
        meeting.wait()
        return found

    monkeypatch.setattr(referring, "lock", lock_then_wait)
    monkeypatch.setattr(answering, "lock", lock_then_wait)


def test_it_is_read_or_called_off_and_never_both(both_look_together: None) -> None:
    referral = sent(named=False)
    read, called_off = both(referral)
    found = Referral.objects.get(pk=referral.pk)
    assert (found.state == "ended", found.read_at is None) == ((called_off is None,) * 2)
    assert (read, called_off) in ((None, errors.ReferralRead), (errors.ReferralNotFound, None))
