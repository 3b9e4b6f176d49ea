"""Schemes from the command line: what ships, whether a file is fine, and what loading it does or is refused."""

import datetime as dt
import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

import ledger
from accounts.models import RuleVersion, Scheme
from accounts.scheme_files import preset
from accounts.schemes import current_rules
from ledger.models import Event

pytestmark = pytest.mark.django_db


def scheme(*arguments):
    printed = StringIO()
    call_command("scheme", *arguments, stdout=printed)
    return printed.getvalue().splitlines()


def refused(*arguments):
    with pytest.raises(CommandError) as refusal:
        scheme(*arguments)
    assert refusal.value.returncode == 1
    return str(refusal.value)


@pytest.fixture
def file(tmp_path):
    """Writes a scheme's file, of ILA Wales unless `changes` say otherwise, and answers where it is."""

    def write(**changes):
        path = tmp_path / "scheme.json"
        path.write_text(json.dumps(preset("ila-wales-2003") | {"slug": "town", "name": "The town's"} | changes))
        return str(path)

    return write


def dearer():
    rules = preset("ila-wales-2003")["rules"]
    rules["awards"][0]["amount_minor"] = 250_00
    return {"rules": rules, "examples": [], "source": "A letter of the council"}


def in_days(days):
    return ledger.today() + dt.timedelta(days=days)


def test_the_list_has_what_ships_and_says_that_nothing_is_set_up_yet():
    lines = scheme("list")
    assert lines[0] == "Ship with Waymark:"
    assert len(lines) == 1 + 2 * 10 + 1
    assert "  cpf-france  Compte personnel de formation: France, EUR, commitment, 14 examples" in lines
    assert "      Up to €1,000 for one course a calendar year, whatever the learner's work or income." in lines
    assert lines[-1] == "Set up here: none yet."


def test_the_list_has_what_is_set_up_here(file):
    scheme("load", "ila-wales-2003")
    scheme("load", file(currency="EUR"))
    scheme("load", file(currency="EUR", **dearer()))
    assert scheme("list")[-3:] == [
        "Set up here:",
        "  ila-wales-2003  ILA Wales: GBP, prefunded, Open, 1 version of its rules",
        "  town  The town's: EUR, prefunded, Open, 2 versions of its rules",
    ]


def test_a_file_that_is_fine_is_said_to_be_and_nothing_is_set_up(file):
    assert scheme("check", file()) == ["town is fine: 11 examples came out, 0 of them published."]
    assert scheme("check", "stap-netherlands") == [
        "stap-netherlands is fine: 11 examples came out, 6 of them published."
    ]
    assert not Scheme.objects.exists()


def test_a_file_that_is_not_fine_is_refused_in_words(file, tmp_path):
    examples = preset("ila-wales-2003")["examples"]
    examples[2]["own_minor"] = 3999
    assert refused("check", file(examples=examples)) == (
        "These rules cannot be used: examples[2].own_minor: the rules come to 4000. "
        "Correct that line and try again. Nothing was changed."
    )
    (tmp_path / "binary").write_bytes(b"\x00\xff\xfe")
    assert "file: it is not UTF-8: see line 1." in refused("check", str(tmp_path / "binary"))


@pytest.mark.parametrize("verb", ["check", "load"])
def test_a_file_that_is_not_there_is_refused_with_the_presets_that_are(verb):
    answer = refused(verb, "ila-atlantis")
    assert answer.startswith("There is no file ila-atlantis, and no scheme ships with Waymark under that short name.")
    assert "ila-england-2000, ila-scotland-200" in answer
    assert "There is no file \x00" in refused(verb, "\x00")


def test_a_folder_is_no_file(tmp_path):
    assert refused("load", str(tmp_path)) == (
        f"The file {tmp_path} cannot be read: Is a directory. Nothing was changed."
    )
    assert "File name too long" in refused("load", "a" * 5000)


@pytest.mark.parametrize("slug", ["cpf-france", "ila-england-2000", "us-local-ita"])
def test_a_preset_is_set_up_by_its_short_name(slug):
    data = preset(slug)
    assert scheme("load", slug) == [
        f"{data['name']} is set up as {slug}, and open from {ledger.today()}. Its pot is empty."
    ]
    version = RuleVersion.objects.select_related("scheme").get()
    assert (version.number, version.valid_from, version.rules) == (1, ledger.today(), data["rules"])
    assert (version.scheme.slug, version.source) == (slug, data["source"])
    assert Event.objects.get(kind="scheme.set_up").actor == "system:scheme.load"


def test_a_scheme_can_be_set_up_for_a_later_day(file):
    scheme("load", file(), "--from", in_days(40).isoformat())
    assert Scheme.objects.get().opens_on == in_days(40)
    assert RuleVersion.objects.get().valid_from == in_days(40)


def test_a_file_of_a_scheme_that_is_there_brings_new_rules_from_tomorrow(file):
    scheme("load", file())
    assert scheme("load", file(**dearer())) == [
        f"The town's has version 2 of its rules, which counts from {in_days(1)}."
    ]
    town = Scheme.objects.get()
    assert current_rules({town.pk}, in_days(0))[town.pk].number == 1
    newest = current_rules({town.pk}, in_days(1))[town.pk]
    assert (newest.number, newest.parsed.awards[0].amount_minor) == (2, 250_00)
    assert newest.source == "A letter of the council"
    published = Event.objects.get(kind="rules.published")
    assert (published.actor, published.subject) == ("system:scheme.load", town.subject)


def test_new_rules_count_from_the_day_that_is_given(file):
    scheme("load", file())
    scheme("load", file(**dearer()), "--from", in_days(90).isoformat())
    assert RuleVersion.objects.get(number=2).valid_from == in_days(90)


def test_the_same_rules_again_change_nothing(file):
    scheme("load", file())
    assert scheme("load", file(name="Another name")) == [
        "The town's has these rules already, as version 1. Nothing was changed."
    ]
    assert RuleVersion.objects.count() == 1
    assert not Event.objects.filter(kind="rules.published").exists()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"currency": "EUR"}, "The money of The town's is GBP for good, and the file says EUR."),
        ({"funding": "commitment"}, "The money of The town's is prefunded for good, and the file says commitment."),
    ],
)
def test_a_scheme_keeps_its_currency_and_its_kind_of_funding(file, books, changes, sentence):
    scheme("load", file())
    before = books()
    rules = dearer()
    rules["rules"]["budget"] = {"ceiling_minor": 1_000_000_00}
    assert refused("load", file(**rules, **changes)) == (
        f"{sentence} Give the file another short name, to set up another scheme. Nothing was changed."
    )
    assert (books(), RuleVersion.objects.count()) == (before, 1)


def test_a_day_that_is_past_or_taken_or_none_is_refused(file):
    yesterday = in_days(-1).isoformat()
    assert refused("load", file(), "--from", yesterday).startswith("Rules can count from today at the earliest")
    assert not Scheme.objects.exists()
    scheme("load", file())
    assert refused("load", file(**dearer()), "--from", yesterday).startswith("Rules can count from today")
    scheme("load", file(**dearer()))
    other = dearer() | {"source": "Another letter"}
    assert refused("load", file(**other)).startswith("There are rules of this scheme that count from the same day")
    assert refused("load", file(), "--from", "next week") == "next week is no day: write it as 2027-01-31."
    assert RuleVersion.objects.count() == 2
