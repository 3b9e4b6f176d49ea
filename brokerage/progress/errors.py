"""What can be refused about a learner's story, in a sentence for the learner who reads it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from config.refusals import Refusal


class NotInStory(Refusal):
    """Also when it is in somebody else's."""

    code = "not_in_story"
    status = 404
    says = _("There is no such thing in your story.")


class ChangedMeanwhile(Refusal):
    code = "story_changed_meanwhile"
    says = _("You changed this in another window or on another device while you were writing here.")
    do = _("What you wrote is still here, and what is kept now is shown with it. Decide what you want, and save again.")


class InStoryAlready(Refusal):
    code = "in_story_already"
    says = _("You have this in your story already.")
    do = _("Change the one that is there, or give this one another name.")


class StoryIsFull(Refusal):
    code = "story_is_full"
    says = _("Your story holds at most {most} of these.")
    do = _("Take away one that you need no more, then add this one.")


class TextMissing(Refusal):
    code = "text_missing"
    status = 422
    says = _("Write a few words.")


class FileNotReadable(Refusal):
    code = "file_not_readable"
    status = 422
    says = _("This is not a PDF, JPEG or PNG file, whatever its name says.")
    do = _("Save it as a PDF, or take a picture of it.")


class FileTooLarge(Refusal):
    code = "file_too_large"
    status = 422
    says = _("This file is larger than {megabytes} megabytes.")
    do = _("Choose a smaller one, or only the pages that matter.")


class NothingToShare(Refusal):
    code = "nothing_to_share"
    status = 422
    says = _("Choose at least one part of your story.")


class ShareTooLong(Refusal):
    code = "share_too_long"
    status = 422
    says = _("A link can work for 1 to {most} days.")


class AttendanceWithoutCourses(Refusal):
    code = "attendance_without_courses"
    status = 422
    says = _("How often you came is shown beside your courses.")
    do = _("Choose your courses too, or leave this out.")


class BadgesNotOffered(Refusal):
    code = "badges_not_offered"
    status = 503
    says = _("Badges cannot be signed here now.")
    do = _("Nothing is lost: your course stays in your story. Try again another day.")


class NotCompleted(Refusal):
    code = "not_completed"
    says = _("There is a badge once you have confirmed that you completed the course.")
