"""People are written to once an event, from the ledger's feed."""

import pytest
from django.core import mail

import ledger
from tests.factories.vouchers import ACTOR, a_voucher
from vouchers import delivery, ending
from vouchers.models import State
from web.models import Notice
from web.notifications import writing
from web.notifications.letters import LETTERS

pytestmark = pytest.mark.django_db
ALL = 2**62


@pytest.fixture(autouse=True)
def everything_can_be_read(monkeypatch):
    """Other tests' open transactions would hold the feed's horizon back."""
    monkeypatch.setattr("ledger.feed.horizon", lambda: ALL)


def written():
    writing.notice()
    writing.send()
    return [(message.subject, message.to) for message in mail.outbox]


def test_an_award_a_voucher_and_its_end_are_each_written_about_with_their_amounts():
    voucher = a_voucher(state=State.ACCEPTED, worth=120_00)
    ending.withdraw(voucher.pk, learner=voucher.learner, actor=ACTOR)
    to = [voucher.learner.user.email]
    assert sorted(written()) == [
        ("You have a place", to),
        ("You have £200.00 to spend on learning", to),
        ("Your voucher is closed", to),
        ("Your voucher is ready", to),
        ("£120.00 is set aside", to),
    ]
    closed = next(message for message in mail.outbox if message.subject == "Your voucher is closed")
    assert "£120.00 is back in your account." in closed.body
    assert closed.alternatives[0][1] == "text/html"


def test_nobody_is_written_to_twice():
    a_voucher()
    before = written()
    assert written() == before
    assert Notice.objects.filter(sent_at=None).count() == 0


def test_a_note_and_the_place_in_the_feed_are_kept_both_or_neither(monkeypatch):
    a_voucher()
    monkeypatch.setattr(Notice.objects, "bulk_create", lambda *_given, **_options: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        writing.notice()
    monkeypatch.undo()
    monkeypatch.setattr("ledger.feed.horizon", lambda: ALL)
    assert writing.notice() > 0


def test_who_has_left_gets_no_mail_and_holds_nobody_up():
    voucher = a_voucher()
    voucher.learner.user.delete()
    assert written() == []
    assert Notice.objects.filter(sent_at=None).count() == 0


def test_what_the_provider_declares_is_asked_about():
    voucher = a_voucher(state=State.ACCEPTED)
    written()
    mail.outbox.clear()
    delivery.start([voucher.code], occurred_on=ledger.today(), by=voucher.provider, actor=ACTOR)
    assert [subject for subject, _to in written()] == ["Please check: is this right?"]
    assert f"/learner/vouchers/{voucher.pk}/" in mail.outbox[0].body


def test_every_kind_that_is_written_about_exists():
    assert LETTERS.keys() <= ledger.EventKind.every.keys()
