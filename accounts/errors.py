"""What can be refused about people and their money, each with its code and a sentence for the person who reads it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.functional import lazy
from django.utils.text import get_text_list
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.circumstances import Criterion, Document
from config.refusals import Refusal

if TYPE_CHECKING:
    from accounts.eligibility import Reason
    from accounts.models import Scheme


def _say_why(reasons: Sequence[Reason]) -> str:
    return " ".join(reason.sentence for reason in reasons)


def _say_what_else(alternatives: Sequence[str]) -> str:
    if alternatives:
        return str(_("You could have an account in: {schemes}.")).format(schemes=", ".join(alternatives))
    return str(_("An adviser can tell you what else there is, free of charge."))


def _say_documents(documents: Sequence[str]) -> str:
    return get_text_list([str(Document(code).label) for code in documents], gettext("or"))


def _say_how_many(awards: int) -> str:
    return ngettext("{awards} award", "{awards} awards", awards).format(awards=f"{awards:,}")


class NotEligible(Refusal):
    """`reasons` are all there are, `alternatives` the names of schemes that the learner could join instead.

    Both are put in words when they are read, in the reader's language.
    """

    code = "not_eligible"
    says = _("{scheme} is not for you at the moment. {why}")
    do = _("{instead}")

    def __init__(self, *, scheme: str, reasons: Sequence[Reason], alternatives: Sequence[str]) -> None:
        super().__init__(
            scheme=scheme, why=lazy(_say_why, str)(reasons), instead=lazy(_say_what_else, str)(alternatives)
        )
        self.reasons = tuple(reasons)
        self.alternatives = tuple(alternatives)


class SchemeClosed(Refusal):
    code = "scheme_closed"
    says = _("{scheme} takes nobody new at the moment.")
    do = _("An adviser can tell you what else there is.")


class SchemeNotInState(Refusal):
    code = "scheme_not_in_state"
    says = _("This cannot be done now, because {scheme} is: {state}.")
    do = _("Nothing was changed.")


class SpendUntilPassed(Refusal):
    code = "spend_until_passed"
    status = 422
    says = _("Learners may spend until today at the earliest.")
    do = _("Choose a later day. Nothing was changed.")


class SchemeExists(Refusal):
    code = "scheme_exists"
    says = _("There is a scheme with the short name {slug} already.")
    do = _("Choose another short name. Nothing was changed.")


class NobodyWithEmail(Refusal):
    code = "nobody_with_email"
    status = 404
    says = _("Nobody has signed up with the e-mail {email}.")
    do = _("They sign up first. Nothing was changed.")


class ManagesNothingElse(Refusal):
    code = "manages_nothing_else"
    status = 403
    says = _("{email} advises learners or works for a provider, so they cannot run schemes.")
    do = _("Appoint somebody else. Nothing was changed.")


class NoSuchScheme(Refusal):
    code = "no_such_scheme"
    status = 404
    says = _("There is no scheme with the short name {slug}.")
    do = _("`./run manage scheme list` shows those there are. Nothing was changed.")


class NoSuchPreset(Refusal):
    code = "no_such_preset"
    status = 404
    says = _("No scheme ships with Waymark under the short name {slug}.")
    do = _("There are: {known}.")


class NoSuchSchemeFile(Refusal):
    code = "no_such_scheme_file"
    status = 404
    says = _("There is no file {name}, and no scheme ships with Waymark under that short name.")
    do = _("Name a file, or one of: {known}.")


class SchemeFileUnreadable(Refusal):
    code = "scheme_file_unreadable"
    status = 422
    says = _("The file {name} cannot be read: {why}.")
    do = _("Nothing was changed.")


class SchemeMoneyIsFixed(Refusal):
    """`field` is `currency` or `funding`: a scheme's accounts are opened for one of each."""

    code = "scheme_money_is_fixed"
    says = _("The money of {scheme} is {kept} for good, and the file says {wanted}.")
    do = _("Give the file another short name, to set up another scheme. Nothing was changed.")


class RulesOfThePast(Refusal):
    code = "rules_of_the_past"
    status = 422
    says = _("Rules can count from today at the earliest: what was decided before stays as it was.")
    do = _("Choose a later day. Nothing was changed.")


class AlreadyOpen(Refusal):
    code = "already_open"
    says = _("You have a learning account in this scheme already.")
    do = _("You find it on your first page.")


class AlreadyAwarded(Refusal):
    code = "already_awarded"
    says = _("This account has had its award for this period already.")
    do = _("The next one can be made when the period is over.")


class NoSuchAward(Refusal):
    code = "no_such_award"
    status = 404
    says = _("The rules of this scheme have no award of the kind {kind}.")
    do = _("Use the code of one of its awards. Nothing was changed.")


class HoldsTheMost(Refusal):
    code = "holds_the_most"
    says = _("This account holds the most that it may already.")
    do = _("The next award can be made when some of it is spent.")


class AwardsAllMade(Refusal):
    code = "awards_all_made"
    says = _("All {most} awards of this kind have been made.")
    do = _("An adviser can tell you what else there is, free of charge.")


class SchemeWaits(Refusal):
    code = "scheme_waits"
    says = _("{scheme} waits for a second person, who approves its rules or does not.")
    do = _("Wait for that. Nothing was changed.")


class RulesUnchanged(Refusal):
    code = "rules_unchanged"
    status = 422
    says = _("These rules say the same as the rules there are.")
    do = _("Change something first.")


class ProposalNotFound(Refusal):
    code = "proposal_not_found"
    status = 404
    says = _("There is no such proposal.")


class SecondPersonNeeded(Refusal):
    code = "second_person_needed"
    says = _("Whoever proposes rules does not approve them: a second person looks at them first.")
    do = _("Ask a colleague who manages this scheme.")


class ProposalOver(Refusal):
    code = "proposal_over"
    says = _("This proposal has been decided already: {state}.")
    do = _("Propose the rules again if they are still wanted.")


class MayNotSetUp(Refusal):
    code = "may_not_set_up"
    status = 404
    says = _("You cannot set up a scheme.")


class RulesOverlap(Refusal):
    code = "rules_overlap"
    status = 422
    says = _("There are rules of this scheme that count from the same day already.")
    do = _("Choose another day. Nothing was changed.")


class BudgetExhausted(Refusal):
    """Awards made together come to `wanted_minor`, and there is `left_minor` for them, in the scheme's currency.

    Amounts are put in words when they are read, in the reader's language.
    """

    code = "budget_exhausted"
    says = _("{scheme} has {left} left for awards, and {awards} would take {wanted}, so none was made.")
    do = _("Nothing was changed. Add at least {missing} to its budget, or award fewer.")

    def __init__(self, *, scheme: Scheme, left_minor: int, wanted_minor: int, awards: int) -> None:
        money = lazy(scheme.money, str)
        super().__init__(
            scheme=scheme.name,
            left=money(left_minor),
            awards=lazy(_say_how_many, str)(awards),
            wanted=money(wanted_minor),
            missing=money(wanted_minor - left_minor),
        )
        self.left_minor = left_minor
        self.wanted_minor = wanted_minor
        self.awards = awards


class WaitingForMoney(Refusal):
    """`place`, from 1, is where they stand in the scheme's line."""

    code = "waiting_for_money"
    says = _("{scheme} has no money for this award at the moment. It is number {place} in line.")
    do = _("It is made as soon as there is money again; until then there is nothing to do.")

    def __init__(self, *, scheme: str, place: int) -> None:
        super().__init__(scheme=scheme, place=place)
        self.place = place


class CeilingTooLow(Refusal):
    """`used_minor`, in the scheme's currency, is what is committed, held and spent already."""

    code = "ceiling_too_low"
    status = 422
    says = _("{scheme} has committed, holds and has spent {used} already, so its ceiling cannot be lower than that.")
    do = _("Choose a higher ceiling. Nothing was changed.")

    def __init__(self, *, scheme: Scheme, used_minor: int) -> None:
        super().__init__(field="budget.ceiling_minor", scheme=scheme.name, used=lazy(scheme.money, str)(used_minor))
        self.used_minor = used_minor


class OwnEvidence(Refusal):
    code = "own_evidence"
    status = 403
    says = _("Nobody says of their own documents that they have seen them.")
    do = _("A colleague has to look at them.")


class ProofNotAsked(Refusal):
    code = "proof_not_asked"
    status = 422
    says = _("No scheme of this learner wants you to see proof of this: {criterion}.")
    do = _("Ask them for nothing that is not needed. Nothing was kept.")

    def __init__(self, *, criterion: str, field: str | None = None) -> None:
        super().__init__(field=field, criterion=Criterion(criterion).label)


class DocumentNotTaken(Refusal):
    code = "document_not_taken"
    status = 422
    says = _("This document proves nothing of this to the scheme: {criterion}.")
    do = _("It takes {documents}. Nothing was kept.")

    def __init__(self, *, criterion: str, documents: Sequence[str], field: str | None = None) -> None:
        super().__init__(
            field=field,
            criterion=Criterion(criterion).label,
            documents=lazy(_say_documents, str)(documents),
        )


class CopyNotFound(Refusal):
    """Also when somebody else's, looked at already, or for something that the scheme does not want proof of."""

    code = "copy_not_found"
    status = 404
    says = _("There is no such document here.")
    do = _("It may have been looked at already, or another one may have been sent. Nothing was changed.")


class CopyTooLarge(Refusal):
    code = "copy_too_large"
    status = 422
    says = _("This file is larger than {megabytes} MB.")
    do = _("Send a smaller one, such as a photo instead of a scan. Nothing was kept.")


class CopyNotReadable(Refusal):
    code = "copy_not_readable"
    status = 422
    says = _("We cannot read this file: it is no whole PDF, JPEG or PNG, whatever it is called.")
    do = _("Take a photo of your document, or save it as a PDF, and send that. Nothing was kept.")


class ReasonMissing(Refusal):
    code = "proof_reason_missing"
    status = 422
    says = _("Say what is the matter with it, in words for the learner.")


class AmountNotPositive(Refusal):
    code = "payment_not_positive"
    status = 422
    says = _("A payment into a scheme is more than nothing, in whole pennies.")
    do = _("Give the amount in minor units.")


class SponsorWithoutName(Refusal):
    code = "sponsor_without_name"
    status = 422
    says = _("A sponsor needs a name of 1 to {most} characters, on one line.")


class SponsorExists(Refusal):
    code = "sponsor_exists"
    says = _("{scheme} has a sponsor with the name {name} already.")
    do = _("Use that one, or choose another name. Nothing was changed.")


class SponsorDeparted(Refusal):
    code = "sponsor_departed"
    says = _("{name} takes part no more, so it can put nothing in.")
    do = _("Nothing was changed. What learners hold of its money stays theirs until it expires.")


class DepartureOfThePast(Refusal):
    code = "departure_of_the_past"
    status = 422
    says = _("A sponsor can depart today at the earliest: what went back to it before stays as it was.")
    do = _("Choose a later day. Nothing was changed.")


class AccountNotFound(Refusal):
    """Also when it is an account of another scheme: that answers exactly as does-not-exist."""

    code = "learning_account_not_found"
    status = 404
    says = _("There is no such learning account in this scheme.")
    do = _("Ask the learner for it. Nothing was changed.")


class ReferenceWrong(Refusal):
    code = "reference_wrong"
    status = 422
    says = _("Each payment needs a reference of your own, of 1 to {most} characters.")
    do = _("Use another one for each payment, and the same one when you send a payment again.")


class ReferenceTaken(Refusal):
    code = "reference_taken"
    says = _("Under this reference you made another payment already.")
    do = _("Use a new reference for a new payment. Nothing was changed.")


class TopUpOfThePast(Refusal):
    code = "top_up_of_the_past"
    status = 422
    says = _("The learner has to be able to spend it: its last day can be today at the earliest.")
    do = _("Choose a later day. Nothing was changed.")


class EarmarkUnknown(Refusal):
    code = "earmark_unknown"
    status = 422
    says = _("Money cannot be set apart for that.")
    do = _("Use one of {known}, or leave it out. Nothing was changed.")


class CategoryNotOne(Refusal):
    code = "category_not_one"
    status = 422
    says = _("A category is a detailed field of ISCED-F, such as 0611.")
    do = _("Correct it, or leave it out. Nothing was changed.")


class EmailTaken(Refusal):
    code = "email_taken"
    says = _("Somebody has signed up with this e-mail already.")
    do = _("Sign in, or use another e-mail. Nothing was changed.")


class LanguageUnknown(Refusal):
    code = "language_unknown"
    status = 422
    says = _("Waymark does not speak this language.")
    do = _("Choose one of {known}. Nothing was changed.")


class PersonInvalid(Refusal):
    """`field` is the path of what is wrong, such as `people[3].given_name`."""

    code = "person_invalid"
    status = 422
    says = _("We cannot take this: {why}")
    do = _("Correct it and try again. Nothing was changed.")


class AlreadyLearner(Refusal):
    code = "already_learner"
    says = _("You have signed up as a learner already.")
    do = _("Your page shows your learning accounts.")


class AnswerProven(Refusal):
    """`criterion` is what somebody has seen a document for: to say something else then would leave it proven."""

    code = "answer_proven"
    says = _("We have seen a document about this, so you cannot change it by yourself: {criterion}.")
    do = _("Ask your adviser, and show them what is true now.")

    def __init__(self, *, field: str, criterion: str) -> None:
        super().__init__(field=field, criterion=Criterion(criterion).label)
