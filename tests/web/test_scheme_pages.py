"""A manager changes a scheme's rules on a page, without a programmer, and a second one approves them."""

import dataclasses
import datetime as dt
import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.test import Client

import ledger
from accounts import schemes
from accounts.models import RuleProposal, Scheme
from accounts.rules import parse, shape
from accounts.scheme_files import preset, presets
from tests.factories.accounts import a_manager, a_scheme, an_account, rules
from web.scheme import field_words, rule_form

pytestmark = pytest.mark.django_db(transaction=True)


def signed_in(manager):
    client = Client()
    client.force_login(manager.user)
    return client


def fields(page):
    """What a browser would send back of a page's last form, without pressing a button."""
    html = page.content.decode()
    form = html[html.rindex("<form") :]
    sent = {}
    for tag in re.findall(r"<input[^>]*>", form):
        facts = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if "name" not in facts or (facts.get("type") in ("checkbox", "radio") and " checked" not in tag):
            continue
        sent.setdefault(facts["name"], []).append(facts.get("value", ""))
    for name, options in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.S):
        every = re.findall(r'<option value="([^"]*)"( selected)?', options)
        chosen = [value for value, selected in every if selected] or [every[0][0]]
        sent[name] = [chosen[0]]
    for name, text in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>\s?(.*?)</textarea>', form, re.S):
        sent[name] = [text]
    sent.pop("csrfmiddlewaretoken", None)
    return sent


def posted(data):
    query = QueryDict(mutable=True)
    for name, values in data.items():
        query.setlist(name, values)
    return query


@pytest.mark.parametrize("slug", presets())
def test_the_form_of_any_rules_reads_back_as_those_rules(slug):
    said = preset(slug)
    scheme = a_scheme(slug, paid_in=0)
    manager = a_manager(scheme)
    page = signed_in(manager).get(f"/scheme/{scheme.slug}/change/")
    assert page.status_code == 200
    assert parse(rule_form.read(posted(fields(page)), said["currency"])) == parse(said["rules"])


def test_a_change_is_looked_at_then_proposed_and_a_second_person_approves_it():
    scheme = a_scheme()
    an_account(scheme)
    one, other = a_manager(scheme), a_manager(scheme)
    client, address = signed_in(one), f"/scheme/{scheme.slug}/change/"
    sent = fields(client.get(address)) | {"rules.awards[0].amount_minor": ["250"]}
    seen = client.post(address, sent | {"action": ["preview"]})
    assert seen.status_code == 200
    assert "1 person has an account" in seen.content.decode()
    assert not RuleProposal.objects.exists()
    proposed = client.post(address, fields(seen) | {"action": ["propose"]})
    proposal = RuleProposal.objects.get()
    assert (proposed.status_code, proposed["Location"]) == (302, f"/scheme/{scheme.slug}/proposals/{proposal.pk}/")
    assert proposal.parsed == parse(rules(award={"amount_minor": 250_00}))
    mine = client.post(f"/scheme/{scheme.slug}/proposals/{proposal.pk}/decide/", {"answer": "approve"})
    assert (mine.status_code, scheme.rule_versions.count()) == (409, 1)
    assert "a second person looks at them first" in mine.content.decode()
    theirs = signed_in(other).post(f"/scheme/{scheme.slug}/proposals/{proposal.pk}/decide/", {"answer": "approve"})
    assert theirs.status_code == 302
    tomorrow = ledger.today() + dt.timedelta(days=1)
    assert schemes.current_rules([scheme.pk], tomorrow)[scheme.pk].parsed.awards[0].amount_minor == 250_00


def test_lines_are_added_and_taken_away_without_anything_being_stored():
    scheme = a_scheme()
    client, address = signed_in(a_manager(scheme)), f"/scheme/{scheme.slug}/change/"
    page = client.get(address)
    more = client.post(address, fields(page) | {"add": ["price.bands"]})
    assert more.content.decode().count('name="rules.price.bands.items"') == 4
    fewer = client.post(address, fields(more) | {"remove": ["price.bands[0]"]})
    assert fewer.content.decode().count('name="rules.price.bands.items"') == 3
    trial = client.post(address, fields(page) | {"add": ["adviser.trial"]})
    assert 'name="rules.adviser.trial.code"' in trial.content.decode()
    assert not RuleProposal.objects.exists()


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("price.bands[1].rate_percent", "120", "It is from 1 to 100."),
        ("price.bands[1].rate_percent", "eighty", "It is a whole number, such as 20."),
        ("price.bands[0].cap_minor", "a lot", "It is an amount of money, such as 150 or 103.20."),
        ("price.bands[0].cap_minor", "1.999", "It is an amount of money, such as 150 or 103.20."),
        ("price.bands[0].cap_minor", "NaN", "It is an amount of money, such as 150 or 103.20."),
        ("who.age_to", "12", "It is below who.age_from, so nobody could be eligible."),
        ("awards[0].amount_minor", "", "It is missing."),
        ("awards[0].purse_days", "1" * 30, "It is a whole number, such as 20."),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_what_was_typed_stays(field, typed, says):
    scheme = a_scheme()
    client, address = signed_in(a_manager(scheme)), f"/scheme/{scheme.slug}/change/"
    sent = fields(client.get(address)) | {f"rules.{field}": [typed]}
    page = client.post(address, sent | {"action": ["preview"]})
    html = page.content.decode()
    assert page.status_code == 422
    assert says in html
    assert fields(page)[f"rules.{field}"] == [typed]
    assert not RuleProposal.objects.exists()


@pytest.mark.parametrize("day", ["", "yesterday", "2020-01-01", "0000-00-00"])
def test_rules_need_a_day_from_today_on(day):
    scheme = a_scheme()
    client, address = signed_in(a_manager(scheme)), f"/scheme/{scheme.slug}/change/"
    sent = fields(client.get(address)) | {"rules.awards[0].amount_minor": ["250"], "valid_from": [day]}
    assert client.post(address, sent | {"action": ["propose"]}).status_code == 422
    assert not RuleProposal.objects.exists()


def test_a_file_is_put_into_the_form_and_another_currency_is_refused():
    scheme = a_scheme()
    client, address = signed_in(a_manager(scheme)), f"/scheme/{scheme.slug}/change/"
    said = preset("ila-wales-2003") | {"rules": rules(award={"amount_minor": 175_00}), "examples": []}
    page = client.post(address, {"file": SimpleUploadedFile("rules.json", json.dumps(said).encode())})
    assert (page.status_code, fields(page)["rules.awards[0].amount_minor"]) == (200, ["175.00"])
    for content, says in (
        (json.dumps(said | {"currency": "EUR"}).encode(), "another currency"),
        (json.dumps(said | {"colour": "red"}).encode(), "no rule has this name"),
        (b"\xff\xfe", "UTF-8"),
        (b"{", "it is not JSON"),
        (b"", "This file is empty."),
    ):
        refused = client.post(address, {"file": SimpleUploadedFile("rules.json", content)})
        assert refused.status_code == 422
        assert says in refused.content.decode()


def test_no_file_chosen_is_said_beside_the_field_and_the_rules_stay_in_the_form():
    scheme = a_scheme()
    client, address = signed_in(a_manager(scheme)), f"/scheme/{scheme.slug}/change/"
    page = client.post(address, {"action": "file"})
    assert page.status_code == 422
    assert "Choose a file." in page.content.decode()
    assert fields(page)["rules.awards[0].amount_minor"] == ["200.00"]


def test_a_new_scheme_is_set_up_from_the_page_and_opens_when_a_second_person_approves():
    one, other = a_manager(sets_up=True), a_manager(sets_up=True)
    client = signed_in(one)
    assert client.get("/scheme/new/").status_code == 200
    sent = fields(client.get("/scheme/new/?from=ila-wales-2003"))
    named = {"name": ["Gwent Skills"], "slug": ["gwent-skills"], "rules.awards[0].amount_minor": ["300"]}
    seen = client.post("/scheme/new/", sent | named | {"action": ["preview"]})
    assert seen.status_code == 200
    proposed = client.post("/scheme/new/", fields(seen) | {"action": ["propose"]})
    assert proposed.status_code == 302
    proposal = RuleProposal.objects.get()
    assert Scheme.objects.get(slug="gwent-skills").state == "draft"
    signed_in(other).post(f"/scheme/gwent-skills/proposals/{proposal.pk}/decide/", {"answer": "approve"})
    scheme = Scheme.objects.get(slug="gwent-skills")
    assert scheme.takes_new(ledger.today())
    assert schemes.current_rules([scheme.pk], ledger.today())[scheme.pk].parsed.awards[0].amount_minor == 300_00


def test_a_short_name_that_is_taken_or_wrong_is_said_beside_it():
    a_scheme()
    taken = Scheme.objects.get().slug
    client = signed_in(a_manager(sets_up=True))
    sent = fields(client.get("/scheme/new/?from=ila-wales-2003")) | {"name": ["Gwent Skills"]}
    for slug in (taken, "Gwent Skills", "-"):
        page = client.post("/scheme/new/", sent | {"slug": [slug], "action": ["propose"]})
        assert page.status_code == 422, slug
        assert page.content.decode().count("govuk-error-summary__title") == 1
    assert Scheme.objects.count() == 1


def test_a_scheme_of_others_does_not_exist_nor_does_any_for_who_manages_none():
    scheme = a_scheme()
    proposal = "01a21023-c0ce-7f26-a5b3-ece4513e4cae"
    stranger = signed_in(a_manager(a_scheme()))
    for path in ("", "change/", "rules/1.json", f"proposals/{proposal}/"):
        assert stranger.get(f"/scheme/{scheme.slug}/{path}").status_code == 404
    assert stranger.get("/scheme/new/").status_code == 404
    learner = Client()
    learner.force_login(an_account(scheme).learner.user)
    assert learner.get("/scheme/").status_code == 404
    assert Client().get("/scheme/").status_code == 302


def test_a_version_can_be_had_as_a_file_that_loads_again():
    scheme = a_scheme()
    answer = signed_in(a_manager(scheme)).get(f"/scheme/{scheme.slug}/rules/1.json")
    assert parse(json.loads(answer.content)["rules"]) == parse(rules())


def test_the_pages_cost_the_same_queries_for_many_schemes_and_versions(django_assert_max_num_queries):
    manager = a_manager(*[a_scheme() for _ in range(5)])
    client = signed_in(manager)
    with django_assert_max_num_queries(6):
        client.get("/scheme/")
    slug = manager.schemes.first().slug
    with django_assert_max_num_queries(27):
        client.get(f"/scheme/{slug}/")


def test_every_field_that_rules_have_has_a_name_on_the_form():
    shapes = [each for each in vars(shape).values() if dataclasses.is_dataclass(each)]
    names = {one.name for each in shapes if each is not shape.Rules for one in dataclasses.fields(each)}
    assert names - set(field_words.LABELS) == set()
    assert {one.name for one in dataclasses.fields(shape.Rules)} == set(field_words.SECTIONS)
