"""Rules in plain sentences: every field is said, in each language, and what a new version changes is said too."""

import contextlib
import copy
import dataclasses
import functools
import itertools
import json
import re
import types
import typing
from pathlib import Path

import pytest
from django.utils import translation

from accounts.circumstances import Benefit, Criterion, Document, Employment, Need, Residence
from accounts.earmarks import Earmark
from accounts.rules import Rules, RulesInvalid, parse, read, shape
from accounts.scheme_files import preset, presets
from accounts.wording import beside, difference, sentences
from tests.factories.accounts import rules
from tests.factories.rules import everything

LANGUAGES = ["en-gb", "cy", "fr"]
SHAPES = [kind for kind in vars(shape).values() if isinstance(kind, type) and dataclasses.is_dataclass(kind)]
CHOICES = (Residence, Employment, Benefit, Need, Criterion, Document, Earmark)
# Texts of which each field that has text takes one at least.
TEXTS = [
    *(value for choices in CHOICES for value in choices.values),
    *("once", "calendar_year", "programme_year", "rolling_year", "award", "first_use", "adviser", "scheme"),
    *("open", "guided", "structured", "qualification", "first_come", "most_need_first"),
    *("08-01", "0613", "another"),
]


def fields_of(said, path=()):
    """Each field of the rules `said`: of which kind, its name, and the way to it."""
    if isinstance(said, tuple):
        for place, item in enumerate(said):
            yield from fields_of(item, (*path, place))
    if dataclasses.is_dataclass(said):
        for field in dataclasses.fields(said):
            way = (*path, field.name)
            yield type(said), field.name, way
            yield from fields_of(getattr(said, field.name), way)


def others(value):
    """Values that a field with this value may have instead, if they are valid."""
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return [value + 1, value - 1, value * 2, 0, 1, None]
    if isinstance(value, str):
        return [*TEXTS, None]
    if isinstance(value, list):
        return [[], value[:1], value[1:], value[::-1], value[:1] + value[:0:-1], *([*value, text] for text in TEXTS)]
    return [None, {}] if value else [1, 1000, *TEXTS]


# Fields that can only change together with others.
TOGETHER = [
    (shape.AwardRule, "year_from", {("awards", 0, "year_from"): "award", ("awards", 0, "unused_days"): None}),
    (
        shape.AwardRule,
        "programme_year_from",
        {("awards", 1, "programme_year_from"): None, ("awards", 1, "period"): "calendar_year"},
    ),
    (
        shape.Step,
        "percent",
        {("delivery", "milestones", 0, "percent"): 30, ("delivery", "milestones", 1, "percent"): 20},
    ),
]
ENOUGH = 4


@functools.cache
def every_change():
    """Each field of rules that say everything, and some valid rules in which it alone is something else."""
    start = parse(everything())
    data = json.loads(json.dumps(dataclasses.asdict(start)))
    found = []
    for kind, name, way in fields_of(start):
        changes = [{way: value} for value in others(found_at(data, way)) if value != found_at(data, way)]
        others_valid = (new for new in valid(data, changes) if new != start)
        found += [(kind, name, way, new) for new in itertools.islice(others_valid, ENOUGH)]
    for kind, name, change in TOGETHER:
        found += [(kind, name, name, new) for new in valid(data, [change])]
    return start, found


def valid(data, changes):
    for change in changes:
        changed = copy.deepcopy(data)
        for way, value in change.items():
            found_at(changed, way[:-1])[way[-1]] = value
        with contextlib.suppress(RulesInvalid):
            yield parse(changed)


def found_at(data, way):
    return functools.reduce(lambda found, step: found[step], way, data)


def at(said, path):
    """What the rules have at a path such as `price.bands[1].who`."""
    for name in re.findall(r"\w+", path):
        said = said[int(name)] if name.isdigit() else getattr(said, name)
    return said


def every_sentence(said, **facts):
    return [one for section in sentences(said, currency="GBP", **facts) for one in section.sentences]


def is_said_by_its_own_fields(field):
    """Such as `Rules.price`: it is there always, and each of its fields is changed on its own."""
    return field.type in {kind.__name__ for kind in SHAPES}


def test_whatever_changes_in_a_rule_changes_a_sentence_in_each_language():
    start, every = every_change()
    changed = set()
    for kind, name, way, new in every:
        # What differs in another language are words: one change of each field shows that they do.
        for language in LANGUAGES[:1] if (kind, name) in changed else LANGUAGES:
            with translation.override(language):
                changes = difference(start, new, currency="GBP")
            assert changes, way
            assert all(change.was != change.becomes for change in changes), way
        changed.add((kind, name))
    fields = {(kind, field.name) for kind in SHAPES for field in dataclasses.fields(kind)}
    whole = {(kind, f.name) for kind in SHAPES for f in dataclasses.fields(kind) if is_said_by_its_own_fields(f)}
    assert fields - changed <= whole


def test_every_shape_is_among_those_changed():
    found = set()

    def walk(kind):
        if dataclasses.is_dataclass(kind):
            found.add(kind)
            for hint in typing.get_type_hints(kind).values():
                walk(hint)
        for inner in typing.get_args(kind) if isinstance(kind, types.UnionType) or typing.get_origin(kind) else ():
            walk(inner)

    walk(Rules)
    assert found == set(SHAPES)


def test_every_field_that_says_something_has_a_sentence_that_names_it():
    said = parse(everything())
    named = {path for one in every_sentence(said) for path in one.paths}
    for _kind, _name, way in fields_of(said):
        path = re.sub(r"\.(\d+)", r"[\1]", ".".join(map(str, way)))
        value = at(said, path)
        is_whole = value in (None, (), "") or not isinstance(value, tuple) or isinstance(value[0], str | int)
        if value and is_whole and not dataclasses.is_dataclass(value):
            assert path in named, path


@pytest.mark.parametrize("data", [everything(), *(preset(slug)["rules"] for slug in presets())])
def test_each_path_of_a_sentence_is_in_the_rules_and_each_key_is_its_own(data):
    said = parse(data)
    found = every_sentence(said)
    assert len({one.key for one in found}) == len(found)
    for one in found:
        assert one.paths
        for path in one.paths:
            at(said, path)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("slug", presets())
def test_each_preset_reads_in_each_language(slug, language):
    with translation.override(language):
        found = sentences(parse(preset(slug)["rules"]), currency=preset(slug)["currency"])
    assert [section.code for section in found] == ["who", "how_much", "pays", "adviser", "delivery", "budget"]
    for section in found:
        assert section.sentences
        for one in section.sentences:
            assert not re.search(r"[{}]|None|_minor", one.text)
            assert one.text.endswith(".")


@pytest.mark.parametrize("language", LANGUAGES)
def test_ila_wales_reads_as_it_should(language):
    with translation.override(language):
        found = sentences(parse(rules("ila-wales-2003")), currency="GBP")
    lines = [line for section in found for line in (f"# {section.title}", *(one.text for one in section.sentences))]
    golden = Path(__file__).parent / "sentences" / f"ila-wales-2003.{language}.txt"
    assert lines == golden.read_text().splitlines()


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (
            "awards[0].more[0].percent",
            "If you are qualified to level 2 or below, you get 60% more: £800, and can hold at most £8,000 of it.",
        ),
        ("awards[1].programme_year_from", "You get £100 each year. The year begins on 1 July."),
        ("awards[2].purse_days", "This money does not run out."),
        ("awards[0].awards_at_most", "Only the first 10,000 people get this."),
        (
            "proofs[0].lasts_days",
            "Show your age. This will do: a passport or an identity card or a driving licence. "
            "An adviser checks it. The proof is good for 2 years.",
        ),
        (
            "price.fee_minor",
            "A fixed part of £103.20 of each course is yours to pay. It pays its share of the rest.",
        ),
        ("price.fee_exempt[1].employment", "You do not pay the fixed part if you are out of work."),
        ("price.minimum_own_minor", "Everybody pays at least £25 of a course themselves."),
        ("price.annual_ceiling_minor", "For all your courses together, it pays up to £300 for each award."),
        (
            "adviser.trial.arms",
            "This scheme tries out 2 ways of giving advice. Chance decides which way is yours.",
        ),
        (
            "delivery.attendance[0].pays_percent",
            "However rarely you come to the sessions, the provider earns 25% of the last step.",
        ),
        (
            "delivery.attendance[1].from_percent",
            "If you come to at least 25% of the sessions, the provider earns that share of the last step.",
        ),
        (
            "delivery.attendance[2].pays_percent",
            "If you come to at least 80% of the sessions, the provider earns 100% of the last step.",
        ),
        ("delivery.milestones[1].title", "When you reach “Half of it done”, the provider earns 25% of the price."),
    ],
)
def test_a_field_is_said_so(path, text):
    found = beside(sentences(parse(everything()), currency="GBP"), path)
    assert found is not None
    assert found.text == text


def test_a_learner_is_told_that_chance_decides_and_not_between_what():
    told = [one.text for one in every_sentence(parse(everything())) if not one.for_staff]
    staff = [one for one in every_sentence(parse(everything())) if one.for_staff]
    assert not any("way" in text and "learners" in text for text in told)
    assert [one.key for one in staff] == [
        "adviser.trial.stratify_by", "adviser.trial.arms[a]", "adviser.trial.arms[b]", "adviser.policy",
        "budget.warn_at_percent",
    ]  # fmt: skip


def test_categories_are_called_what_the_caller_calls_them():
    england = parse(rules("ila-england-2000"))
    names = {"0611": "Computer use", "0541": "Mathematics"}
    text = beside(sentences(england, currency="GBP", category_name=names.__getitem__), "price.bands[0].categories").text
    assert text == (
        "It pays 80% of the price, up to £200 a year. "
        "This is for these kinds of course only: Computer use and Mathematics. "
        "This is for money of these awards only: core."
    )


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"price": {"annual_ceiling_minor": 150_00}}, "price.bands[0].cap_minor"),
        ({"who": {"residence": ["mars"]}}, "who.residence"),
        ({"price": {"fee_exempt": [{"employment": ["unemployed"]}]}}, "price.fee_exempt[0].employment"),
    ],
)
def test_an_error_has_a_sentence_to_stand_beside(changes, path):
    data = rules("ila-wales-2003", **changes)
    with pytest.raises(RulesInvalid) as refused:
        parse(data)
    found = beside(sentences(read(Rules, data), currency="GBP"), refused.value.field)
    assert found is not None
    assert path in found.paths


def test_rules_that_are_wrong_are_said_all_the_same():
    wrong = everything()
    wrong["who"]["residence"] = wrong["who"]["needs"] = ["{mars}"]
    wrong["proofs"][0]["criterion"] = wrong["proofs"][0]["documents"][0] = "{mars}"
    wrong["awards"][0]["earmark"] = wrong["awards"][1]["programme_year_from"] = "{mars}"
    wrong["price"]["bands"] = wrong["delivery"]["milestones"] = []
    wrong["adviser"]["trial"]["arms"] = wrong["budget"]["warn_at_percent"] = []
    said = every_sentence(read(Rules, wrong))
    assert "{mars}: {mars} or a driving licence. An adviser checks it." in said[1].text
    assert every_sentence(read(Rules, wrong | {"awards": []}))


def test_rules_that_say_the_same_do_not_differ():
    assert difference(parse(everything()), parse(everything()), currency="GBP") == []


def test_a_difference_says_what_was_what_is_what_is_new_and_what_is_gone():
    old = rules("ila-wales-2003")
    new = rules("ila-wales-2003", award={"amount_minor": 250_00, "grace_days": 30}, price={"minimum_own_minor": 10_00})
    del new["price"]["bands"][1]
    found = difference(parse(old), parse(new), currency="GBP")
    assert [(change.section, change.was, change.becomes) for change in found] == [
        (
            "how_much",
            "You get £200 each year. The year begins when you get the money.",
            "You get £250 each year. The year begins when you get the money.",
        ),
        (
            "how_much",
            "It lasts 1 year from the day you get it.",
            "It lasts 1 year from the day you get it. "
            "Money that comes back from a course up to 30 days after that is still yours to spend.",
        ),
        ("pays", "", "Everybody pays at least £10 of a course themselves."),
        (
            "pays",
            "in work benefits: If you get Child Tax Credit, Council Tax Benefit, Housing Benefit or Working Tax "
            "Credit, it pays 80% of the price, up to £160 a year.",
            "",
        ),
    ]
    assert found[0].paths[0] == "awards[0].amount_minor"


def test_lines_of_a_price_that_change_places_are_a_difference():
    old, new = rules("ila-wales-2003"), rules("ila-wales-2003")
    bands = new["price"]["bands"]
    bands[0], bands[1] = bands[1], bands[0]
    [change] = difference(parse(old), parse(new), currency="GBP")
    assert change.was.startswith("Number 2: in work benefits: If you get")
    assert change.becomes.startswith("Number 1: in work benefits: If you get")
