"""A scheme's rules as data: every mistake is named."""

import copy

import pytest

from accounts.rules import RulesInvalid, parse
from accounts.scheme_files import preset

GOOD = preset("ila-wales-2003")["rules"]


def changed(path, value):
    rules = copy.deepcopy(GOOD)
    *way, last = path
    target = rules
    for step in way:
        target = target[step]
    if value is KeyError:
        del target[last]
    else:
        target[last] = value
    return rules


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        (["price", "bands", 1, "rate_percent"], 120, "price.bands[1].rate_percent"),
        (["price", "bands", 0, "cap_minor"], -1, "price.bands[0].cap_minor"),
        (["price", "bands", 0, "cap_minor"], 1.5, "price.bands[0].cap_minor"),
        (["price", "bands", 0, "colour"], "red", "price.bands[0].colour"),
        (["price", "bands"], [], "price.bands"),
        (["price", "minimum_own_minor"], -5, "price.minimum_own_minor"),
        (["awards", 0, "amount_minor"], 0, "awards[0].amount_minor"),
        (["awards", 0, "amount_minor"], True, "awards[0].amount_minor"),
        (["awards", 0, "period"], "weekly", "awards[0].period"),
        (["awards", 0, "purse_days"], KeyError, "awards[0].purse_days"),
        (["adviser", "policy"], "strict", "adviser.policy"),
        (["adviser", "answer_within_hours"], 0, "adviser.answer_within_hours"),
        (["delivery", "lapse_hours"], 0, "delivery.lapse_hours"),
        (["delivery", "cooling_off_days"], -1, "delivery.cooling_off_days"),
        (["delivery", "milestones", 0, "code"], "begin", "delivery.milestones"),
        (["delivery", "milestones", 1, "percent"], 80, "delivery.milestones"),
        (["delivery", "milestones"], "none", "delivery.milestones"),
        (["delivery", "attendance"], [{"from_percent": 5, "pays_percent": 50}], "delivery.attendance"),
        (["delivery", "attendance"], [{"from_percent": 0, "pays_percent": None}], "delivery.attendance"),
        (["delivery", "attendance"], [{"from_percent": 0, "pays_percent": 0}], "delivery.attendance[0].pays_percent"),
        (["delivery", "attendance"], [{"from_percent": 101, "pays_percent": 9}], "delivery.attendance[0].from_percent"),
        (["delivery", "attendance"], [{"from_percent": 0, "pays_percent": 9}] * 2, "delivery.attendance"),
        (["who", "age_to"], 12, "who.age_to"),
        (["who"], KeyError, "who"),
        (["budget"], {"waiting_list": "last_come"}, "budget.waiting_list"),
        (["budget"], {"limit": 5}, "budget.limit"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_and_its_field_named(path, value, field):
    with pytest.raises(RulesInvalid) as refused:
        parse(changed(path, value))
    assert refused.value.field == field
    assert field in refused.value.sentence


def test_rules_that_are_not_an_object_are_refused():
    with pytest.raises(RulesInvalid):
        parse([])
