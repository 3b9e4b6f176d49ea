"""What accreditation, vetting and categorising say no with."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from config.refusals import Refusal


class AccreditationWithoutIssuer(Refusal):
    code = "accreditation_without_issuer"
    status = 422
    says = _("An accreditation needs the name of who issued it.")


class AccreditationDatesReversed(Refusal):
    code = "accreditation_dates_reversed"
    status = 422
    says = _("The accreditation would end on {valid_until}, before it begins on {valid_from}.")


class AccreditationOverlaps(Refusal):
    code = "accreditation_overlaps"
    says = _("{issuer} has accredited this for the same scope on some of these days already.")
    do = _("End the earlier accreditation first, or choose days after it.")


class AccreditationOver(Refusal):
    code = "accreditation_over"
    status = 422
    says = _("The accreditation would have ended on {valid_until}, which has gone.")
    do = _("Choose a day that is still to come, or leave it empty for one without end.")


class AccreditationEndedAlready(Refusal):
    code = "accreditation_ended_already"
    says = _("This accreditation was withdrawn already.")


class EvidenceMissing(Refusal):
    code = "evidence_missing"
    status = 422
    says = _("An accreditation needs something that shows it is true.")
    do = _("Upload the certificate, or give the address of the page where the issuer says it.")


class EvidenceNotReadable(Refusal):
    code = "evidence_not_readable"
    status = 422
    says = _("“{name}” is not a PDF, JPEG or PNG file, whatever its name says.")
    do = _("Save the document as a PDF, or take a picture of it.")


class EvidenceTooLarge(Refusal):
    code = "evidence_too_large"
    status = 413
    says = _("“{name}” is larger than {megabytes} megabytes.")
    do = _("Upload only the pages that matter.")


class CourseUnknown(Refusal):
    code = "course_unknown"
    status = 404
    says = _("There is no such course.")


class CourseVettedAlready(Refusal):
    code = "course_vetted_already"
    says = _("Somebody has decided on “{course}” while you were looking at it.")
    do = _("Read what they decided. Yours has changed nothing.")


class CourseChangedMeanwhile(Refusal):
    code = "course_changed_meanwhile"
    says = _("The provider has changed “{course}” or its price while you were looking at it.")
    do = _("Look at it again. Your decision has changed nothing.")


class VetterWorksThere(Refusal):
    code = "vetter_works_there"
    status = 403
    says = _("You work for “{provider}”, so somebody else has to decide.")


class CourseNeedsCategory(Refusal):
    code = "course_needs_category"
    status = 422
    says = _("Choose what “{course}” is about.")


class VettingNeedsReason(Refusal):
    code = "vetting_needs_reason"
    status = 422
    says = _("Choose a reason.")
    do = _("The provider reads it.")


class VettingNeedsWords(Refusal):
    code = "vetting_needs_words"
    status = 422
    says = _("Write to the provider what you want to know, or why.")


class NothingToAnswer(Refusal):
    code = "nothing_to_answer"
    says = _("There is nothing to answer: this was settled, or answered already.")


class AnswerEmpty(Refusal):
    code = "answer_empty"
    status = 422
    says = _("Write your answer.")


class CategoryUnknown(Refusal):
    code = "category_unknown"
    status = 422
    says = _("“{category}” is not a detailed field of ISCED-F 2013 that we know.")
