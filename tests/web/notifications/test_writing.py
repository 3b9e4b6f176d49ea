"""People are written to once an event, from the ledger's feed, whatever happens in between."""

from __future__ import annotations

from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from accounts.models import User
from ledger import feed
from tests.factories.vouchers import a_voucher
from vouchers.models import State, Voucher
from web.models import Notice
from web.notifications import writing

pytestmark = pytest.mark.django_db
# A test's own transaction has not ended, so the feed is read past its horizon.
ALL = 2**62


def noted() -> int:
    return writing.notice(below=ALL)


def written() -> list[str]:
    """Read everything, send everything: the subjects of what was sent so far."""
    while noted() == writing.BATCH:
        pass
    writing.send()
    return [message.subject for message in mail.outbox]


class BrokenServer(EmailBackend):
    """Takes nobody's mail whose address begins with `refused`."""

    def send_messages(self, email_messages: Any) -> int:
        if any(message.to[0].startswith("refused") for message in email_messages):
            raise SMTPRecipientsRefused({})
        return super().send_messages(email_messages)


def unlucky(voucher: Voucher) -> None:
    User.objects.filter(pk=voucher.learner.user_id).update(email="refused@learner.example")


@pytest.fixture
def broken_server(settings: Any) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.BrokenServer"


def test_nobody_is_written_to_twice() -> None:
    a_voucher()
    before = written()
    assert len(before) == 4
    assert written() == before
    assert not Notice.objects.filter(sent_at=None).exists()


def test_reading_the_feed_again_from_its_beginning_writes_nothing_again() -> None:
    a_voucher()
    before = written()
    feed.FeedCursor.objects.all().delete()
    assert written() == before


def test_a_note_and_the_place_in_the_feed_are_kept_both_or_neither(monkeypatch: pytest.MonkeyPatch) -> None:
    a_voucher()
    with monkeypatch.context() as killed:
        killed.setattr(Notice.objects, "bulk_create", lambda *_given, **_options: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            noted()
    assert not Notice.objects.exists()
    assert noted() > 0
    assert Notice.objects.count() == 4


def test_a_worker_killed_between_two_letters_leaves_the_rest_to_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    a_voucher()
    noted()
    with monkeypatch.context() as killed:
        killed.setattr(writing, "_next", killed_after(1))
        with pytest.raises(KeyboardInterrupt):
            writing.send()
    assert (len(mail.outbox), Notice.objects.filter(sent_at=None).count()) == (1, 3)
    assert writing.send() == 3
    assert len(mail.outbox) == 4


def killed_after(letters: int) -> Any:
    """The next letter, until the worker is killed."""
    left = [writing._next] * letters

    def take() -> Notice | None:
        if not left:
            raise KeyboardInterrupt
        return left.pop()()

    return take


def test_a_worker_killed_before_it_marked_sends_again_under_the_same_name(monkeypatch: pytest.MonkeyPatch) -> None:
    a_voucher()
    noted()
    with monkeypatch.context() as killed:
        killed.setattr(Notice, "save", lambda *_given, **_options: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            writing.send()
    writing.send()
    names = [message.extra_headers["Message-ID"] for message in mail.outbox]
    assert names[0] == names[1]
    assert len(set(names)) == 4


def test_who_has_left_gets_no_mail_and_holds_nobody_up() -> None:
    gone, here = a_voucher(), a_voucher()
    gone.learner.user.delete()
    written()
    assert {message.to[0] for message in mail.outbox} == {here.learner.user.email}
    assert not Notice.objects.filter(sent_at=None).exists()


def test_an_address_that_is_refused_holds_nobody_up_and_is_tried_again(broken_server: None, clock: Any) -> None:
    refused, here = a_voucher(), a_voucher()
    unlucky(refused)
    written()
    assert {message.to[0] for message in mail.outbox} == {here.learner.user.email}
    assert Notice.objects.filter(sent_at=None).count() == 4
    User.objects.filter(pk=refused.learner.user_id).update(email="back@learner.example")
    clock.move_by(minutes=2)
    assert writing.send() == 4


def test_a_letter_that_keeps_failing_is_tried_later_and_later(
    monkeypatch: pytest.MonkeyPatch, broken_server: None, clock: Any
) -> None:
    unlucky(a_voucher())
    noted()
    tries: list[int] = []
    tried = writing._send
    monkeypatch.setattr(writing, "_send", lambda due: (tries.append(1), tried(due))[1])
    for minutes, so_far in ((0, 4), (0, 4), (1, 8), (1, 12), (1, 12), (1, 16), (3, 16), (1, 20)):
        clock.move_by(minutes=minutes)
        assert (writing.send(), len(tries)) == (0, so_far)


def test_what_never_could_be_sent_is_left_for_a_person_to_look_at(broken_server: None, clock: Any) -> None:
    voucher = a_voucher()
    unlucky(voucher)
    written()
    clock.move_by(days=4)
    User.objects.filter(pk=voucher.learner.user_id).update(email="back@learner.example")
    assert writing.send() == 0
    assert Notice.objects.filter(sent_at=None).count() == 4


def test_while_the_mail_server_is_away_everything_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    a_voucher()
    noted()
    tried = []

    def out_of_reach(*_given: Any) -> int:
        tried.append(1)
        raise ConnectionRefusedError

    with monkeypatch.context() as away:
        away.setattr(EmailBackend, "send_messages", out_of_reach)
        assert writing.send() == 0
    assert tried == [1]
    assert writing.send() == 4


def test_a_letter_that_cannot_be_written_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    a_voucher()
    monkeypatch.setitem(writing.LETTERS, "voucher.issued", lambda _facts: 1 / 0)
    assert "Your voucher is ready" not in written()
    assert len(mail.outbox) == 3
    assert Notice.objects.get(sent_at=None).kind == "voucher.issued"


def test_who_begins_from_now_is_not_written_to_about_the_past() -> None:
    a_voucher()
    feed.start_from_now(writing.READER)
    place = feed.FeedCursor.objects.get(name=writing.READER)
    # What this test's own transaction wrote comes after now; what came before it ended is behind the cursor.
    assert feed.read(feed.Place(place.era, place.xid, place.event_id), below=place.xid) == []


def test_a_letter_has_text_and_html_and_leads_to_the_page() -> None:
    voucher = a_voucher(state=State.ACCEPTED)
    written()
    [letter] = [message for message in mail.outbox if message.subject == "You have a place"]
    html, kind = letter.alternatives[0]
    address = f"/learner/vouchers/{voucher.pk}/"
    assert kind == "text/html"
    assert address in letter.body
    assert address in html
    assert f"Hello {voucher.learner.user.name}," in letter.body


def test_names_in_a_letter_are_text_and_never_markup_or_headers() -> None:
    voucher = a_voucher()
    course = voucher.run.course
    course.title = "<b>Books</b>\nBcc: everybody@learner.example"
    course.save()
    User.objects.filter(pk=voucher.learner.user_id).update(name="<script>alert(1)</script>")
    written()
    [letter] = [message for message in mail.outbox if message.subject == "£120.00 is set aside"]
    html = str(letter.alternatives[0][0])
    assert "<b>Books</b>" in letter.body
    assert "&lt;b&gt;Books&lt;/b&gt;" in html
    assert "<script>alert" not in html
    assert letter.message()["Bcc"] is None


def test_each_is_written_in_their_own_language() -> None:
    voucher = a_voucher()
    User.objects.filter(pk=voucher.learner.user_id).update(language="fr")
    written()
    assert '<html lang="fr">' in str(mail.outbox[0].alternatives[0][0])
    assert "Vous avez 200,00\xa0£GB à dépenser pour vous former" in [message.subject for message in mail.outbox]
