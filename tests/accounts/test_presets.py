"""The schemes that ship: each comes out as it was published, and says where that was."""

import json

import pytest

from accounts.examples import disagreements
from accounts.rules import RulesInvalid, parse
from accounts.scheme_files import PRESETS, preset, presets, read_file

TEN = [
    "bildungspraemie-germany",
    "cpf-france",
    "ila-england-2000",
    "ila-scotland-200",
    "ila-wales-2003",
    "ita-scotland",
    "kursuok-lithuania",
    "skillsfuture-singapore",
    "stap-netherlands",
    "us-local-ita",
]
EVERY_EXAMPLE = [(slug, place) for slug in TEN for place in range(len(preset(slug)["examples"]))]


def name_of(value):
    return value if isinstance(value, str) else f"{value:02}"


def test_ten_schemes_ship_with_waymark():
    assert presets() == TEN


@pytest.mark.parametrize("slug", TEN)
def test_a_preset_can_be_used_as_it_is_and_is_in_the_file_of_its_name(slug):
    said = read_file(preset(slug))
    assert said.slug == slug
    assert said.about


@pytest.mark.parametrize("slug", TEN)
def test_a_preset_names_its_source_and_what_in_it_is_waymarks_own(slug):
    source = read_file(preset(slug)).source
    assert len(source) > 200
    assert "Waymark" in source


@pytest.mark.parametrize("slug", TEN)
def test_a_preset_has_published_examples_or_says_that_there_are_none(slug):
    said = read_file(preset(slug))
    none_published = "No worked example was found to be published" in said.source
    assert any(example.published for example in said.examples) != none_published


@pytest.mark.parametrize("slug", TEN)
def test_a_preset_has_examples_of_who_is_in_who_is_not_and_what_a_course_costs(slug):
    examples = read_file(preset(slug)).examples
    assert 6 <= len(examples) <= 14
    assert {"eligible", "not"} <= {example.verdict for example in examples}
    assert any(example.awards for example in examples)
    assert sum(example.own_minor is not None for example in examples) >= 5


@pytest.mark.parametrize(("slug", "place"), EVERY_EXAMPLE, ids=name_of)
def test_an_example_comes_out_as_it_says(slug, place):
    data = preset(slug)
    example = read_file(data | {"examples": data["examples"][place : place + 1]}).examples[0]
    assert list(disagreements(parse(data["rules"]), example)) == []


@pytest.mark.parametrize(
    ("slug", "place", "changes", "field", "why"),
    [
        ("ila-england-2000", 0, {"from_account_minor": 19900}, "from_account_minor", "the rules come to 20000"),
        ("ila-england-2000", 0, {"own_minor": 5100}, "own_minor", "the rules come to 5000"),
        ("cpf-france", 4, {"awards": {"core": 50000}}, "awards", "the rules come to {'core': 20000}"),
        ("ita-scotland", 6, {"verdict": "not_yet"}, "verdict", "the rules come to not"),
    ],
)
def test_an_example_that_does_not_come_out_is_refused_with_what_the_rules_come_to(slug, place, changes, field, why):
    data = preset(slug)
    data["examples"][place] |= changes
    with pytest.raises(RulesInvalid) as refused:
        read_file(data)
    assert refused.value.field == f"examples[{place}].{field}"
    assert why in refused.value.sentence


def test_a_preset_is_written_to_be_read():
    for path in PRESETS.glob("*.json"):
        long = [line for line in path.read_text().splitlines() if len(line) > 120]
        assert [json.loads(f"{{{line.strip().rstrip(',')}}}").keys() for line in long] == [{"source"}], path.name
