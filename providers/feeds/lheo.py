"""The reader of LHEO 2, the French language for what training there is.

A formation is a course and a session of an action of it a run. The organisation that answers for a formation is the
provider, known by its SIRET; a formation is known by its `numero`, and a session by its own within the action's.
Elements are taken from the namespaces in which LHEO 2.0 to 2.3 were published, and from no others.
Source: LHEO 2.3 (lheo.gouv.fr) and its schema.
"""

from __future__ import annotations

import re
from functools import lru_cache

from django.utils.translation import gettext as _
from lxml import etree
from stdnum.fr import siret

from config.refusals import Refusal
from providers import errors
from providers.feeds import xml
from providers.feeds.attendance import read_pattern
from providers.feeds.hours import read_hours
from providers.feeds.plain_text import one_line, text_of, web_address
from providers.feeds.prices import read_price
from providers.feeds.reading import Feed, Kind, Problem, ProviderListing
from providers.feeds.xml import Element, line_of, words_of
from providers.listings import CourseListing, Mode, Price, RunListing, VenueListing

_NAMESPACE = re.compile(r"https?://(?:www\.)?lheo\.(?:org|gouv\.fr)/2\.[0-3]/?")
_MODES = {"0": Mode.CLASSROOM, "1": Mode.DISTANCE, "2": Mode.BLENDED}
_CODES = {"code-formacode": "FORMACODE", "code-nsf": "NSF", "code-rome": "ROME"}
_NO_WORDS = re.compile(r"[-.\s]*")
_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)+(?:[/?#:]\S*)?")


def read(content: bytes) -> Feed:
    """All that a feed lists, and what of it cannot be taken, each with its line.

    Raises those of `xml.elements`, and FeedBreaksStandard where it is another kind of document or no formation in
    it says who answers for it.
    """
    listings: dict[str, ProviderListing] = {}
    feed = Feed()
    path: list[Element] = []
    for event, element in xml.elements(content):
        if event == "start":
            path.append(element)
            if len(path) == 1:
                _check_root(element)
            continue
        path.pop()
        if len(path) == 2 and [_name(each) for each in (*path, element)] == ["lheo", "offres", "formation"]:
            _read_formation(element, listings, feed)
            element.clear()
    feed.providers = list(listings.values())
    if not feed.providers:
        refusals = [problem.refusal.sentence for problem in feed.problems]
        problem = " ".join(dict.fromkeys(refusals)) or _("there is no formation in it.")
        raise errors.FeedBreaksStandard(standard="LHEO 2", problem=problem)
    return feed


def _check_root(root: Element) -> None:
    tag = etree.QName(root)
    if _name(root) != "lheo":
        problem = _("it begins with <{name}> of “{namespace}” instead of <lheo> of “http://lheo.gouv.fr/2.3”.").format(
            name=tag.localname, namespace=tag.namespace or ""
        )
        raise errors.FeedBreaksStandard(standard="LHEO 2", problem=problem)


def _read_formation(element: Element, listings: dict[str, ProviderListing], feed: Feed) -> None:
    parts = Parts(element)
    line, number, title = line_of(element), one_line(element.get("numero", "")), parts.text("intitule-formation")
    organisation = Parts(parts.first("organisme-formation-responsable"))
    siren_and_place = siret.compact(organisation.text("siret-organisme-formation", "siret"))
    name = organisation.said("nom-organisme") or organisation.said("raison-sociale")
    refusal: Refusal | None = None
    if not siret.is_valid(siren_and_place):
        refusal = errors.SiretWrong(siret=siren_and_place[:40], course=title or number)
    elif not name:
        refusal = errors.ProviderWithoutIdentity(missing="nom-organisme")
    if refusal is not None:
        feed.problems.append(Problem(line, Kind.COURSE, number or title, refusal, course=number))
        return
    listing = listings.get(siren_and_place)
    if listing is None:
        website = _address(organisation.text("coordonnees-organisme", "coordonnees", "web", "urlweb"))
        listing = ProviderListing(siren_and_place, name, website=website, line=line)
        listings[siren_and_place] = listing
    if not number or not title:
        refusal = errors.CourseWithoutTitle(identifier=number) if number else errors.CourseWithoutNumber(title=title)
        listing.problems.append(Problem(line, Kind.COURSE, number or title, refusal, course=number))
        return
    listing.courses.append(
        CourseListing(
            identifier=number,
            title=title,
            summary=parts.prose("objectif-formation"),
            description=parts.prose("resultats-attendus", "contenu-formation"),
            keywords=_codes(Parts(parts.first("domaine-formation"))),
            qualification=", ".join(map(_certification, parts.every("certification"))),
            url=_address(parts.text("url-formation", "urlweb")),
            line=line,
        )
    )
    for action in parts.every("action"):
        for session in Parts(action).every("session"):
            run = _read_session(session, action, number)
            listing.add(run)


def _read_session(element: Element, action_element: Element, course: str) -> RunListing | Problem:
    parts, action, line = Parts(element), Parts(action_element), line_of(element)
    numbers = (one_line(each.get("numero", "")) for each in (action_element, element))
    identifier = "/".join(dict.fromkeys(numbers)) if element.get("numero") else ""

    def refused(refusal: Refusal) -> Problem:
        return Problem(line, Kind.RUN, identifier, refusal, course)

    if not identifier:
        return refused(errors.SessionWithoutNumber(course=course))
    starts_on, ends_on = parts.day("periode", "debut"), parts.day("periode", "fin")
    if starts_on is None:
        return refused(errors.RunWithoutStart(text=parts.text("periode", "debut")))
    if ends_on is None:
        return refused(errors.RunWithoutEnd(text=parts.text("periode", "fin")))
    rhythm = action.said("rythme-formation")
    return RunListing(
        course=course,
        identifier=identifier,
        starts_on=starts_on,
        ends_on=ends_on,
        price=_price(action),
        venue=_venue(action),
        mode=_MODES.get(action.text("modalites-enseignement"), Mode.CLASSROOM),
        pattern=read_pattern(("", rhythm), ("", ""), ("", "")),
        attendance_text=rhythm,
        hours=read_hours(action.text("nombre-heures-centre"), action.text("nombre-heures-total")),
        apply_until=parts.day("periode-inscription", "periode", "fin"),
        line=line,
    )


def _price(action: Parts) -> Price:
    """The whole price with tax; without it the words about what remains to pay, or what an hour costs."""
    if told := action.said("prix-total-ttc"):
        return read_price(told, "EUR")
    note = action.said("frais-restants")
    if not note and (hourly := action.said("prix-horaire-ttc")):
        note = _("{price} EUR an hour").format(price=hourly)
    return Price.on_request(note, "EUR")


def _venue(action: Parts) -> VenueListing | None:
    where = Parts(Parts(action.first("lieu-de-formation")).first("coordonnees"))
    address = Parts(where.first("adresse"))
    listing = VenueListing(
        name=where.text("ligne") or address.text("denomination"),
        street=", ".join(map(words_of, address.every("ligne"))),
        town=address.text("ville"),
        postcode=address.text("codepostal"),
    )
    return None if listing == VenueListing() else listing


def _codes(domain: Parts) -> str:
    """The classifications of a formation, such as “FORMACODE 34582, ROME D1402”."""
    told = (f"{name} {words_of(each)}" for tag, name in _CODES.items() for each in domain.every(tag))
    return ", ".join(dict.fromkeys(told))


def _certification(element: Element) -> str:
    parts = Parts(element)
    named = {"code-rncp": "RNCP", "code-rs": "RS", "code-certifinfo": "CERTIFINFO"}
    return next((f"{name} {parts.text(tag)}" for tag, name in named.items() if parts.text(tag)), text_of(element))


def _address(text: str) -> str:
    """The web address; LHEO's own examples leave the http:// out."""
    return web_address(f"http://{text}" if _HOST.fullmatch(text) else text)


class Parts(xml.Parts):
    """What stands directly in an element, by its name in small letters, from LHEO's namespaces only."""

    def __init__(self, element: Element | None) -> None:
        super().__init__(element, _name)

    def said(self, name: str) -> str:
        """The element's words; "" where they are the dash that stands for nothing in a required element."""
        words = self.text(name)
        return "" if _NO_WORDS.fullmatch(words) else words


def _name(element: Element) -> str:
    return _named(element.tag) if isinstance(element.tag, str) else ""


@lru_cache(maxsize=1000)
def _named(name: str) -> str:
    tag = etree.QName(name)
    return tag.localname.lower() if _NAMESPACE.fullmatch(tag.namespace or "") else ""
