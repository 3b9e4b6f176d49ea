"""What of a catalogue cannot be taken: a course, a run, or something that comes with it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from config.refusals import Refusal


class CourseWithoutIdentifier(Refusal):
    code = "course_without_identifier"
    status = 422
    says = _("The course “{title}” has no identifier, so we could not tell next time that it is the same course.")
    do = _("Give each course a dc:identifier of its own and send the feed again.")


class CourseWithoutTitle(Refusal):
    code = "course_without_title"
    status = 422
    says = _("The course “{identifier}” has no title.")
    do = _("Give it a dc:title and send the feed again.")


class CourseWithoutNumber(Refusal):
    code = "course_without_number"
    status = 422
    says = _("The formation “{title}” has no number, so we could not tell next time that it is the same course.")
    do = _("Give each formation a “numero” of its own and send the feed again.")


class CourseTwice(Refusal):
    code = "course_twice"
    status = 422
    says = _("The identifier “{identifier}” has been used for another course already.")
    do = _("Give each course an identifier of its own. The first of them was taken.")


class CourseLooksDouble(Refusal):
    """Nothing that is refused: what is said of a course that was taken."""

    code = "course_looks_double"
    status = 422
    says = _("It looks like the course “{other}”: the same title, the same dates and the same venue.")
    do = _("Both were taken. If they are one course, leave one out of the next feed and it is withdrawn.")


class CourseLevelWrong(Refusal):
    code = "course_level_wrong"
    status = 422
    says = _("A course has a level from 0 (entry level) to 8, not {level}.")


class TextTooLong(Refusal):
    code = "text_too_long"
    status = 422
    says = _("The {what} has {characters} characters; {most} is the most that we keep.")
    do = _("Shorten it and send it again.")


class RunWithoutIdentifier(Refusal):
    code = "run_without_identifier"
    status = 422
    says = _(
        "A presentation of the course “{course}” has no identifier, so we could not tell next time that it is "
        "the same one."
    )
    do = _("Give each presentation a dc:identifier of its own and send the feed again.")


class SessionWithoutNumber(Refusal):
    code = "session_without_number"
    status = 422
    says = _("A session of the formation “{course}” has no number, so we could not tell next time that it is the same.")
    do = _("Give each session a “numero” of its own within its action and send the feed again.")


class RunTwice(Refusal):
    code = "run_twice"
    status = 422
    says = _("The identifier “{identifier}” has been used for another run of this course already.")
    do = _("Give each run an identifier of its own. The first of them was taken.")


class RunOfUnknownCourse(Refusal):
    code = "run_of_unknown_course"
    status = 422
    says = _("Its course “{course}” is not in the catalogue, or was refused itself.")
    do = _("Put the course right first; its runs come with it.")


class RunWithoutStart(Refusal):
    code = "run_without_start"
    status = 422
    says = _("The run has no start date that we can read (“{text}”).")
    do = _("Write it as a date, such as 2027-09-06.")


class RunWithoutEnd(Refusal):
    code = "run_without_end"
    status = 422
    says = _("The run has no end date that we can read (“{text}”), and no duration to reckon it from.")
    do = _("Write it as a date, such as 2028-06-30. A voucher has to know when the course is over.")


class PriceWrong(Refusal):
    code = "price_wrong"
    status = 422
    says = _("The price {price_minor} {currency} is not one that we can take.")
    do = _("A price is a positive whole number of the currency's smallest unit. Zero is free.")


class PlacesWrong(Refusal):
    code = "places_wrong"
    status = 422
    says = _("A run cannot have {places} places.")


class HoursWrong(Refusal):
    code = "hours_wrong"
    status = 422
    says = _("A run cannot be taught for {hours} hours: it is from 1 to {most}.")


class ExtraWithoutTitle(Refusal):
    code = "extra_without_title"
    status = 422
    says = _("Something that comes with the run has no title.")
    do = _("Say what it is, in the words that a learner reads.")


class ExtraEarmarkUnknown(Refusal):
    code = "extra_earmark_unknown"
    status = 422
    says = _("“{title}” is for “{earmark}”, which is nothing that can come with a run.")
    do = _("Use one of {known}.")


class ExtraTwice(Refusal):
    code = "extra_twice"
    status = 422
    says = _("“{title}” is there twice for one run.")
    do = _("Give each a title of its own.")


class TooManyExtras(Refusal):
    code = "too_many_extras"
    status = 422
    says = _("{extras} things come with this run; {most} is the most that we keep.")
    do = _("List those that learners need.")
