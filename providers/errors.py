"""What the providers' side says no with."""

from __future__ import annotations

from typing import ClassVar

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


class MayNotDecideAboutMoney(Refusal):
    code = "may_not_decide_about_money"
    status = 403
    says = _("Only staff who look after the organisation or its money may do this.")
    do = _("Ask an administrator of your organisation.")


class HolderMissing(Refusal):
    code = "holder_missing"
    status = 422
    says = _("Say whose bank account it is.")
    do = _("Write the name as the bank has it.")


class IbanWrong(Refusal):
    code = "iban_wrong"
    status = 422
    says = _("This is not an IBAN: its characters do not check.")
    do = _("Copy it from the bank's letter or statement. A sort code and account number alone are not enough.")


class BicWrong(Refusal):
    code = "bic_wrong"
    status = 422
    says = _("This is not a BIC.")
    do = _("It has eight or eleven letters and digits. It may be left out.")


class BankAccountWaits(Refusal):
    code = "bank_account_waits"
    says = _("Another bank account waits for a second person already.")
    do = _("Have it approved, declined or taken back first.")


class BankAccountUnchanged(Refusal):
    code = "bank_account_unchanged"
    says = _("This is the bank account that you are paid to already.")


class BankAccountOfAnother(Refusal):
    code = "bank_account_of_another"
    says = _("Another provider is paid to this bank account.")
    do = _("Check the number. If it is right, talk to the scheme's staff.")


class BankAccountNotFound(Refusal):
    code = "bank_account_not_found"
    status = 404
    says = _("There is no such bank account for you to decide about.")


class BankAccountDecided(Refusal):
    code = "bank_account_decided"
    says = _("This is decided already: “{state}”.")


class BankAccountNeedsSecondPerson(Refusal):
    code = "bank_account_needs_second_person"
    status = 403
    says = _("You proposed this bank account, so somebody else has to decide about it.")
    do = _("Ask a colleague who looks after the organisation or its money.")


class OnlyAdministrators(Refusal):
    code = "only_administrators"
    status = 403
    says = _("Only an administrator of the organisation may do this.")


class RolesWrong(Refusal):
    code = "roles_wrong"
    status = 422
    says = _("Choose at least one of the roles that are offered.")


class LastAdministrator(Refusal):
    code = "last_administrator"
    says = _("The organisation would be left without an administrator.")
    do = _("Make somebody else an administrator first.")


class HasAdministrator(Refusal):
    code = "has_administrator"
    says = _("“{provider}” has an administrator, who invites its other staff.")


class NotOnStaff(Refusal):
    code = "not_on_staff"
    status = 404
    says = _("Nobody of this name works for your organisation now.")


class WorksHereAlready(Refusal):
    code = "works_here_already"
    says = _("This person works for the organisation already.")


class WorksElsewhere(Refusal):
    code = "works_elsewhere"
    says = _("You work for “{provider}”, and nobody can work for two providers at once.")
    do = _("Have an administrator there take you off its staff first.")


class InvitationNotFound(Refusal):
    code = "invitation_not_found"
    status = 404
    says = _("This invitation does not exist, or it was taken back.")
    do = _("Ask whoever invited you for a new one.")


class InvitationUsed(Refusal):
    code = "invitation_used"
    says = _("This invitation has been accepted already. Each can be used once.")


class InvitationExpired(Refusal):
    code = "invitation_expired"
    says = _("The time of this invitation is over.")
    do = _("Ask whoever invited you for a new one.")


class InvitationForAnother(Refusal):
    code = "invitation_for_another"
    status = 403
    says = _("This invitation was sent to another e-mail address than the one you signed in with.")
    do = _("Sign in with the address that it was sent to.")


class ProviderCannotMove(Refusal):
    code = "provider_cannot_move"
    says = _("A provider that is “{state}” cannot become “{to}”.")


class ProviderWasRemoved(Refusal):
    code = "provider_was_removed"
    says = _("“{provider}” was removed and can publish nothing.")


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


class FeedRefusal(Refusal):
    """A feed that is turned down as a whole. Nothing of it has been taken."""

    status: ClassVar[int] = 422


class FeedFormatUnknown(FeedRefusal):
    code = "feed_format_unknown"
    says = _("This is no feed in a format that we read: it begins with “{beginning}”.")
    do = _("Nothing was imported. Send XCRI-CAP 1.2, LHEO 2, schema.org courses in JSON-LD, or a CSV table.")


class FeedNotWhole(FeedRefusal):
    code = "feed_not_whole"
    says = _(
        "Of {lines} providers, courses and runs in the feed {refused} cannot be taken, and the feed was to be taken "
        "whole or not at all."
    )
    do = _("Nothing was imported. Put right what is listed and send the feed again, or allow it to be taken in part.")


class FeedEncodingWrong(FeedRefusal):
    code = "feed_encoding_wrong"
    status = 400
    says = _("The feed says that its letters are in {declared}, and line {line} cannot be read so.")
    do = _("Nothing was imported. Save it as UTF-8, or declare the encoding that it is in, and send it again.")


class FeedEncodingUnknown(FeedRefusal):
    code = "feed_encoding_unknown"
    status = 400
    says = _("The feed says that its letters are in “{declared}”, an encoding that we do not read.")
    do = _(
        "Nothing was imported. Save it as UTF-8 and send it again. We also read UTF-16, ISO-8859-1 and Windows-1252."
    )


class FeedNotText(FeedRefusal):
    code = "feed_not_text"
    status = 400
    says = _("Line {line} of the feed holds a zero byte, so it is not a text file.")
    do = _("Nothing was imported. Send the feed itself, not packed, and as text in UTF-8.")


class FeedNotXml(FeedRefusal):
    code = "feed_not_xml"
    status = 400
    says = _("The feed is not well-formed XML. Reading stopped at line {line}: {detail}.")
    do = _("Nothing was imported. Ask whoever makes the feed to check that line, then send it again.")


class FeedUnsafe(FeedRefusal):
    code = "feed_unsafe"
    status = 400
    says = _("The feed has a document type declaration (DOCTYPE), which can be used to attack whoever reads it.")
    do = _("Nothing was imported. No feed needs a DOCTYPE: leave it out and send the feed again.")


class FeedTooLarge(FeedRefusal):
    code = "feed_too_large"
    status = 413
    says = _("The feed is larger than {megabytes} megabytes.")
    do = _("Nothing was imported. Send it in parts, one provider in each.")


class FeedTooDeep(FeedRefusal):
    code = "feed_too_deep"
    status = 400
    says = _("The elements of the feed are nested more than {depth} deep, which no real feed needs.")
    do = _("Nothing was imported. Ask whoever makes the feed to check it, then send it again.")


class FeedTooManyParts(FeedRefusal):
    code = "feed_too_many_parts"
    status = 413
    says = _("The feed has more than {most} parts, which no real feed needs.")
    do = _("Nothing was imported. Send it in parts, one provider in each.")


class FeedNotJson(FeedRefusal):
    code = "feed_not_json"
    status = 400
    says = _("The feed is not JSON that we can read. Reading stopped at line {line}{place}: {detail}.")
    do = _("Nothing was imported. Ask whoever makes the feed to check that place, then send it again.")


class FeedNotCsv(FeedRefusal):
    code = "feed_not_csv"
    status = 400
    says = _("The table cannot be read. Reading stopped at row {row}: {detail}.")
    do = _("Nothing was imported. Save it again as CSV from your spreadsheet, in UTF-8, and send that.")


class FeedColumnsWrong(FeedRefusal):
    code = "feed_columns_wrong"
    says = _("The first row of the table does not name columns that we can read: {problem}")
    do = _("Nothing was imported. The columns that we know are: {known}.")


class FeedWithoutProvider(FeedRefusal):
    code = "feed_without_provider"
    says = _("The feed does not say whose courses it lists.")
    do = _(
        "Nothing was imported. Say in the feed who the provider is, with an identifier, or send it as that provider."
    )


class FeedBreaksStandard(FeedRefusal):
    code = "feed_breaks_standard"
    says = _("The feed does not follow {standard}: {problem}")
    do = _("Nothing was imported. Ask whoever makes the feed to put this right, then send it again.")


class FeedOfAnotherProvider(FeedRefusal):
    code = "feed_of_another_provider"
    status = 403
    says = _("The feed is not that of “{provider}” alone.")
    do = _("Nothing was imported. A provider can send a feed of its own courses only.")


class ProviderWithoutIdentity(Refusal):
    code = "provider_without_identity"
    status = 422
    says = _("A provider in the feed has no {missing}, so none of its courses could be taken.")


class RowTooLong(Refusal):
    code = "row_too_long"
    status = 422
    says = _("The row has more cells than the table has columns.")
    do = _("A comma or semicolon within a cell needs quotation marks round the cell. Most spreadsheets see to that.")


class RowsDisagree(Refusal):
    code = "rows_disagree"
    status = 422
    says = _("The course “{course}” has another {column} here than in row {row}.")
    do = _("Write the same in every row of a course, or leave it empty in all but the first.")


class CellWrong(Refusal):
    code = "cell_wrong"
    status = 422
    says = _("“{text}” cannot be read as {column}.")
    do = _("Write it such as {example}, or leave it empty.")


class PartWrong(Refusal):
    code = "part_wrong"
    status = 422
    says = _("At {place} there is something other than {wanted}.")
    do = _("Ask whoever makes the feed to check that place, then send it again.")


class ListedSiretWrong(Refusal):
    code = "listed_siret_wrong"
    status = 422
    says = _("“{siret}” is not a SIRET number, so we cannot tell who answers for “{course}”.")
    do = _("It has 14 digits, of which the last is a check on the others. Put it right and send the feed again.")


class RunNotOnSale(Refusal):
    """Why a run cannot be bought on a day."""

    status: ClassVar[int] = 409


class RunWithdrawn(RunNotOnSale):
    code = "run_withdrawn"
    says = _("The provider has withdrawn this course or these dates.")
    do = _("Look for another course, or other dates of the same one.")


class RunClosed(RunNotOnSale):
    code = "run_closed"
    says = _("It is too late to join: the last day for that was {last_day}.")
    do = _("Look for later dates.")


class RunDatesInDoubt(RunNotOnSale):
    code = "run_dates_in_doubt"
    says = _(
        "The dates cannot be right: it starts on {starts_on}, ends on {ends_on}, and can be joined until {join_by}."
    )
    do = _("It is not shown to learners until the provider puts the dates right and sends them again.")


class ProviderNotSelling(RunNotOnSale):
    code = "provider_not_selling"
    says = _("“{provider}” is not taking new learners at present.")
    do = _("Look for the same course with another provider.")


class ProviderNotAccredited(RunNotOnSale):
    code = "provider_not_accredited"
    says = _("“{provider}” holds no accreditation that is valid today.")
    do = _("Look for the same course with another provider.")


class CourseNotAccredited(RunNotOnSale):
    code = "course_not_accredited"
    says = _("This course holds no accreditation that is valid today.")
    do = _("Look for a similar course that does.")


class PriceNotSeen(RunNotOnSale):
    code = "price_not_seen"
    says = _("The scheme has not looked at this price yet.")
    do = _("Look for other dates, or a similar course.")


class RunIsFree(RunNotOnSale):
    code = "run_is_free"
    says = _("This is free: no voucher is needed.")
    do = _("Book with the provider directly.")


class PriceOnRequest(RunNotOnSale):
    code = "price_on_request"
    says = _("The provider gives the price only on request, so it cannot be bought here.")
    do = _("Ask the provider to publish the price, or look for other dates.")


class ProviderMayNotPublish(Refusal):
    code = "provider_may_not_publish"
    status = 403
    says = _("“{provider}” is “{state}”, so nothing in its catalogue can be changed.")
    do = _("Learners who are on a course already are not affected. Write to whoever runs the scheme.")


class CourseNotFound(Refusal):
    code = "course_not_found"
    status = 404
    says = _("You have no course with this identifier.")
    do = _("A slash in an identifier is written %2F in an address.")


class RunNotFound(Refusal):
    code = "run_not_found"
    status = 404
    says = _("This course has no run with this identifier.")
    do = _("A slash in an identifier is written %2F in an address.")


class ChangedMeanwhile(Refusal):
    code = "changed_meanwhile"
    status = 412
    says = _("This has been changed since you read it: it is at the version {etag} now. Nothing was written.")
    do = _("Read it again, decide whether your change still fits, and send it with the new version.")


class ThereAlready(Refusal):
    code = "there_already"
    status = 412
    says = _("There is something with this identifier already, at the version {etag}. Nothing was written.")
    do = _("Use another identifier, or leave out If-None-Match to put yours in its place.")


class NotThereYet(Refusal):
    code = "not_there_yet"
    status = 412
    says = _("There is nothing with this identifier, so it is at no version. Nothing was written.")
    do = _("Leave out If-Match to create it.")


class RunDatesReversed(Refusal):
    code = "run_dates_reversed"
    status = 422
    says = _(
        "The dates cannot be right: it starts on {starts_on}, ends on {ends_on}, and can be joined until {join_by}."
    )
    do = _("The end is not before the start, and the last day to join is not after the end.")


class CurrencyUnknown(Refusal):
    code = "currency_unknown"
    status = 422
    says = _("“{currency}” is not a currency that we know.")
    do = _("Use the three capital letters of ISO 4217, such as GBP or EUR.")


class NoDatesYet(RunNotOnSale):
    code = "no_dates_yet"
    says = _("This course has no dates that a learner could choose.")
    do = _("Add dates to it.")


class FeedNotFound(Refusal):
    code = "feed_not_found"
    status = 404
    says = _("You have sent no such feed.")


class FeedEmpty(FeedRefusal):
    code = "feed_empty"
    status = 400
    says = _("The feed is empty.")
    do = _("Nothing was imported. Check the file, then send it again.")


class FeedSourceNotFound(Refusal):
    code = "feed_source_not_found"
    status = 404
    says = _("You have no such address of a feed.")


class FeedAddressWrong(Refusal):
    code = "feed_address_wrong"
    status = 422
    says = _("“{url}” is not an address from which we can fetch a feed.")
    do = _("It begins with https://, names a server, and has no spaces, user name or password in it.")


class FeedSourceTwice(Refusal):
    code = "feed_source_twice"
    says = _("We fetch a feed from this address already.")
    do = _("Change the one that is there, or remove it first.")


class TooManyFeedSources(Refusal):
    code = "too_many_feed_sources"
    says = _("You have {most} addresses of feeds, which is the most that we fetch for one provider.")
    do = _("Remove one that you no longer need.")


class FeedIntervalWrong(Refusal):
    code = "feed_interval_wrong"
    status = 422
    says = _("A feed cannot be fetched every {hours} hours.")
    do = _("Choose one of {known}.")


class FeedSourcePaused(Refusal):
    code = "feed_source_paused"
    says = _("This address is paused, so nothing is fetched from it.")
    do = _("Resume it: it is then checked at once.")


class FeedSourceJustChecked(Refusal):
    code = "feed_source_just_checked"
    says = _("This address was checked less than a minute ago.")
    do = _("Wait a minute, and look at what it answered.")
