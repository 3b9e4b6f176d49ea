"""Small XCRI-CAP 1.2 feeds for tests, with whatever a test needs in them."""

from __future__ import annotations

from io import BytesIO

HEAD = (
    '<catalog xmlns="http://xcri.org/profiles/1.2/catalog" xmlns:mlo="http://purl.org/net/mlo"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
    ' xmlns:x="http://www.w3.org/1999/xhtml" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    ' generated="2026-09-01T09:00:00">'
)


def catalog(*providers: str) -> str:
    return f"{HEAD}\n{''.join(providers)}</catalog>"


def provider(*courses: str, identifier: str = "NEWBRIDGE", name: str = "Newbridge College", more: str = "") -> str:
    return (
        f"<provider><dc:identifier>{identifier}</dc:identifier><dc:title>{name}</dc:title>\n"
        f"{more}{''.join(courses)}</provider>\n"
    )


def course(*presentations: str, identifier: str = "C1", title: str = "Computing", more: str = "") -> str:
    named = f"<dc:identifier>{identifier}</dc:identifier>" if identifier else ""
    titled = f"<dc:title>{title}</dc:title>" if title else ""
    return f"<course>{named}{titled}{more}\n{''.join(presentations)}</course>\n"


def presentation(
    identifier: str = "R1",
    start: str = "2027-09-06",
    end: str = "2028-06-30",
    cost: str | None = "84.0000",
    more: str = "",
) -> str:
    named = f"<dc:identifier>{identifier}</dc:identifier>" if identifier else ""
    priced = "" if cost is None else f"<mlo:cost>{cost}</mlo:cost>"
    return f"<presentation>{named}<mlo:start>{start}</mlo:start><end>{end}</end>{priced}{more}</presentation>\n"


def stream(feed: str, encoding: str = "utf-8") -> BytesIO:
    return BytesIO(feed.encode(encoding))


def small_feed(**run: str | None) -> BytesIO:
    """One provider with one course and one run of it."""
    return stream(catalog(provider(course(presentation(**run)))))
