"""What each scheme on offer would give somebody who only tells about themselves, and what there is to ask them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from accounts.asking import IncomeBand, questions
from accounts.circumstances import Circumstances
from accounts.exploring import Outlook, explore
from accounts.models import Scheme
from accounts.rules import Rules, parse
from tests.factories.accounts import rules

ON = dt.date(2026, 11, 24)
PERSON = Circumstances(date_of_birth=dt.date(1980, 3, 9), residence="wales", qualification_level=2)


def offer(name: str = "ILA Wales", currency: str = "GBP", **changes: Any) -> dict[Scheme, Rules]:
    """One scheme with the rules of ILA Wales, changed as in `rules`; `awards` and `proofs` replace those there are."""
    written = rules(**{part: values for part, values in changes.items() if isinstance(values, dict)})
    written |= {part: values for part, values in changes.items() if not isinstance(values, dict)}
    return {Scheme(name=name, slug=name.lower(), funder_name="Welsh Government", currency=currency): parse(written)}


def only_outlook(offered: dict[Scheme, Rules], person: Circumstances = PERSON, **said: Any) -> Outlook:
    [outlook] = explore(person, offered, ON, **said)
    return outlook


def amounts(outlook: Outlook) -> dict[str, int]:
    return {award.rule.code: award.amount_minor for award in outlook.awards}


def sentences(reasons: Any) -> list[str]:
    return [reason.sentence for reason in reasons]


def test_somebody_eligible_is_told_each_award_they_would_get() -> None:
    travel = {
        "code": "travel",
        "amount_minor": 5000,
        "period": "once",
        "purse_days": 90,
        "earmark": "travel",
        "who": {"employment": ["unemployed"]},
    }
    offered = offer(awards=[*rules()["awards"], travel])
    assert amounts(only_outlook(offered)) == {"core": 200_00}
    unemployed = only_outlook(offered, replace(PERSON, employment="unemployed"))
    assert amounts(unemployed) == {"core": 200_00, "travel": 50_00}
    assert unemployed.worth_minor == 250_00


def test_a_strangers_word_is_taken_and_what_they_would_show_is_listed() -> None:
    proofs = [
        {"criterion": "qualification", "documents": ["certificate"], "checked_by": "scheme"},
        {"criterion": "benefits", "documents": ["benefit_letter"]},
    ]
    offered = offer(proofs=proofs)
    plain = only_outlook(offered)
    assert (plain.verdict, [proof.criterion for proof in plain.proofs]) == ("eligible", ["qualification"])
    on_benefit = only_outlook(offered, replace(PERSON, benefits=("income_support",)))
    assert [proof.criterion for proof in on_benefit.proofs] == ["qualification", "benefits"]
    assert on_benefit.price(120_00).own_minor == 0


def test_somebody_too_young_is_told_the_day_and_what_they_would_get_then() -> None:
    young = only_outlook(offer(), replace(PERSON, date_of_birth=dt.date(2009, 1, 5)))
    assert (young.verdict, young.on, amounts(young)) == ("not_yet", dt.date(2027, 1, 5), {"core": 200_00})


def test_nothing_is_promised_to_somebody_too_young_of_whom_more_is_not_known() -> None:
    young = only_outlook(offer(), Circumstances(date_of_birth=dt.date(2009, 1, 5), residence="wales"))
    assert (young.verdict, young.awards) == ("not_yet", ())


def test_a_benefit_left_empty_is_not_known_and_none_of_them_is_an_answer() -> None:
    offered = offer(who={"benefits": ["universal_credit"]})
    unsaid = only_outlook(offered, unsaid={"benefits"})
    assert unsaid.verdict == "unknown"
    assert sentences(unsaid.assessment.reasons) == ["We need to know whether you get one of these: Universal Credit."]
    none = only_outlook(offered)
    assert none.verdict == "not"
    assert sentences(none.assessment.reasons) == ["It is for people who get one of these: Universal Credit."]


def test_a_benefit_may_stand_for_an_income_that_is_too_high() -> None:
    offered = offer(who={"income_at_most_minor": 20_000_00, "benefits_instead_of_income": ["pension_credit"]})
    rich = replace(PERSON, income_minor=20_000_01)
    assert only_outlook(offered, rich, income_currency="GBP").verdict == "not"
    unsaid = only_outlook(offered, rich, income_currency="GBP", unsaid={"benefits"})
    assert sentences(unsaid.assessment.reasons) == ["We need to know whether you get one of these: Pension Credit."]


def test_an_income_in_another_currency_is_not_known_to_a_scheme() -> None:
    offered = offer(currency="EUR", who={"income_at_most_minor": 20_000_00})
    earner = replace(PERSON, income_minor=1_000_00)
    assert only_outlook(offered, earner, income_currency="GBP").verdict == "unknown"
    assert only_outlook(offered, earner, income_currency="EUR").verdict == "eligible"


def test_what_is_left_empty_and_would_bring_more_is_asked_for() -> None:
    award = rules()["awards"][0] | {"more": [{"code": "care", "percent": 50, "who": {"needs": ["carer", "refugee"]}}]}
    offered = offer(awards=[award])
    unsaid = only_outlook(offered, unsaid={"needs", "benefits"})
    assert (unsaid.verdict, amounts(unsaid)) == ("eligible", {"core": 200_00})
    assert sentences(unsaid.could_rise) == [
        "We need to know whether you have one of these needs: Caring for somebody, Being a refugee.",
        "We need to know whether you get one of these: Income Support, Jobseeker's Allowance, Child Tax Credit, "
        "Council Tax Benefit, Housing Benefit, Working Tax Credit.",
    ]
    carer = only_outlook(offered, replace(PERSON, needs=("carer",)))
    assert (amounts(carer), carer.awards[0].extra_minor, carer.could_rise) == ({"core": 300_00}, 100_00, ())


def test_a_course_is_priced_from_what_they_would_be_awarded() -> None:
    split = only_outlook(offer()).price(120_00)
    assert (split.price_minor, split.from_purse_minor, split.own_minor) == (120_00, 60_00, 60_00)
    assert [line.sentence for line in split.lines][:2] == ["Price of the course", "Welsh Government pays 50% of it"]
    with pytest.raises(ValueError, match="not negative"):
        only_outlook(offer()).price(-1)


def test_those_they_can_have_come_first_then_not_yet_then_unknown_then_not() -> None:
    offered = (
        offer("A", who={"residence": ["england"]})
        | offer("B", who={"employment": ["employed"]})
        | offer("C", who={"age_from": 60})
        | offer("E")
        | offer("D")
    )
    found = [(outlook.scheme.name, str(outlook.verdict)) for outlook in explore(PERSON, offered, ON)]
    assert found == [("D", "eligible"), ("E", "eligible"), ("C", "not_yet"), ("B", "unknown"), ("A", "not")]


def test_only_what_some_scheme_asks_is_asked() -> None:
    asked = questions(offer())
    assert asked.criteria == {"age", "residence", "qualification", "benefits"}
    assert (asked.residences, asked.needs, asked.incomes) == (("wales",), (), ())
    assert asked.benefits == (
        "income_support",
        "jobseekers_allowance",
        "housing_benefit",
        "council_tax_benefit",
        "working_tax_credit",
        "child_tax_credit",
    )
    assert (asked.categories, asked.by_the_hour) == ((), False)
    assert questions({}).criteria == frozenset()


def test_incomes_are_asked_in_bands_that_some_scheme_tells_apart() -> None:
    offered = (
        offer("A", who={"income_at_most_minor": 22_000_00})
        | offer("B", who={"income_at_most_minor": 18_000_00})
        | offer("C", "EUR", who={"income_at_most_minor": 20_000_00})
    )
    bands = questions(offered).incomes
    assert bands == (
        IncomeBand("EUR", None, 20_000_00),
        IncomeBand("EUR", 20_000_00, None),
        IncomeBand("GBP", None, 18_000_00),
        IncomeBand("GBP", 18_000_00, 22_000_00),
        IncomeBand("GBP", 22_000_00, None),
    )
    assert [band.stands_for_minor for band in bands[2:]] == [18_000_00, 22_000_00, 22_000_01]
