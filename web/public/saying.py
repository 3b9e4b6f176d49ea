"""What a scheme would give a stranger, in words: what for, how often, for how long, and what to show."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from babel.dates import format_skeleton
from django.conf import settings
from django.utils.text import get_text_list
from django.utils.translation import get_language, gettext, ngettext, to_locale

from accounts.circumstances import Criterion, Document
from accounts.earmarks import Earmark
from accounts.eligibility import Reason, Verdict
from accounts.exploring import Outlook, Prospect
from accounts.pricing import Split
from accounts.rules import AwardRule, Proof
from config.money import in_a_sentence, in_words
from providers.categories import category_name
from web.learner.saying import Share, shares
from web.templatetags.waymark import day as _day

# Of a longer list of subjects, so many are named.
SUBJECTS = 4
YEAR = 365


@dataclass(frozen=True, slots=True)
class Gift:
    """An award in words; `amount_minor` is in the scheme's currency."""

    amount_minor: int
    what_for: str
    about: str


@dataclass(frozen=True, slots=True)
class Card:
    """A scheme as the stranger reads about it. `tag` is its verdict in a word or two, `colour` the tag's.

    `reasons` are what the verdict stands on, and `besides` what we would need to know all the same.
    """

    outlook: Outlook
    tag: str
    colour: str
    lead: str
    reasons: list[Reason]
    besides: list[Reason]
    gifts: list[Gift]
    pays: list[Share]
    to_show: list[str]


@dataclass(frozen=True, slots=True)
class Trial:
    """What a course would cost with an account in a scheme."""

    outlook: Outlook
    split: Split

    @property
    def heading(self) -> str:
        return gettext("With {scheme} you would pay {amount}").format(
            scheme=self.outlook.scheme.name, amount=in_words(self.split.own_minor, self.outlook.scheme.currency)
        )


def card(outlook: Outlook) -> Card:
    tag, colour, lead = _verdict(outlook)
    known = [reason for reason in outlook.assessment.reasons if reason.verdict != Verdict.UNKNOWN]
    unknown = [reason for reason in outlook.assessment.reasons if reason.verdict == Verdict.UNKNOWN]
    return Card(
        outlook=outlook,
        tag=tag,
        colour=colour,
        lead=lead,
        reasons=known or unknown,
        # Where it is no for another reason, nobody need tell us more.
        besides=unknown if outlook.verdict == Verdict.NOT_YET else [],
        gifts=[_gift(award, outlook) for award in outlook.awards],
        pays=shares(outlook.rules, outlook.person, outlook.contents, outlook.on),
        to_show=[to_show(proof) for proof in outlook.proofs],
    )


def _verdict(outlook: Outlook) -> tuple[str, str, str]:
    """The tag, its colour, and what the reasons below begin with."""
    if outlook.verdict == Verdict.NOT_YET:
        lead = gettext("Not yet. You have to wait, because:")
        return gettext("From {day}").format(day=_day(outlook.on)), "wait", lead
    return {
        Verdict.ELIGIBLE: (gettext("You could have this"), "", ""),
        Verdict.UNKNOWN: (gettext("We cannot say yet"), "wait", gettext("Tell us a little more, and we can say:")),
        Verdict.NOT: (gettext("Not for you"), "over", gettext("From what you say, you cannot have it, because:")),
    }[outlook.verdict]


def _gift(award: Prospect, outlook: Outlook) -> Gift:
    said = [how_often(award.rule), how_long(award.rule)]
    if (most := award.rule.courses_at_most) is not None:
        said.append(ngettext("It pays for one course.", "It pays for up to {count} courses.", most).format(count=most))
    if award.extra_minor:
        extra = in_a_sentence(award.extra_minor, outlook.scheme.currency)
        said.append(gettext("{amount} of it is on top, because of what you told us.").format(amount=extra))
    return Gift(award.amount_minor, what_for(award.rule), " ".join(said))


def what_for(rule: AwardRule) -> str:
    """What an award of this kind may be spent on."""
    named = [str(category_name(code)) for code in rule.categories[:SUBJECTS]]
    if others := len(rule.categories) - len(named):
        named.append(ngettext("one more subject", "{count} more subjects", others).format(count=others))
    what = str(Earmark(rule.earmark).label) if rule.earmark else gettext("Courses")
    if not named:
        return what
    return gettext("{what} in {subjects}").format(what=what, subjects=get_text_list(named, gettext("or")))


def how_often(rule: AwardRule) -> str:
    """When there is another award of this kind."""
    match rule.period:
        case "once":
            return gettext("You get it once.")
        case "calendar_year":
            return gettext("You can get it each year, from January on.")
        case "programme_year":
            day = _day_of_a_year(rule.programme_year_from or "")
            return gettext("You can get it each year, from {day} on.").format(day=day)
        case _:
            every = ngettext(
                "You can get it again after a year.", "You can get it again after {count} years.", rule.years
            )
            return every.format(count=rule.years)


def how_long(rule: AwardRule) -> str:
    """How long the money lasts."""
    if rule.unused_days is not None and rule.purse_days is not None:
        return gettext("You have {unused} to use it for the first time, and {used} from then on.").format(
            unused=_span(rule.unused_days), used=_span(rule.purse_days)
        )
    if rule.purse_days is None:
        return gettext("It does not run out.")
    return gettext("You have {span} to spend it.").format(span=_span(rule.purse_days))


def to_show(proof: Proof) -> str:
    """What to bring for a criterion, and who looks at it."""
    looks = {
        "adviser": gettext("{criterion}: {documents}. An adviser looks at it."),
        "scheme": gettext("{criterion}: {documents}. The people who run the scheme look at it."),
    }[proof.checked_by]
    documents = [str(Document(code).label) for code in proof.documents]
    return looks.format(criterion=Criterion(proof.criterion).label, documents=get_text_list(documents, gettext("or")))


def _span(days: int) -> str:
    """Days as people say them."""
    years, rest = divmod(days, YEAR)
    # Leap days make several years a little longer than so many times 365.
    if years and rest < max(1, years // 2):
        return ngettext("a year", "{count} years", years).format(count=years)
    return ngettext("{count} day", "{count} days", days).format(count=days)


def _day_of_a_year(month_and_day: str) -> str:
    locale = to_locale(get_language() or settings.LANGUAGE_CODE)
    return str(format_skeleton("MMMMd", dt.date.fromisoformat(f"2001-{month_and_day}"), locale=locale))
