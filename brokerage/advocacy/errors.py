"""What can be refused when an adviser asks a provider for something, in a sentence for the person who reads it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from config.refusals import Refusal


class AdvocacyNotFound(Refusal):
    """Also when it is somebody else's."""

    code = "advocacy_not_found"
    status = 404
    says = _("There is no such question to a provider.")


class AdvocacyOver(Refusal):
    code = "advocacy_over"
    says = _("This is settled already: {state}.")
    do = _("Nothing was changed.")


class AdvocacyOpen(Refusal):
    code = "advocacy_open"
    says = _("The provider is asked for this already.")
    do = _("Wait for the answer, or call that one off first.")


class AdvocacyWordsMissing(Refusal):
    code = "advocacy_words_missing"
    status = 422
    says = _("Write a few words.")


class GoodWordNotFound(Refusal):
    """Also when it is another adviser's to say, or another learner's."""

    code = "good_word_not_found"
    status = 404
    says = _("Nobody has asked you to put in a word here.")


class GoodWordOver(Refusal):
    code = "good_word_over"
    says = _("This is said already, or nobody waits for it any more.")
    do = _("Nothing was changed.")


class GoodWordWished(Refusal):
    code = "good_word_wished"
    says = _("Your adviser is asked already.")


class NobodySpeaks(Refusal):
    code = "nobody_speaks"
    says = _("Nobody who advises you can put in a word here.")
    do = _("What you write yourself counts as much.")


class NoPriceToLower(Refusal):
    code = "no_price_to_lower"
    status = 422
    says = _("These dates have no price that could be lower.")
    do = _("Ask for something else, or choose other dates.")


class PriceMissing(Refusal):
    code = "advocacy_price_missing"
    status = 422
    says = _("Say what it would cost the learner, and until when they can ask for it.")
