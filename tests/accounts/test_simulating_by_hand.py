"""`scheme simulate`: what it tells, what it writes, and the sentence for everything that cannot be."""

import csv
import json

import pytest
from django.core.management import CommandError, call_command

from accounts import scheme_files


@pytest.fixture
def simulate(capsys):
    """Calls the command and answers what it printed."""

    def call(*arguments):
        call_command("scheme", "simulate", *arguments)
        return capsys.readouterr().out

    return call


def a_file(folder, **changes):
    """A scheme's file like ILA Wales with some of it changed."""
    path = folder / "changed.json"
    path.write_text(json.dumps(scheme_files.preset("ila-wales-2003") | changes))
    return str(path)


def test_a_preset_is_tried_out_and_told_in_tables(simulate):
    told = simulate("ila-wales-2003", "--learners", "1000", "--budget", "2000.50")
    assert told.startswith("ILA Wales: 1,000 imagined people, 24 months, seed 1\n")
    assert "£2,000.50" in told
    assert "Three things in the way" in told
    assert "2027-12" in told
    assert "docs/simulating.md" in told


def test_the_same_command_tells_the_same_twice(simulate):
    arguments = ("ila-wales-2003", "--learners", "500", "--seed", "7")
    assert simulate(*arguments) == simulate(*arguments)


def test_a_file_is_held_against_a_preset_on_the_same_people(simulate, tmp_path):
    older = {"residence": ["wales"], "age_from": 50, "qualification_level_at_most": 2}
    rules = scheme_files.preset("ila-wales-2003")["rules"] | {"who": older}
    told = simulate("ila-wales-2003", "--against", a_file(tmp_path, rules=rules, examples=[]), "--learners", "1000")
    assert told.startswith("ILA Wales, first and ILA Wales, second: 1,000 imagined people")
    assert "less for courses than the first." in told


def test_two_files_have_a_row_for_each_month_and_each_group(simulate, tmp_path):
    simulate("ila-wales-2003", "--learners", "200", "--months", "3", "--csv", str(tmp_path / "out.csv"))
    months = list(csv.DictReader((tmp_path / "out-months.csv").open()))
    groups = list(csv.DictReader((tmp_path / "out-groups.csv").open()))
    assert [row["on"] for row in months] == ["2026-01-01", "2026-02-01", "2026-03-01"]
    assert [row["dimension"] for row in groups] == ["need"] * 4 + ["age"] * 6 + ["qualification"] * 6
    assert sum(int(row["people"]) for row in groups if row["dimension"] == "need") == 200


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--learners", "10000000"], "A simulation has 1 to 1,000,000 learners, and 10,000,000 was asked for."),
        (["--learners", "0"], "A simulation has 1 to 1,000,000 learners, and 0 was asked for."),
        (["--months", "-1"], "A simulation has 1 to 120 months, and -1 was asked for."),
        (["--seed", "-3"], "A seed is a number from 0 to 2,147,483,647, and not -3."),
        (["--budget", "much"], "A budget is an amount such as 250000 or 250000.50, and not much."),
        (["--budget", "0.001"], "A budget is not negative, nor too large, and has no part of a penny: not 0.001."),
        (["--budget", "Infinity"], "A budget is an amount such as 250000 or 250000.50, and not Infinity."),
        (
            ["--against", "/nowhere.json"],
            "There is no file /nowhere.json, and no scheme ships with Waymark under that short name. Name a file, or "
            f"one of: {', '.join(scheme_files.presets())}.",
        ),
        (["--csv", "/nowhere/out"], "/nowhere/out-months.csv cannot be written: No such file or directory."),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(simulate, arguments, says):
    # One word each, so that a negative number is not taken for an option.
    learners = [] if "--learners" in arguments else ["--learners=10"]
    with pytest.raises(CommandError, match=f"^{says}$".replace(".", r"\.")):
        simulate("ila-wales-2003", "=".join(arguments), *learners)


def test_an_unknown_preset_is_refused_with_the_names_of_those_that_ship(simulate):
    with pytest.raises(CommandError) as refused:
        simulate("nonesuch")
    assert str(refused.value).endswith(f"Name a file, or one of: {', '.join(scheme_files.presets())}.")


def test_a_file_with_a_mistake_is_refused_with_the_line_that_has_it(simulate, tmp_path):
    with pytest.raises(CommandError, match=r"rules|awards"):
        simulate(a_file(tmp_path, rules={"who": {}}))


def test_versions_in_two_currencies_are_not_compared(simulate, tmp_path):
    with pytest.raises(CommandError, match="only versions in one currency can be compared"):
        simulate("ila-wales-2003", "--against", a_file(tmp_path, currency="EUR", examples=[]))
