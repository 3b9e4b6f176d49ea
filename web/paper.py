"""Paper: a template as a tagged PDF (PDF/UA-1), where this machine has the library that draws text."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.template.loader import render_to_string


@cache
def available() -> bool:
    """Whether PDFs can be made: WeasyPrint draws with Pango, which is the machine's and not Python's."""
    try:
        import weasyprint  # noqa: F401
    except OSError:
        return False
    return True


def pdf(template: str, context: dict[str, Any]) -> bytes:
    """The template as a PDF that a screen reader can read. It fetches nothing, whatever is written in it."""
    from weasyprint import HTML

    return bytes(
        HTML(string=render_to_string(template, context), url_fetcher=_nothing).write_pdf(pdf_variant="pdf/ua-1")
    )


def _nothing(address: str, *_: Any, **__: Any) -> Any:
    raise ValueError(f"{address} is not fetched")
