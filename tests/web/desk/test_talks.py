"""Talks on both sides: what a learner arranges, their adviser finds on the desk, and both read what came of it."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from icalendar import Calendar

from accounts.models import Look
from brokerage.models import Consultation
from brokerage.talking import booking, calling_back, recording, tiers
from brokerage.talking.models import AnonymousTalk, Booking, CallBack, GuidanceEntry, PrivateNote, Slot, Tier
from brokerage.talking.reading import tier_of
from ledger import today
from tests.factories.brokerage import a_request, an_adviser
from tests.factories.talks import a_booking, a_call_back, advised, slots
from tests.factories.vouchers import ACTOR
from tests.web.learner.visiting import signed_in, text
from tests.web.provider.visiting import signed_in as at_desk
from web.notifications import writing

pytestmark = pytest.mark.django_db
HOSTILE = "<script>alert(1)</script> {{ 7 }} %s"


def letters() -> dict[str, Any]:
    """What has been written since the last time, by whom it is to and its subject."""
    mail.outbox.clear()
    while writing.notice(below=2**62) == writing.BATCH:
        pass
    writing.send()
    return {f"{message.to[0]}: {message.subject}": message for message in mail.outbox}


def calendar_of(message: Any) -> Any:
    [(name, content, kind)] = message.attachments
    assert (name, kind) == ("talk.ics", "text/calendar")
    return Calendar.from_ical(content)


def offered(day: dt.date, **more: Any) -> dict[str, Any]:
    said = {"day_day": day.day, "day_month": day.month, "day_year": day.year, "begins": "10:00", "ends": "11:00"}
    return said | {"minutes": 30, "weeks": 1, "channels": ["phone"]} | more


def test_an_adviser_offers_times_and_what_is_wrong_stands_beside_its_field() -> None:
    adviser = an_adviser()
    client, day = at_desk(adviser.user), today() + dt.timedelta(days=3)
    said = client.post("/desk/talks/offer/", offered(day, channels=["in_person"], ends="10:10"))
    assert said.status_code == 422
    assert "Say where you meet in person" in text(said)
    assert client.post("/desk/talks/offer/", offered(day)).status_code == 302
    assert Slot.objects.filter(adviser=adviser).count() == 2
    again = client.post("/desk/talks/offer/", offered(day))
    assert (again.status_code, "that these would overlap" in text(again)) == (422, True)
    [first, _second] = Slot.objects.all()
    assert at_desk(an_adviser("Somebody Else").user).post(f"/desk/talks/slots/{first.pk}/withdraw/").status_code == 404
    client.post(f"/desk/talks/slots/{first.pk}/withdraw/")
    assert text(client.get("/desk/talks/")).count("Take away") == 1


def test_a_learner_books_both_are_written_to_and_the_talk_is_in_their_calendars() -> None:
    learner, adviser = advised()
    slots(adviser, 2)
    client = signed_in(learner)
    assert "30 minutes" not in text(client.get("/learner/talks/book/"))
    nothing = client.post("/learner/talks/book/", {"about": HOSTILE})
    assert (nothing.status_code, "Choose a time." in text(nothing)) == (422, True)
    slot = Slot.objects.earliest("starts_at")
    answer = client.post("/learner/talks/book/", {"slot": slot.pk, "channel": "phone", "about": HOSTILE})
    made = Booking.objects.get()
    assert answer["Location"] == f"/learner/talks/{made.pk}/"
    page = client.get(answer["Location"])
    assert "With Rhys Morgan, until" in text(page)
    assert "<script>alert(1)</script> {{" not in page.content.decode()
    sent = letters()
    to_learner, to_adviser = (
        next(message for who, message in sent.items() if who.startswith(f"{user.email}: ") and message.attachments)
        for user in (learner.user, adviser.user)
    )
    assert "You have booked a talk with Rhys Morgan" in to_learner.body
    assert "A learner has booked you." in to_adviser.body
    assert "script" not in to_learner.body
    entry = calendar_of(to_learner)
    assert entry["method"] == "PUBLISH"
    [event] = entry.events
    assert event["uid"].startswith(f"{made.pk}@")
    assert (event["sequence"], event.start, event.end) == (0, slot.starts_at, slot.ends_at)
    assert event["summary"] == "Talk with Rhys Morgan"


def test_moved_and_cancelled_it_is_the_same_entry_of_the_calendar() -> None:
    made = a_booking()
    client = signed_in(made.learner)
    taken = client.get(f"/learner/talks/{made.pk}/calendar.ics")
    [new] = slots(made.slot.adviser, in_days=9)
    letters()
    desk = at_desk(made.slot.adviser.user)
    assert desk.post(f"/desk/talks/{made.pk}/move/", {"slot": new.pk}).status_code == 302
    [moved] = letters().values()
    assert "Rhys Morgan had to move your talk." in moved.body
    client.post(f"/learner/talks/{made.pk}/cancel/")
    sent = letters()
    assert [message.to[0] for message in sent.values()].count(made.learner.user.email) == 1
    assert any("A learner has cancelled" in message.body for message in sent.values())
    cancelled = [calendar_of(message) for message in sent.values()]
    events = [Calendar.from_ical(taken.content).events[0], calendar_of(moved).events[0], cancelled[0].events[0]]
    assert [(event["sequence"], event["status"]) for event in events] == [
        (0, "CONFIRMED"),
        (1, "CONFIRMED"),
        (2, "CANCELLED"),
    ]
    assert len({str(event["uid"]) for event in events}) == 1
    assert {calendar["method"] for calendar in cancelled} == {"CANCEL"}


def test_the_day_before_they_are_reminded(clock: Any) -> None:
    made = a_booking()
    letters()
    clock.move_to(made.slot.starts_at - dt.timedelta(days=1))
    booking.remind(actor=ACTOR)
    [reminder] = letters().values()
    assert reminder.subject.startswith("Tomorrow at ")


def test_a_missed_talk_is_shown_kindly_with_another_one_press_away(clock: Any) -> None:
    made = a_booking()
    desk = at_desk(made.slot.adviser.user)
    early = desk.post(f"/desk/talks/{made.pk}/missed/", follow=True)
    assert "Its time is not over yet" in early.content.decode()
    clock.move_to(made.slot.ends_at + dt.timedelta(minutes=1))
    desk.post(f"/desk/talks/{made.pk}/missed/")
    page = signed_in(made.learner).get("/learner/guidance/")
    assert "We missed each other" in text(page)
    assert "It costs you nothing, and changes nothing. Book another time" in text(page)


def test_a_learner_asks_to_be_rung_the_desk_shows_it_and_it_is_logged() -> None:
    learner, adviser = advised()
    client = signed_in(learner)
    wrong = client.post("/learner/call-back/", {"telephone": "<b>1</b>", "language": "cy"})
    assert (wrong.status_code, "not a telephone number" in text(wrong)) == (422, True)
    client.post("/learner/call-back/", {"telephone": "01248 555 010", "language": "cy", "about": HOSTILE})
    asked = CallBack.objects.get()
    assert "Rhys Morgan rings you on 01248 555 010 by" in text(client.get("/learner/guidance/"))
    desk = at_desk(adviser.user)
    assert "01248 555 010" in text(desk.get("/desk/"))
    page = desk.get(f"/desk/call-backs/{asked.pk}/")
    assert "Cymraeg" in text(page)
    assert "<script>alert(1)</script> {{" not in page.content.decode()
    desk.post(f"/desk/call-backs/{asked.pk}/nobody/")
    missing = desk.post(f"/desk/call-backs/{asked.pk}/", {"minutes": "12", "note": ""})
    assert missing.status_code == 422
    desk.post(f"/desk/call-backs/{asked.pk}/", {"minutes": "12", "note": "Her shifts have changed."})
    said = text(client.get("/learner/guidance/"))
    assert "Her shifts have changed." in said
    assert "Rung, and not reached" in said
    assert "01248 555 010" not in text(desk.get("/desk/"))


def test_after_three_times_the_learner_is_written_to() -> None:
    asked = a_call_back()
    letters()
    for _ in range(3):
        calling_back.nobody_answered(asked.pk, by=asked.adviser, actor=ACTOR)
    [letter] = letters().values()
    assert letter.subject == "We rang, and did not reach you"
    assert "Rhys Morgan has tried 3 times." in letter.body


def test_a_call_is_logged_in_one_form_and_the_learner_reads_it() -> None:
    request = a_request()
    desk = at_desk(request.adviser.user)
    found = text(desk.get("/desk/call/", {"q": request.learner.family_name[:3]}))
    assert request.learner.name in found
    page = f"/desk/call/{request.learner_id}/"
    form = desk.get(page).content.decode()
    assert 'type="text" name="note"' in form  # so that Enter saves
    said = {"note": "She starts in May.", "minutes": "4", "channel": "helpline", "request": request.pk}
    assert desk.post(page, said).status_code == 302
    request.refresh_from_db()
    assert request.state == "in_consultation"
    assert "Helpline, 4 minutes" in text(signed_in(request.learner).get("/learner/guidance/"))


def test_a_caller_is_shown_only_when_both_fit_and_their_record_never() -> None:
    learner, _adviser = advised()
    helpline = at_desk(an_adviser("Siân Lewis").user)
    assert learner.name not in text(helpline.get("/desk/call/", {"q": learner.family_name}))
    assert helpline.get(f"/desk/call/{learner.pk}/").status_code == 404
    born = learner.date_of_birth
    said = {"email": learner.user.email, "born_day": born.day, "born_month": born.month, "born_year": born.year}
    wrong = helpline.post("/desk/call/caller/", said | {"born_year": born.year - 1})
    assert wrong.status_code == 422
    assert "This fits nobody who can be found here." in text(wrong)
    assert learner.name not in text(wrong)
    page = helpline.post("/desk/call/caller/", said)["Location"]
    assert learner.name in text(helpline.get(page))
    helpline.post(page, {"note": "Which courses.", "minutes": "4", "channel": "helpline"})
    assert Consultation.objects.get().learner == learner
    assert helpline.get(page).status_code == 404
    assert helpline.get(f"/desk/learners/{learner.pk}/").status_code == 404
    assert Look.objects.filter(learner=learner).exists()


def test_somebody_without_a_name_is_counted() -> None:
    desk = at_desk(an_adviser().user)
    assert desk.post("/desk/call/unnamed/", {"channel": "drop_in"}).status_code == 422
    desk.post("/desk/call/unnamed/", {"channel": "drop_in", "topic": "money"})
    assert AnonymousTalk.objects.get().topic == "money"


def test_the_record_is_read_and_added_to_by_both_and_each_look_is_kept(django_assert_max_num_queries: Any) -> None:
    request = a_request(consulted=True)
    learner, adviser, entry = request.learner, request.adviser, GuidanceEntry.objects.get()
    client, desk = signed_in(learner), at_desk(adviser.user)
    client.post(f"/learner/guidance/{entry.pk}/answer/", {"words": HOSTILE})
    desk.post(f"/desk/learners/{learner.pk}/correct/{entry.pk}/", {"words": "In June."})
    desk.post(f"/desk/learners/{learner.pk}/", {"words": "She was tired."})
    needs = dict.fromkeys(tiers.Need, "some_help")
    desk.post(f"/desk/learners/{learner.pk}/needs/", needs | {"words": "She asks for time."})
    assert PrivateNote.objects.get().words == "She was tired."
    with django_assert_max_num_queries(14):
        theirs = desk.get(f"/desk/learners/{learner.pk}/")
    hers = client.get("/learner/guidance/")
    for page in (theirs, hers):
        for words in ("We talked.", "In June.", "She asks for time.", "The answers speak for: With a lot of help."):
            assert words in text(page)
        assert "<script>alert(1)</script> {{" not in page.content.decode()
    assert "She was tired." in text(theirs)
    assert "She was tired." not in hers.content.decode()
    assert Look.objects.filter(learner=learner, user=adviser.user, what="request").exists()
    assert tier_of(learner.pk) is None
    client.post("/learner/guidance/help/", {"tier": "intensive"})
    assert tier_of(learner.pk) == Tier.INTENSIVE
    assert "With a lot of help" in text(desk.get(f"/desk/learners/{learner.pk}/"))


def test_the_record_costs_the_same_queries_however_long_it_is(django_assert_max_num_queries: Any) -> None:
    request = a_request(consulted=True)
    client = signed_in(request.learner)
    for _ in range(12):
        recording.answer(GuidanceEntry.objects.earliest("made_at").pk, "Yes.", learner=request.learner, actor=ACTOR)
        tiers.converse(request.learner_id, dict.fromkeys(tiers.Need, tiers.How.EASY), by=request.adviser, actor=ACTOR)
    with django_assert_max_num_queries(14):
        client.get("/learner/guidance/")


def test_what_is_somebody_else_s_is_not_there() -> None:
    made, asked = a_booking(), a_call_back()
    entry = recording.answer(
        GuidanceEntry.objects.create(
            learner=made.learner, kind="missed", adviser=made.slot.adviser, booking=made, made_at=made.arranged_at
        ).pk,
        "Sorry.",
        learner=made.learner,
        actor=ACTOR,
    )
    learner, _adviser = advised()
    client, desk = signed_in(learner), at_desk(an_adviser("Somebody Else").user)
    addresses = [
        *(f"/learner/talks/{made.pk}/{page}" for page in ("", "move/", "calendar.ics")),
        f"/learner/talks/{uuid4()}/",
        f"/learner/guidance/{entry.pk}/answer/",
    ]
    for address in addresses:
        assert client.get(address).status_code == 404, address
    assert client.post(f"/learner/talks/{made.pk}/cancel/").status_code == 404
    assert client.post(f"/learner/call-back/{asked.pk}/take-back/").status_code == 404
    for address in (
        f"/desk/talks/{made.pk}/",
        f"/desk/talks/{made.pk}/move/",
        f"/desk/call-backs/{asked.pk}/",
        f"/desk/learners/{made.learner_id}/",
        f"/desk/learners/{made.learner_id}/needs/",
        f"/desk/learners/{made.learner_id}/correct/{entry.pk}/",
    ):
        assert desk.get(address).status_code == 404, address
    for address in (f"/desk/talks/{made.pk}/cancel/", f"/desk/call-backs/{asked.pk}/nobody/"):
        assert desk.post(address).status_code == 404, address
    made.refresh_from_db()
    assert made.state == "booked"
