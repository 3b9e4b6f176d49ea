"""Anybody can read a scheme's rules, in words and in their language."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

import ledger
from accounts import closing, proposing, schemes
from accounts.scheme_files import preset
from ledger import Actor
from tests.factories.accounts import a_manager, a_scheme, rules
from tests.web.learner.visiting import text

pytestmark = pytest.mark.django_db(transaction=True)
ACTOR = Actor.system("test")


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("en", "If you get Income Support or Jobseeker's Allowance, it pays 100% of the price, up to £200 a year."),
        ("cy", "mae'n talu 100% o'r pris, hyd at £200 y flwyddyn."),
        ("fr", "il paie 100\xa0% du prix, jusqu'à 200\xa0£GB par an."),
    ],
)
def test_the_rules_read_in_the_language_that_is_asked_for(language: str, says: str) -> None:
    scheme = a_scheme()
    answer = Client(headers={"Accept-Language": language}).get(f"/schemes/{scheme.slug}/")
    assert says.replace("\xa0", " ") in text(answer).replace("\xa0", " ")


def test_what_is_for_those_who_run_it_is_left_out_and_rules_to_come_are_announced() -> None:
    scheme = a_scheme()
    day = ledger.today() + dt.timedelta(days=30)
    schemes.publish_rules(scheme, rules(award={"amount_minor": 250_00}), valid_from=day, source="", actor=ACTOR)
    page = text(Client().get(f"/schemes/{scheme.slug}/"))
    assert "Its managers are warned" not in page
    assert "Version 1 of the rules, which counts from" in page
    assert f"Other rules count from {day.day} {day:%B %Y}." in page


def test_a_closed_scheme_says_until_when_learners_may_spend() -> None:
    scheme = a_scheme()
    until = ledger.today() + dt.timedelta(days=60)
    closing.close(scheme, spend_until=until, actor=ACTOR)
    page = text(Client().get(f"/schemes/{scheme.slug}/"))
    assert f"Learners may spend what they hold until {until.day} {until:%B %Y}." in page


def test_a_scheme_that_is_being_set_up_is_not_there() -> None:
    said = preset("ila-wales-2003") | {"slug": "not-yet"}
    proposing.propose_scheme(said, by=a_manager(sets_up=True), actor=ACTOR)
    assert Client().get("/schemes/not-yet/").status_code == 404
    assert Client().get("/schemes/nowhere/").status_code == 404
