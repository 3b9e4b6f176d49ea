"""A scheme's file: whatever is wrong with it is named, and nothing comes out as a traceback."""

import copy
import json

import pytest

from accounts.errors import NoSuchPreset
from accounts.rules import RulesInvalid
from accounts.scheme_files import LARGEST_FILE, from_bytes, from_text, preset, read_file

GOOD = preset("ila-wales-2003")


def refused(read, what):
    with pytest.raises(RulesInvalid) as refusal:
        read(what)
    return refusal.value


@pytest.mark.parametrize("missing", ["slug", "name", "funder_name", "currency", "rules"])
def test_what_a_file_has_to_say_is_missed(missing):
    answer = refused(read_file, {name: value for name, value in GOOD.items() if name != missing})
    assert answer.sentence == f"These rules cannot be used: {missing}: it is missing."


@pytest.mark.parametrize(
    ("changes", "field", "why"),
    [
        ({"colour": "red"}, "colour", "no rule has this name"),
        ({"slug": "ILA Wales"}, "slug", "it is small letters and digits, with single hyphens between them"),
        ({"slug": "a--b"}, "slug", "it is small letters and digits, with single hyphens between them"),
        ({"slug": "providers"}, "slug", "it is the name of a page already"),
        ({"slug": "a" * 61}, "slug", "it has 1 to 60 characters, on one line"),
        ({"name": " "}, "name", "it has 1 to 160 characters, on one line"),
        ({"name": "ILA\nWales"}, "name", "it has 1 to 160 characters, on one line"),
        ({"name": 7}, "name", "it is text"),
        ({"about": "a" * 161}, "about", "it has 0 to 160 characters, on one line"),
        ({"source": "THE\x00TES"}, "source", "it has characters that are no text"),
        ({"currency": "pounds"}, "currency", "it is a code of ISO 4217, such as GBP"),
        ({"currency": "gbp"}, "currency", "it is a code of ISO 4217, such as GBP"),
        ({"currency": "QQQ"}, "currency", "it is a code of ISO 4217, such as GBP"),
        ({"funding": "lottery"}, "funding", "it is one of prefunded, commitment"),
        (
            {"funding": "commitment"},
            "budget.ceiling_minor",
            "a scheme that commits before it has the money has a ceiling",
        ),
        ({"opens_on": "soon"}, "opens_on", "it is a day such as 2026-04-01"),
        ({"opens_on": 20260401}, "opens_on", "it is a day such as 2026-04-01"),
        ({"opens_on": "0001-01-01"}, "opens_on", "it is from 1900-01-01 to 2200-01-01"),
        ({"opens_on": "2027-04-01", "closes_on": "2027-03-31"}, "closes_on", "it is before opens_on"),
        ({"rules": []}, "rules", "it is an object"),
        ({"examples": {}}, "examples", "it is a list"),
        ({"examples": ["one"]}, "examples[0]", "it is an object"),
    ],
    ids=str,
)
def test_what_a_file_says_wrongly_is_named_and_why(changes, field, why):
    answer = refused(read_file, GOOD | changes)
    assert answer.field == field
    assert answer.sentence == f"These rules cannot be used: {field}: {why}."


def test_a_file_may_be_silent_about_the_rest():
    said = read_file({name: GOOD[name] for name in ("slug", "name", "funder_name", "currency", "rules")})
    assert (said.funding, said.opens_on, said.closes_on, said.source, said.examples) == (
        "prefunded",
        None,
        None,
        "",
        (),
    )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"on": "9999-12-31"}, "on"),
        ({"person": {"date_of_birth": "9990-01-01"}}, "person.date_of_birth"),
        ({"person": {"residence": "mars"}}, "person.residence"),
        ({"person": {"employment": "idle"}}, "person.employment"),
        ({"person": {"benefits": ["a_car"]}}, "person.benefits"),
        ({"person": {"needs": ["a_rest"]}}, "person.needs"),
        ({"person": {"proven": {"height": None}}}, "person.proven"),
        ({"person": {"income_minor": -1}}, "person.income_minor"),
        ({"person": {"income_minor": 10**16}}, "person.income_minor"),
        ({"person": {"colour": "red"}}, "person.colour"),
        ({"held": {"pocket": 1}}, "held"),
        ({"holds": {"pocket": 1}}, "holds"),
        ({"bought": {"pocket": 1}}, "bought"),
        ({"used": {"pocket": 1}}, "used"),
        ({"awards": {"pocket": 1}}, "awards"),
        ({"holds": {"core": -1}}, "holds.core"),
        ({"holds": ["core"]}, "holds"),
        ({"course": {"price_minor": -1}}, "course.price_minor"),
        ({"course": {"price_minor": 1.5}}, "course.price_minor"),
        ({"course": {"price_minor": 100, "hours": -3}}, "course.hours"),
        ({"other_aid_minor": -1}, "other_aid_minor"),
        ({"sponsored_minor": -1}, "sponsored_minor"),
        ({"verdict": "perhaps"}, "verdict"),
        ({"own_minor": 5, "course": None}, "course"),
    ],
    ids=str,
)
def test_an_example_of_what_cannot_be_is_named(changes, field):
    data = copy.deepcopy(GOOD)
    data["examples"] = [data["examples"][1] | changes]
    assert refused(read_file, data).field == f"examples[0].{field}"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "it is not JSON: see line 1"),
        ('{\n  "slug": "a",\n  "name" "b"\n}', "it is not JSON: see line 3"),
        ("slug: a\nname: b\n", "it is not JSON: see line 1"),
        ('["slug"]', "it is an object"),
        ("null", "it is an object"),
        ('{"rules": NaN}', "NaN is not a number that we can use"),
        ('{"rules": Infinity}', "Infinity is not a number that we can use"),
        ('{"rules": -Infinity}', "-Infinity is not a number that we can use"),
        ('{"rules": ' + "9" * 5000 + "}", "99999999999999999999… is not a number that we can use"),
        ('{"rules": ' + "[" * 100_000 + "]" * 100_000 + "}", "it is nested too deeply"),
        ('{"rules": ' + '{"who":' * 2000 + "1" + "}" * 2001, "it is nested too deeply"),
        ('{"name": "\\ud800"}', "it has characters that are no text"),
        ('{"\\udfff": 1}', "it has characters that are no text"),
        (" " * (LARGEST_FILE + 1), "it is larger than a million bytes"),
    ],
    ids=lambda value: value[:40],
)
def test_a_text_that_is_no_scheme_file_is_refused_in_words(text, why):
    answer = refused(from_text, text)
    assert answer.sentence == f"These rules cannot be used: file: {why}."


def test_what_is_said_twice_is_named_and_not_taken_at_its_last_word():
    answer = refused(from_text, '{"slug": "a", "rules": {"who": {}, "who": {"age_from": 19}}}')
    assert answer.sentence == "These rules cannot be used: who: it is there twice."


def test_numbers_that_only_look_like_amounts_are_refused_where_they_are():
    text = json.dumps(GOOD, ensure_ascii=False)
    for number in ("20000.0", "2e4", "1e999", '"20000"', "true", "-20000", "99999999999999999999"):
        data = from_text(text.replace('"amount_minor": 20000', f'"amount_minor": {number}'))
        assert refused(read_file, data).field == "awards[0].amount_minor", number


def test_a_file_that_is_not_utf_8_is_refused_with_the_line():
    latin = '{\n  "slug": "a",\n  "name": "Bildungsprämie"\n}'.encode("latin-1")
    assert refused(from_bytes, latin).sentence == "These rules cannot be used: file: it is not UTF-8: see line 3."
    assert "it is not UTF-8" in refused(from_bytes, '{"slug": "a"}'.encode("utf-16")).sentence


def test_a_file_that_is_too_large_is_not_read_at_all():
    answer = refused(from_bytes, b"\xff" * (LARGEST_FILE + 1))
    assert answer.sentence == "These rules cannot be used: file: it is larger than a million bytes."


def test_a_byte_order_mark_is_no_part_of_a_file():
    assert from_bytes(b"\xef\xbb\xbf" + json.dumps(GOOD).encode()) == GOOD


def test_a_preset_that_there_is_not_is_refused_with_those_that_there_are():
    with pytest.raises(NoSuchPreset, match=r"no_such_preset|ila-atlantis") as refusal:
        preset("ila-atlantis")
    assert "ila-wales-2003" in refusal.value.advice
