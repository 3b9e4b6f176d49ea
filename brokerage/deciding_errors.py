"""What can be refused of a decision that changes what was asked for, or that rests on what is no longer so."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from config.refusals import Refusal


class SeenOtherwise(Refusal):
    code = "seen_otherwise"
    says = _("Something has changed since you opened this request, so your answer was not stored.")
    do = _("The page shows how it stands now. What you wrote is kept: read it again, and send it if it still fits.")


class NothingChanged(Refusal):
    code = "nothing_changed"
    status = 422
    says = _("This is what the learner asked for, at the same price.")
    do = _("Choose another course, other dates or other extras, or approve it as it is.")


class NoChangeToThis(Refusal):
    code = "no_change_to_this"
    says = _("A colleague has approved this, and a second approval is a yes or a no to just that.")
    do = _("Approve it, or decline it with your reasons.")


class AskedForIt(Refusal):
    code = "asked_for_it"
    says = _("The learner has asked for that course by itself.")
    do = _("Answer that request, or choose another course.")


class NothingLower(Refusal):
    code = "nothing_lower"
    says = _("There is no lower price for this request now.")
    do = _("The page shows how it stands. Nothing was changed.")


class SpokeForThem(Refusal):
    code = "spoke_for_them"
    status = 403
    says = _("You put in a word for the learner in this appeal, so somebody else decides it.")
