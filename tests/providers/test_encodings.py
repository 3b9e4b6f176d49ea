"""The letters of feeds: read as declared, and refused with the line where what is declared is not so."""

import codecs

import pytest

from providers import errors
from providers.feeds.encodings import decode
from providers.feeds.formats import detect, read

WORDS = "Café £ “français” €"


def xml(encoding, declared, words=WORDS, mark=b""):
    return mark + f"<?xml version='1.0' encoding='{declared}'?>\n<a>\n{words}</a>".encode(encoding)


@pytest.mark.parametrize(
    "content",
    [
        xml("utf-8", "UTF-8"),
        xml("utf-8", "utf-8", mark=codecs.BOM_UTF8),
        f"<a>\n{WORDS}</a>".encode(),
        xml("cp1252", "windows-1252"),
        xml("cp1252", "ISO-8859-1"),
        xml("utf-16-le", "UTF-16", mark=codecs.BOM_UTF16_LE),
        xml("utf-16-be", "UTF-16", mark=codecs.BOM_UTF16_BE),
        xml("utf-16-le", "UTF-16LE"),
        xml("utf-16-be", "UTF-16"),
        xml("utf-8", "ISO-8859-1", mark=codecs.BOM_UTF8),
        xml("utf-16-le", "UTF-8", mark=codecs.BOM_UTF16_LE),
    ],
)
def test_letters_are_read_as_marked_or_declared(content):
    assert WORDS in decode(content)
    assert not decode(content).startswith("\ufeff")


def test_the_latin_of_france_has_its_own_letters():
    assert "Œuvre €" in decode(xml("iso8859_15", "ISO-8859-15", "Œuvre €"))


@pytest.mark.parametrize(
    ("content", "declared", "line"),
    [
        (xml("cp1252", "UTF-8"), "UTF-8", 3),
        (b"<a>\n\nCaf\xe9</a>", "UTF-8", 3),
        (xml("utf-8", "ISO-8859-1", "Café"), "ISO-8859-1", 3),
        (xml("utf-8", "windows-1252"), "windows-1252", 3),
        (xml("utf-8", "us-ascii"), "us-ascii", 3),
        (xml("utf-8", "UTF-16"), "UTF-16", 3),
        (xml("cp1252", "UTF-8", mark=codecs.BOM_UTF8), "UTF-8", 3),
        (b"<?xml version='1.0' encoding='windows-1252'?>\n\x81", "windows-1252", 2),
        ("\ufeff<a>\n".encode("utf-16-le") + b"\x00\xd8\x41\x00", "UTF-16-LE", 2),
    ],
)
def test_a_declaration_that_is_not_so_is_refused_with_the_line(content, declared, line):
    with pytest.raises(errors.FeedEncodingWrong) as told:
        decode(content)
    assert told.value.sentence == (
        f"The feed says that its letters are in {declared}, and line {line} cannot be read so."
    )
    assert "Save it as UTF-8" in told.value.advice


@pytest.mark.parametrize("declared", ["EBCDIC-CP-BE", "utf-7", "", "rot13", "hex", "idna"])
def test_other_encodings_are_refused_by_name(declared):
    with pytest.raises(errors.FeedEncodingUnknown, match=f"“{declared}”"):
        decode(xml("utf-8", declared))


@pytest.mark.parametrize(
    "content",
    [b"<a>\n\0</a>", b"PK\x03\x04\x14\0\0\0", "\ufeff<a/>".encode("utf-32-le"), b"\0" * 10, xml("utf-32-be", "UTF-32")],
)
def test_what_holds_zeros_is_no_text(content):
    with pytest.raises(errors.FeedRefusal) as told:
        decode(content)
    assert told.value.code in {"feed_not_text", "feed_encoding_wrong"}


def test_without_any_declaration_a_table_may_be_in_what_spreadsheets_write():
    assert decode("Café".encode("cp1252"), otherwise="cp1252") == "Café"
    assert decode("Café".encode(), otherwise="cp1252") == "Café"
    with pytest.raises(errors.FeedEncodingWrong, match="Windows-1252, and line 2"):
        decode(b"Caf\xe9\n\x81", otherwise="cp1252")


@pytest.mark.parametrize("content", [xml("cp1252", "UTF-8"), xml("utf-8", "ISO-8859-1", "Café")])
def test_a_whole_feed_is_refused_for_it(content):
    catalog = content.replace(b"<a>", b"<catalog>").replace(b"</a>", b"</catalog>")
    with pytest.raises(errors.FeedEncodingWrong):
        read(catalog, detect(content.replace(b"<a>", b"<catalog>")))
