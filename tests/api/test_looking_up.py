"""Looking up: a provider sees the vouchers made out to it, and nothing of anybody else's."""

from __future__ import annotations

import pytest

from config.ids import grouped, new_code
from providers.models import Provider
from tests.api.contract import holds
from tests.factories.api import Caller
from tests.factories.bundles import a_bundle
from tests.factories.providers import ProviderFactory
from tests.factories.vouchers import a_voucher
from vouchers.models import Control, State, Voucher


def test_a_voucher_is_shown_with_its_money_its_learner_and_its_milestones(caller: Caller, provider: Provider) -> None:
    voucher = a_voucher(provider=provider, declared=1, confirmed=1, worth=120_00)
    response = caller.get(f"/vouchers/{voucher.code}")
    holds("GET", f"/api/v1/vouchers/{voucher.code}", response)
    shown = response.json()
    assert response.status_code == 200
    assert (shown["code"], shown["state"], shown["outcome"], shown["control"]) == (
        voucher.code,
        "started",
        None,
        "clear",
    )
    assert (shown["price_minor"], shown["left_minor"], shown["currency"]) == (120_00, 120_00, "GBP")
    assert shown["learner"] == {"given_name": "Megan", "family_name": "Rees"}
    assert shown["scheme"] == "ila-wales-2003"
    assert [
        (step["number"], step["code"], step["amount_minor"], step["state"], step["redemption"])
        for step in shown["milestones"]
    ] == [(1, "start", 30_00, "confirmed", None), (2, "completion", 90_00, "planned", None)]


def test_what_comes_with_the_course_is_shown_and_not_how_it_is_paid(caller: Caller, provider: Provider) -> None:
    voucher = a_bundle(provider)
    response = caller.get(f"/vouchers/{voucher.code}")
    holds("GET", f"/api/v1/vouchers/{voucher.code}", response)
    shown = response.json()
    assert shown["price_minor"] == 160_00
    assert shown["extras"] == [{"kind": "exam", "title": "Certificate", "price_minor": 40_00}]


def test_times_are_utc(caller: Caller, provider: Provider) -> None:
    voucher = a_voucher(provider=provider)
    shown = caller.get(f"/vouchers/{voucher.code}").json()
    assert voucher.issued_at is not None
    assert shown["issued_at"] == voucher.issued_at.isoformat().replace("+00:00", "Z")
    assert shown["issued_at"].endswith("Z")


def test_a_milestone_shows_the_redemption_that_stands(caller: Caller, provider: Provider) -> None:
    voucher = a_voucher(provider=provider, confirmed=1)
    [made] = caller.post(f"/vouchers/{voucher.code}/redeem").json()["redemptions"]
    shown = caller.get(f"/vouchers/{voucher.code}").json()
    assert shown["milestones"][0]["redemption"] == made
    assert shown["left_minor"] == 90_00
    caller.post(f"/redemptions/{made['id']}/reverse")
    shown = caller.get(f"/vouchers/{voucher.code}").json()
    assert (shown["milestones"][0]["redemption"], shown["left_minor"]) == (None, 120_00)


@pytest.mark.parametrize("typed", ["{lower}", "{grouped}", " {code} "])
def test_a_code_is_read_as_people_type_it(caller: Caller, provider: Provider, typed: str) -> None:
    code = a_voucher(provider=provider).code
    typed = typed.format(code=code, lower=code.lower(), grouped=grouped(code))
    assert caller.get(f"/vouchers/{typed}").json()["code"] == code


def test_another_providers_voucher_answers_exactly_as_one_that_does_not_exist(caller: Caller) -> None:
    theirs = a_voucher(provider=ProviderFactory())
    not_yet_issued = a_voucher(provider=caller.provider, own=True, state=State.RESERVED)
    answers = []
    for code in (theirs.code, not_yet_issued.code, new_code()):
        response = caller.get(f"/vouchers/{code}", **{"X-Request-ID": "the-same"})
        answers.append((response.status_code, response.content, dict(response.headers)["Content-Type"]))
    assert answers[0] == answers[1] == answers[2]
    assert (answers[0][0], b"voucher_not_found" in answers[0][1]) == (404, True)


@pytest.mark.parametrize(
    "hostile",
    [
        "' OR '1'='1",
        "%00",
        "../../me",
        "<script>alert(1)</script>",
        "x" * 5000,
        "ＡＢＣ",
        "\N{RIGHT-TO-LEFT OVERRIDE}",
        "%F0%28%8C%28",
        "{0.__class__}",
    ],
)
def test_a_hostile_code_is_no_voucher(caller: Caller, hostile: str) -> None:
    response = caller.get(f"/vouchers/{hostile}")
    assert response.status_code == 404
    assert response.json()["code"] in ("voucher_not_found", "nothing_here")
    assert "script" not in response.content.decode()


def test_a_voucher_under_review_says_so(caller: Caller, provider: Provider) -> None:
    voucher = a_voucher(provider=provider)
    Voucher.objects.filter(pk=voucher.pk).update(control=Control.UNDER_REVIEW)
    assert caller.get(f"/vouchers/{voucher.code}").json()["control"] == "under_review"
