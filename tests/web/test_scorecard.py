"""The scorecard on its two pages, and as a table: for a lead and for whoever runs the scheme, and for nobody else."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.test import Client

from brokerage.models import Adviser
from tests.brokerage.test_scoring import a_course, bought
from tests.factories.accounts import a_manager
from tests.factories.brokerage import an_adviser
from tests.factories.vouchers import a_scheme
from tests.web.learner.visiting import signed_in, text

pytestmark = pytest.mark.django_db
PAGE = "/desk/organisation/scorecard/"


@pytest.fixture
def lead() -> Adviser:
    adviser = an_adviser()
    Adviser.objects.filter(pk=adviser.pk).update(leads=True)
    bought(adviser, a_course(), 12)
    return adviser


def at_the_desk(adviser: Adviser) -> Client:
    client = Client()
    client.force_login(adviser.user)
    return client


def test_a_lead_reads_it_with_where_learners_go(lead: Adviser) -> None:
    page = text(at_the_desk(lead).get(PAGE))
    assert "Learners who asked for a course 12" in page
    assert "No figure here is about one adviser." in page
    assert "There are too few courses to say anything yet." in page


def test_a_manager_reads_that_of_their_scheme_with_its_money(lead: Adviser) -> None:
    scheme = a_scheme()
    client = Client()
    client.force_login(a_manager(scheme).user)
    page = text(client.get(f"/scheme/{scheme.slug}/scorecard/"))
    assert "Paid from their accounts £1,200.00" in page


def test_the_table_has_codes_and_numbers(lead: Adviser) -> None:
    answer = at_the_desk(lead).get(f"{PAGE}table/")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    rows = {row[1]: row for row in csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))}
    assert rows["figure"][:3] == ["step", "figure", "all"]
    assert rows["asked"][2] == "12"
    assert rows["guidance_asked"][:3] == ["consultation", "guidance_asked", "0"]


def test_for_anybody_else_there_is_no_such_page(lead: Adviser) -> None:
    learner: Any = lead.caseload.first().learner  # type: ignore[union-attr]
    for client in (at_the_desk(an_adviser("Elin Pugh")), signed_in(learner)):
        for address in (PAGE, f"{PAGE}table/", f"/scheme/{a_scheme().slug}/scorecard/"):
            assert client.get(address).status_code == 404
