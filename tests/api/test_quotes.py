"""A learner's app asks what a course would cost, and gets the lines that the page shows and a request keeps."""

from uuid import uuid4

import pytest
from django.test import Client

from brokerage.models import Request
from brokerage.requesting import Draft, submit
from config.refusals import only
from tests.factories.api import a_key
from tests.factories.brokerage import an_adviser
from tests.factories.providers import CourseRunFactory, ProviderFactory
from tests.factories.vouchers import ACTOR, a_run, learning_accounts

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/learner/quote"
# Who asks: three; the account, the run and its extras; the day, what the account holds: three; the rules.
QUERIES = 12


@pytest.fixture
def account():
    [found] = learning_accounts(1, benefits=["working_tax_credit"])
    return found


def ask(account, course_run, **more):
    client = Client()
    client.force_login(account.learner.user)
    return client.get(ADDRESS, {"learning_account": str(account.pk), "run": str(course_run.pk)} | more)


def test_the_answer_has_every_line_and_the_rules_it_rests_on(account):
    run = a_run(ProviderFactory(), 200_00)
    answer = ask(account, run)
    assert answer.status_code == 200
    quote = answer.json()
    assert (quote["price_minor"], quote["from_account_minor"], quote["own_minor"]) == (200_00, 160_00, 40_00)
    assert [(line["code"], line["amount_minor"]) for line in quote["lines"]] == [
        ("price", 200_00), ("rate", 160_00), ("from_purse", 160_00), ("own", 40_00),
    ]  # fmt: skip
    assert quote["lines"][1]["says"] == "Welsh Government pays 80% of it"
    assert quote["lines"][1]["why"].startswith("because you get Working Tax Credit; rule of ")
    assert (quote["rule_version"], quote["policy"], quote["currency"]) == (1, "structured", "GBP")


def test_a_request_keeps_the_lines_that_the_api_and_the_page_showed(account):
    an_adviser()
    run = a_run(ProviderFactory(), 200_00)
    lines = ask(account, run).json()["lines"]
    page = Client()
    page.force_login(account.learner.user)
    html = page.get(f"/learner/courses/{run.pk}/").content.decode()
    assert all(line["says"] in html for line in lines)
    only(submit([Draft(account, run)], actor=ACTOR))
    kept = Request.objects.get()
    assert [(line.code, line.amount_minor, line.sentence, line.reason) for line in kept.split.lines] == [
        (line["code"], line["amount_minor"], line["says"], line["why"]) for line in lines
    ]


def test_an_account_of_others_and_a_run_that_is_not_there_do_not_exist(account):
    [other] = learning_accounts(1)
    run = a_run(ProviderFactory(), 200_00)
    client = Client()
    client.force_login(account.learner.user)
    for said in (
        {"learning_account": str(other.pk), "run": str(run.pk)},
        {"learning_account": str(account.pk), "run": str(uuid4())},
    ):
        answer = client.get(ADDRESS, said)
        assert (answer.status_code, answer.json()["code"]) == (404, "nothing_here")


def test_who_is_not_signed_in_or_has_only_a_providers_key_is_told_so(account):
    _key, plaintext = a_key(ProviderFactory())
    for headers in ({}, {"Authorization": f"Bearer {plaintext}"}):
        answer = Client(headers=headers).get(ADDRESS)
        assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"run": "seven"}, "run"),
        ({"learning_account": ""}, "learning_account"),
        ({"extras": "one,two"}, "extras"),
        ({"other_aid_minor": "-1"}, "other_aid_minor"),
        ({"other_aid_minor": "1.5"}, "other_aid_minor"),
        ({"other_aid_minor": "9" * 40}, "other_aid_minor"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_cannot_be_read_is_named(account, said, field):
    answer = ask(account, a_run(ProviderFactory(), 200_00), **said)
    assert (answer.status_code, answer.json()["field"]) == (422, field)


def test_a_course_without_a_price_has_no_quote(account):
    run = CourseRunFactory(pricing="free", price_minor=0)
    assert ask(account, run).json()["code"] == "no_quote"


def test_a_quote_costs_a_fixed_number_of_queries(account, django_assert_num_queries):
    run = a_run(ProviderFactory(), 200_00)
    client = Client()
    client.force_login(account.learner.user)
    asked = {"learning_account": str(account.pk), "run": str(run.pk)}
    client.get(ADDRESS, asked)
    with django_assert_num_queries(QUERIES):
        client.get(ADDRESS, asked)


def test_a_learner_who_asks_too_often_waits(account, settings):
    settings.PUBLIC_REQUESTS_PER_MINUTE = 1
    run = a_run(ProviderFactory(), 200_00)
    assert ask(account, run)["RateLimit-Policy"] == '"learner";q=1;w=60'
    refused = ask(account, run)
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_from_you")
    [other] = learning_accounts(1)
    assert ask(other, run).status_code == 200
