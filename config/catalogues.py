"""Catalogues: the words of the house in each language, kept as .po files in `locale/` and compiled before use.

`python -m config.catalogues update` brings the .po files up to date with the source, `check` names what they lack, and
`compile` makes what Django reads. Babel does all three, so that there is nothing to install. See docs/words.md.
"""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import allauth
from babel.messages import Catalog, Message
from babel.messages.extract import extract_from_file, extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

HOUSE = Path(__file__).resolve().parent.parent
# What is in the catalogues, all of it: rooms, folders, single files.
PARTS = (
    "accounts",
    "brokerage",
    "config",
    "ledger",
    "payments",
    "providers/categories.py",
    "providers/errors/organisations.py",
    "providers/errors/sale.py",
    "providers/errors/staffing.py",
    "providers/models/accreditations.py",
    "providers/models/courses.py",
    "providers/models/organisations.py",
    "providers/models/staff.py",
    "vouchers",
    "web/account",
    "web/days.py",
    "web/evidence.py",
    "web/forms.py",
    "web/join",
    "web/languages.py",
    "web/learner",
    "web/mailbox",
    "web/models.py",
    "web/navigation.py",
    "web/notifications",
    "web/pictures.py",
    "web/plans.py",
    "web/public",
    "web/referrals.py",
    "web/searching.py",
    "web/templates",
    "web/templatetags",
    "web/hearing.py",
    "web/voice.py",
)
# Whoever signs in meets the pages and letters of allauth, which knows no Welsh, but for those that are ours.
ALLAUTH = Path(allauth.__file__).parent
ALLAUTHS_PARTS = (
    "account",
    "mfa/adapter.py",
    "mfa/base",
    "mfa/recovery_codes",
    "mfa/totp",
    "templates/account",
    "templates/mfa",
)
# Each language but English, which is in the source, with how it counts: as Django's own catalogues do.
PLURALS = {
    "cy": "nplurals=4; plural=(n==1) ? 0 : (n==2) ? 1 : (n != 8 && n != 11) ? 2 : 3;",
    "fr": "nplurals=2; plural=(n > 1);",
}
_HEADER = """\
msgid ""
msgstr ""
"Project-Id-Version: Waymark\\n"
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plurals}\\n"

"""
_KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
_TEXTS = {".html", ".txt"}
_PLACEHOLDER = re.compile(r"\{(\w*)\}|%\((\w+)\)[sd]|%[sd]")


def path(language: str) -> Path:
    return HOUSE / "locale" / language / "LC_MESSAGES" / "django.po"


def in_source() -> Catalog:
    """Every message that the parts say, each with the files that say it."""
    found = Catalog(project="Waymark", charset="utf-8")
    for name, file in sources():
        for _line, message, comments, context in extract_from_file(
            "python" if file.suffix == ".py" else "config.catalogues:of_template",
            file,
            keywords=_KEYWORDS,
            comment_tags=("Translators:",),
        ):
            found.add(message, locations=[(name, 0)], auto_comments=comments, context=context)
    return found


def sources() -> Iterator[tuple[str, Path]]:
    """The Python files and templates of the parts, each with its name, in one order everywhere."""
    for root, parts, prefix in ((HOUSE, PARTS, ""), (ALLAUTH, ALLAUTHS_PARTS, "allauth/")):
        for part in map(root.joinpath, parts):
            for file in sorted(part.rglob("*")) if part.is_dir() else [part]:
                at = file.relative_to(root)
                if _is_source(at) and (root == HOUSE or not _is_ours(at)):
                    yield f"{prefix}{at}", file


def _is_source(file: Path) -> bool:
    if {"migrations", "tests"} & set(file.parts):
        return False
    return file.suffix == ".py" or (file.suffix in _TEXTS and "templates" in file.parts)


def _is_ours(file: Path) -> bool:
    """Whether a template of allauth's is never read: there is one of the same name of ours, or its page is not open."""
    return (HOUSE / "web" / file).is_file() or "webauthn" in file.parts


def of_template(file: IO[bytes], keywords: Any, tags: Any, options: Any) -> Iterator[Any]:
    """The messages of a Django template: Django writes it as calls of gettext, and Babel reads them as Python."""
    calls = templatize(file.read().decode()).splitlines()
    yield from extract_python(io.BytesIO("\n".join(map(str.lstrip, calls)).encode()), keywords, tags, options)


def in_catalogue(language: str) -> Catalog:
    with path(language).open("rb") as file:
        return read_po(file, locale=language, charset="utf-8")


def update() -> None:
    """Add to each catalogue what the source says that it lacks, empty; leave out what nothing says any more."""
    source = in_source()
    for language, plurals in PLURALS.items():
        catalogue = in_catalogue(language)
        catalogue.update(source, no_fuzzy_matching=True)
        with path(language).open("wb") as file:
            file.write(_HEADER.format(language=language, plurals=plurals).encode())
            write_po(
                file,
                catalogue,
                width=100,
                omit_header=True,
                ignore_obsolete=True,
                include_lineno=False,
                sort_by_file=True,
            )


def lacking(language: str, source: Catalog | None = None) -> Iterator[str]:
    """Each message of the source that the catalogue does not have, whole and with the same placeholders."""
    catalogue = in_catalogue(language)
    for wanted in in_source() if source is None else source:
        if wanted.id and (why := _wrong(wanted, catalogue.get(_one(wanted), wanted.context), catalogue.num_plurals)):
            yield f"{language}: {_one(wanted)!r}: {why}"


def _one(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _wrong(wanted: Message, found: Message | None, plurals: int) -> str:
    if found is None:
        return "it is missing"
    if found.fuzzy:
        return "it is marked as fuzzy"
    if wanted.pluralizable != found.pluralizable:
        return "it has a plural on one side only"
    said = found.string if isinstance(found.string, tuple | list) else (found.string,)
    if not all(said) or len(said) != (plurals if wanted.pluralizable else 1):
        return "it is not translated"
    ids = [_placeholders(each) for each in ((wanted.id,) if isinstance(wanted.id, str) else wanted.id)]
    least, most = set.intersection(*ids), set.union(*ids)
    if not all(least <= _placeholders(each or "") <= most for each in said):
        return "its placeholders differ"
    return ""


def _placeholders(said: str) -> set[str]:
    return {found.group() for found in _PLACEHOLDER.finditer(said)}


def compile_all() -> None:
    """Make what Django reads of each catalogue. Another process never sees half of it."""
    for language in PLURALS:
        made = path(language).with_suffix(".mo")
        unfinished = made.with_suffix(f".{os.getpid()}")
        with unfinished.open("wb") as file:
            write_mo(file, in_catalogue(language))
        unfinished.replace(made)


def main(verb: str) -> int:
    if verb == "update":
        update()
    elif verb == "compile":
        compile_all()
        return 0
    lacks = [line for language in PLURALS for line in lacking(language)]
    sys.stderr.writelines(f"{line}\n" for line in lacks)
    return 1 if lacks and verb == "check" else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
