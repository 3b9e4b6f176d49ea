"""What can be refused about talks and the guidance record, in a sentence for the person who reads it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from config.refusals import Refusal


class TalkNotFound(Refusal):
    """A slot, booking, call-back or entry; also when it is somebody else's."""

    code = "talk_not_found"
    status = 404
    says = _("There is no such talk of yours.")


class TimeDoesNotExist(Refusal):
    code = "time_does_not_exist"
    status = 422
    says = _("On {day} there is no {time}: the clocks go forward over it.")
    do = _("Choose another time for that day.")


class TimeExistsTwice(Refusal):
    code = "time_exists_twice"
    status = 422
    says = _("On {day} there are two {time}: the clocks go back, so nobody would know which is meant.")
    do = _("Choose another time for that day.")


class SlotsPast(Refusal):
    code = "slots_past"
    status = 422
    says = _("These times, or some of them, are over already.")
    do = _("Choose a later day.")


class SlotsTooFar(Refusal):
    code = "slots_too_far"
    status = 422
    says = _("Times can be offered for the next {weeks} weeks.")


class SlotTooLong(Refusal):
    code = "slot_too_long"
    status = 422
    says = _("A talk lasts from {least} to {most} minutes.")


class NoRoomForSlots(Refusal):
    code = "no_room_for_slots"
    status = 422
    says = _("Between these times there is no room for a talk of this length.")


class SlotSaysNotWhere(Refusal):
    code = "slot_says_not_where"
    status = 422
    says = _("Say where you meet in person; for a video give its link, which begins with https://.")


class SlotsOverlap(Refusal):
    code = "slots_overlap"
    says = _("You offer a time already that these would overlap.")
    do = _("Take that one away first, or choose other times. None of these is offered yet.")


class SlotBooked(Refusal):
    code = "slot_booked"
    says = _("Somebody has booked this time.")
    do = _("Move or cancel the booking instead, and they are told.")


class SlotTaken(Refusal):
    code = "slot_taken"
    says = _("This time has just been taken.")
    do = _("Choose another one.")


class SlotPast(Refusal):
    code = "slot_past"
    says = _("This time is over, or has begun.")
    do = _("Choose a later one.")


class SlotForIntensive(Refusal):
    code = "slot_for_intensive"
    says = _("This longer time is kept for learners who want a lot of help.")
    do = _("Choose another one, or choose more help first.")


class ChannelNotOffered(Refusal):
    code = "channel_not_offered"
    status = 422
    says = _("At this time your adviser cannot talk with you like this.")
    do = _("Choose one of the ways shown.")


class TooManyBookings(Refusal):
    code = "too_many_bookings"
    says = _("You have {most} talks booked already.")
    do = _("Cancel or move one of them.")


class BookingOver(Refusal):
    code = "booking_over"
    says = _("This booking is over: {state}.")
    do = _("Book another time.")


class NotOverYet(Refusal):
    code = "booking_not_over_yet"
    says = _("Its time is not over yet, so nobody can say that it was missed.")
    do = _("Mark it afterwards.")


class TelephoneWrong(Refusal):
    code = "telephone_wrong"
    status = 422
    says = _("This is not a telephone number that we can ring.")
    do = _("Give it in figures, such as 01248 555 010 or +44 1248 555 010.")


class LanguageNotSpoken(Refusal):
    code = "language_not_spoken"
    status = 422
    says = _("Choose one of the languages shown.")


class CallBackWaits(Refusal):
    code = "call_back_waits"
    says = _("We have promised to ring you already.")
    do = _("Take that back first if you want to tell us something else.")


class CallBackOver(Refusal):
    code = "call_back_over"
    says = _("This has been dealt with already: {state}.")


class NobodyToCall(Refusal):
    code = "nobody_to_call"
    status = 503
    says = _("There is no adviser who could ring you now.")


class OwnRecord(Refusal):
    code = "own_guidance_record"
    status = 403
    says = _("Nobody writes in their own guidance record as an adviser.")


class WordsMissing(Refusal):
    code = "guidance_words_missing"
    status = 422
    says = _("Write a few words.")


class NothingToCorrect(Refusal):
    code = "nothing_to_correct"
    says = _("What the learner wrote or chose is theirs, and is not corrected.")


class CallerUnknown(Refusal):
    """Says the same whether there is no such person, or another birthday was told."""

    code = "caller_unknown"
    status = 404
    says = _("This fits nobody who can be found here.")
    do = _("Ask the caller again, or log the call without a name.")


class TooManyChecks(Refusal):
    code = "too_many_caller_checks"
    status = 429
    says = _("You have tried {most} times within an hour to find a caller, and found nobody.")
    do = _("Log the call without a name, or try again later.")


class AnswerMissing(Refusal):
    code = "needs_answer_missing"
    status = 422
    says = _("Answer each of the questions, as far as you talked about it.")
