"""Who looked: each look by somebody else is kept once, and its learner reads it."""

from __future__ import annotations

import datetime as dt

import pytest

from accounts import looking
from accounts.models import Look
from tests.factories.api import Caller
from tests.factories.brokerage import a_request
from tests.factories.cases import a_mediator, not_me
from tests.factories.providers import ProviderFactory
from tests.factories.vouchers import a_voucher, vouchers
from tests.web.learner.visiting import signed_in, text
from tests.web.provider.visiting import at_work
from tests.web.provider.visiting import signed_in as sign_in
from vouchers.models import State

pytestmark = pytest.mark.django_db


def kept():
    return list(Look.objects.order_by("looked_at", "id").values_list("role", "what", "organisation"))


def test_an_adviser_who_opens_a_request_is_named():
    asked = a_request()
    sign_in(asked.adviser.user).get(f"/desk/requests/{asked.pk}/")
    assert kept() == [("adviser", "request", f"organisation:{asked.adviser.organisation_id}")]
    said = text(signed_in(asked.learner).get("/learner/looks/"))
    assert "Rhys Morgan, Foryd Careers Adviser What you asked for" in said


def test_a_provider_is_named_by_its_organisation_alone():
    voucher = a_voucher(state=State.STARTED)
    client = at_work(voucher.provider)
    client.get(f"/provider/vouchers/{voucher.code}/")
    client.get("/provider/vouchers/?stage=all")
    client.get(f"/provider/attendance/{voucher.run_id}/")
    provider = f"provider:{voucher.provider_id}"
    assert kept() == [("provider", what, provider) for what in ("voucher", "vouchers", "attendance")]
    said = text(signed_in(voucher.learner).get("/learner/looks/"))
    assert f"{voucher.provider.name} Course provider Your voucher: {voucher.run.course.title}" in said
    assert Look.objects.first().user.name not in said


def test_a_providers_system_that_looks_up_or_lists_is_kept_too():
    voucher = a_voucher()
    caller = Caller.of(voucher.provider)
    assert caller.get(f"/vouchers/{voucher.code}").status_code == 200
    assert caller.get("/vouchers").status_code == 200
    assert kept() == [("system", what, f"provider:{voucher.provider_id}") for what in ("voucher", "vouchers")]


def test_who_was_shown_nothing_did_not_look():
    voucher = a_voucher()
    Caller.of(ProviderFactory()).get(f"/vouchers/{voucher.code}")
    at_work(ProviderFactory()).get(f"/provider/vouchers/{voucher.code}/")
    assert kept() == []


def test_a_mediator_who_opens_a_case_is_kept_for_their_scheme():
    case = not_me()
    sign_in(a_mediator(case.scheme)).get(f"/scheme/cases/{case.pk}/")
    assert kept() == [("manager", "case", f"scheme:{case.scheme_id}")]
    assert "ILA Wales Scheme's staff A case of yours" in text(signed_in(case.learner).get("/learner/looks/"))


def test_a_list_of_many_is_one_query_more(django_assert_num_queries):
    seen = [(each.learner_id, each.subject) for each in vouchers(5)]
    by = looking.Looker(Look.Role.SYSTEM, None, "")
    with django_assert_num_queries(1):
        looking.note(by, Look.What.VOUCHERS, seen)
    assert Look.objects.count() == 5


def test_only_ones_own_looks_are_there():
    voucher, other = vouchers(2)
    at_work(voucher.provider).get(f"/provider/vouchers/{voucher.code}/")
    assert "Nobody has looked yet." in text(signed_in(other.learner).get("/learner/looks/"))


def test_the_page_costs_a_fixed_number_of_queries(django_assert_num_queries):
    voucher = a_voucher()
    client, caller = signed_in(voucher.learner), Caller.of(voucher.provider)
    caller.get("/vouchers")
    client.get("/learner/looks/")
    with django_assert_num_queries(QUERIES):
        client.get("/learner/looks/")
    for _ in range(5):
        caller.get(f"/vouchers/{voucher.code}")
    with django_assert_num_queries(QUERIES):
        client.get("/learner/looks/")


# The session, the user, the learner; the count, the looks; providers and vouchers by name; schemes and organisations
# are asked for nothing. The clock, of the demonstration's calendar.
QUERIES = 8


def test_looks_are_forgotten_after_two_years(clock):
    voucher = a_voucher()
    Caller.of(voucher.provider).get("/vouchers")
    clock.move_by(days=729)
    assert looking.forget() == 0
    clock.move_by(days=2)
    assert looking.forget() == 1
    assert dt.timedelta(days=730) == looking.KEPT
