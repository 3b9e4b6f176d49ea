"""A group of people in words: what is true of you when you belong to it. Each phrase follows "you"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.circumstances import Benefit, Employment, Need, Residence
from accounts.rules import Who
from accounts.wording.lists import any_of, either, together
from accounts.wording.sentence import Speaker
from config.refusals import Sentence as Text

PLACES: dict[str, Text] = {
    Residence.ENGLAND: _("in England"),
    Residence.WALES: _("in Wales"),
    Residence.SCOTLAND: _("in Scotland"),
    Residence.NORTHERN_IRELAND: _("in Northern Ireland"),
    Residence.FRANCE: _("in France"),
    Residence.GERMANY: _("in Germany"),
    Residence.LITHUANIA: _("in Lithuania"),
    Residence.NETHERLANDS: _("in the Netherlands"),
    Residence.SINGAPORE: _("in Singapore"),
    Residence.UNITED_STATES: _("in the United States"),
    Residence.ELSEWHERE: _("in another country"),
}
WORK: dict[str, Text] = {
    Employment.EMPLOYED: _("have a job"),
    Employment.SELF_EMPLOYED: _("work for yourself"),
    Employment.UNEMPLOYED: _("are out of work"),
    Employment.INACTIVE: _("are not looking for work"),
}
NEEDS: dict[str, Text] = {
    Need.DISABILITY: _("have a disability or a long illness"),
    Need.CARE_LEAVER: _("were in care"),
    Need.CARER: _("care for somebody"),
    Need.LONE_PARENT: _("bring up a child alone"),
    Need.EX_OFFENDER: _("were in prison"),
    Need.REFUGEE: _("are a refugee"),
    Need.HOMELESS: _("have no home"),
}
BENEFITS: dict[str, Text] = {benefit.value: benefit.label for benefit in Benefit}


def conditions(who: Who, speaker: Speaker) -> str:
    """What must be true of you, such as "live in Wales, and are 18 or over"; empty where nothing must."""
    said = []
    if who.residence:
        said.append(gettext("live {places}").format(places=either(_each(PLACES, who.residence))))
    said += _age(who)
    if (level := who.qualification_level_at_most) is not None:
        said.append(gettext("are qualified to level {level} or below").format(level=level))
    if who.employment:
        said.append(either(_each(WORK, who.employment)))
    if who.benefits:
        benefits = any_of(_each(BENEFITS, who.benefits))
        said.append(ngettext("get {benefits}", "get {benefits}", len(who.benefits)).format(benefits=benefits))
    if who.needs:
        said.append(either(_each(NEEDS, who.needs)))
    said += _income(who, speaker)
    return together(said)


def _age(who: Who) -> list[str]:
    if who.age_from is not None and who.age_to is not None:
        return [gettext("are {least} to {most} years old").format(least=who.age_from, most=who.age_to)]
    if who.age_from is not None:
        return [gettext("are {age} or over").format(age=who.age_from)]
    return [] if who.age_to is None else [gettext("are {age} or under").format(age=who.age_to)]


def _income(who: Who, speaker: Speaker) -> list[str]:
    if who.income_at_most_minor is None:
        return []
    amount = speaker.money(who.income_at_most_minor)
    if not who.benefits_instead_of_income:
        return [gettext("have an income of {amount} a year or less").format(amount=amount)]
    benefits = any_of(_each(BENEFITS, who.benefits_instead_of_income))
    says = ngettext(
        "have an income of {amount} a year or less or get {benefits}",
        "have an income of {amount} a year or less or get {benefits}",
        len(who.benefits_instead_of_income),
    )
    return [says.format(amount=amount, benefits=benefits)]


def _each(words: Mapping[str, Text], codes: Sequence[str]) -> list[str]:
    """A code that is not known is said as it is: rules that are wrong can be read too."""
    return [str(words.get(code, code)) for code in codes]
