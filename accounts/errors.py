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


class SchemeExists(Refusal):
    code = "scheme_exists"
    says = _("There is a scheme with the short name {slug} already.")
    do = _("Choose another short name. Nothing was changed.")


class NoSuchPreset(Refusal):
    code = "no_such_preset"
    status = 404
    says = _("No scheme ships with Waymark under the short name {slug}.")
    do = _("There are: {known}.")


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


class AmountNotPositive(Refusal):
    code = "payment_not_positive"
    status = 422
    says = _("A payment into a scheme is more than nothing, in whole pennies.")
    do = _("Give the amount in minor units.")


class EmailTaken(Refusal):
    code = "email_taken"
    says = _("Somebody has signed up with this e-mail already.")
    do = _("Sign in, or use another e-mail. Nothing was changed.")


class PersonInvalid(Refusal):
    """`field` is the path of what is wrong, such as `people[3].given_name`."""

    code = "person_invalid"
    status = 422
    says = _("We cannot take this: {why}")
    do = _("Correct it and try again. Nothing was changed.")
