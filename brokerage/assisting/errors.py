"""What can be refused where an adviser works a learner's pages, in a sentence for the person who reads it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from config.refusals import Refusal


class NotWanted(Refusal):
    code = "assistance_not_wanted"
    says = _("This learner has said that nobody works their pages for them.")
    do = _("They can allow it again on the page of their adviser.")


class AssistanceOver(Refusal):
    code = "assistance_over"
    says = _("You do not work this learner’s pages any more. Nothing was done.")
    do = _("Begin anew from their guidance record, while you talk with them.")
