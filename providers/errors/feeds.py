"""What a feed, or a part of one, is turned down with."""

from __future__ import annotations

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from config.refusals import Refusal


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
