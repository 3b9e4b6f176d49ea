"""What it pays: the share of a price, its ceilings, and what you always pay yourself."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext

from accounts.rules import AwardRule, Band, Price, Rules
from accounts.wording.groups import conditions
from accounts.wording.lists import all_of
from accounts.wording.sentence import Sentence, Speaker, called, days, paths_of
from config import locales


def sentences(rules: Rules, speaker: Speaker) -> Iterator[Sentence]:
    price = rules.price
    if len(price.bands) > 1:
        text = gettext("If several of these lines are true for you, the first one counts.")
        yield Sentence(key="price.bands", text=text, paths=("price.bands",))
    for place, band in enumerate(price.bands):
        text = _band(band, rules.awards, speaker, is_the_rest=place > 0 and place == len(price.bands) - 1)
        paths = paths_of(f"price.bands[{place}]", band)
        yield Sentence(key=f"price.bands[{band.code}]", text=text, paths=paths, name=called(band.code))
    yield from _for_all(price, rules.awards, speaker)
    yield from _fee(price, speaker)


def _band(band: Band, awards: tuple[AwardRule, ...], speaker: Speaker, *, is_the_rest: bool) -> str:
    paying = [award for award in awards if not band.awards or award.code in band.awards]
    said = [_share(band, speaker.in_period(band.cap_minor, paying) if band.cap_minor else "", speaker, is_the_rest)]
    if band.categories:
        categories = all_of(speaker.categories(band.categories))
        said.append(gettext("This is for these kinds of course only: {categories}.").format(categories=categories))
    if band.awards:
        said.append(
            gettext("This is for money of these awards only: {awards}.").format(
                awards=all_of([called(code) for code in band.awards])
            )
        )
    if band.per_hour_minor is not None:
        amount = speaker.money(band.per_hour_minor)
        said.append(gettext("It pays at most {amount} for each hour of the course.").format(amount=amount))
    if band.minimum_own_minor is not None:
        amount = speaker.money(band.minimum_own_minor)
        said.append(gettext("Here, the least that you pay yourself is {amount}.").format(amount=amount))
    return " ".join(said)


def _share(band: Band, most: str, speaker: Speaker, is_the_rest: bool) -> str:
    wanted = conditions(band.who, speaker)
    facts = {"percent": locales.percent(band.rate_percent), "most": most, "conditions": wanted}
    if wanted:
        if most:
            return gettext("If you {conditions}, it pays {percent} of the price, up to {most}.").format(**facts)
        return gettext("If you {conditions}, it pays {percent} of the price.").format(**facts)
    if is_the_rest and not band.categories and not band.awards:
        if most:
            return gettext("In all other cases, it pays {percent} of the price, up to {most}.").format(**facts)
        return gettext("In all other cases, it pays {percent} of the price.").format(**facts)
    if most:
        return gettext("It pays {percent} of the price, up to {most}.").format(**facts)
    return gettext("It pays {percent} of the price.").format(**facts)


def _for_all(price: Price, awards: tuple[AwardRule, ...], speaker: Speaker) -> Iterator[Sentence]:
    def say(about: str, text: str, *names: str) -> Sentence:
        return Sentence(key=f"price.{about}", text=text, paths=paths_of("price", price, *names))

    if price.annual_ceiling_minor is not None:
        most = speaker.in_period(price.annual_ceiling_minor, awards)
        text = gettext("For all your courses together, it pays up to {most}.").format(most=most)
        yield say("annual_ceiling", text, "annual_ceiling_minor")
    if price.minimum_own_minor:
        text = gettext("Everybody pays at least {amount} of a course themselves.")
        yield say("minimum_own", text.format(amount=speaker.money(price.minimum_own_minor)), "minimum_own_minor")
    if price.reduced_by_other_aid:
        text = gettext("Money that you get for the course from elsewhere comes off the price first.")
        yield say("other_aid", text, "reduced_by_other_aid")
    if price.advice_incentive_minor:
        facts = {"time": days(price.advice_counts_days), "amount": speaker.money(price.advice_incentive_minor)}
        text = gettext("If you talked to an adviser in the last {time}, you pay {amount} less.").format(**facts)
        yield say("advice", text, "advice_incentive_minor", "advice_counts_days")


def _fee(price: Price, speaker: Speaker) -> Iterator[Sentence]:
    if price.fee_minor:
        text = gettext("A fixed part of {amount} of each course is yours to pay. It pays its share of the rest.")
        text = text.format(amount=speaker.money(price.fee_minor))
        yield Sentence(key="price.fee", text=text, paths=("price.fee_minor",))
    for place, exempt in enumerate(price.fee_exempt):
        wanted = conditions(exempt, speaker)
        text = gettext("You do not pay the fixed part if you {conditions}.").format(conditions=wanted)
        if not wanted:
            text = gettext("Nobody pays the fixed part.")
        paths_here = paths_of(f"price.fee_exempt[{place}]", exempt)
        yield Sentence(key=f"price.fee_exempt[{wanted}]", text=text, paths=paths_here)
    if price.fee_waived_by_sponsor:
        text = gettext("You do not pay the fixed part if a sponsor, such as your employer, has put money in for you.")
        yield Sentence(key="price.fee_waived_by_sponsor", text=text, paths=("price.fee_waived_by_sponsor",))
