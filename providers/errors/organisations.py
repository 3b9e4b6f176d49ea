"""What an organisation is turned down with: its application, its numbers, its state."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from config.refusals import Refusal


class ProviderWithoutName(Refusal):
    code = "provider_without_name"
    status = 422
    says = _("A provider needs a name.")


class UkprnWrong(Refusal):
    code = "ukprn_wrong"
    status = 422
    says = _("“{ukprn}” is not a UK provider reference number.")
    do = _("It has eight digits and the first is a 1. Leave it out if the provider has none.")


class ProviderKnownAlready(Refusal):
    code = "provider_known_already"
    says = _("A provider with the number or identifier “{number}” is registered already.")
    do = _("If it is yours, ask whoever set it up to invite you, or talk to the scheme's staff.")


class WebAddressWrong(Refusal):
    code = "web_address_wrong"
    status = 422
    says = _("“{url}” is not a web address.")
    do = _("It begins with http:// or https:// and has no spaces.")


class SiretWrong(Refusal):
    code = "siret_wrong"
    status = 422
    says = _("This is not a SIRET: its digits do not check.")
    do = _("It has fourteen digits. Look for it on the certificate of registration, and leave it out if there is none.")


class VatNumberWrong(Refusal):
    code = "vat_number_wrong"
    status = 422
    says = _("This is not a VAT number that we can check.")
    do = _("Write it with the two letters of its country, such as GB 980 7806 84. Leave it out if there is none.")


class NumberNeeded(Refusal):
    code = "number_needed"
    status = 422
    says = _("Give at least one number under which the organisation is registered.")
    do = _("A UKPRN, a SIRET or a VAT number will do.")


class ContactNeeded(Refusal):
    code = "contact_needed"
    status = 422
    says = _("Say whom we can ask, and at which e-mail address.")


class EmailWrong(Refusal):
    code = "email_wrong"
    status = 422
    says = _("“{email}” is not an e-mail address.")
    do = _("Write it in full, such as name@college.example.")


class CountryWrong(Refusal):
    code = "country_wrong"
    status = 422
    says = _("“{country}” is not a country that we know.")
    do = _("Use its two letters, such as GB or FR.")


class NumberStands(Refusal):
    code = "number_stands"
    says = _("A number that is registered cannot be changed here.")
    do = _("Ask the scheme's staff: whoever has another number may be another organisation.")


class VenueWithoutPlace(Refusal):
    code = "venue_without_place"
    status = 422
    says = _("Say where the venue is: its name, street, town or postcode.")


class VenueTwice(Refusal):
    code = "venue_twice"
    says = _("You have a venue with this name and address already.")


class VenueNotFound(Refusal):
    code = "venue_not_found"
    status = 404
    says = _("You have no such venue.")


class ReasonNotForThis(Refusal):
    code = "reason_not_for_this"
    status = 422
    says = _("“{reason}” is no reason to make a provider “{to}”.")
    do = _("Choose one of the reasons that are offered.")


class ReasonNeedsNote(Refusal):
    code = "reason_needs_note"
    status = 422
    says = _("Say in a sentence why.")
    do = _("It is kept with the provider's history and read by whoever looks at it later.")


class ProviderIsGone(Refusal):
    code = "provider_is_gone"
    says = _("“{provider}” was removed, and nothing about it can be changed any more.")


class ProviderCannotMove(Refusal):
    code = "provider_cannot_move"
    says = _("A provider that is “{state}” cannot become “{to}”.")


class ProviderWasRemoved(Refusal):
    code = "provider_was_removed"
    says = _("“{provider}” was removed and can publish nothing.")
