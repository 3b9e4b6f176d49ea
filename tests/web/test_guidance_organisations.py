"""Pages about guidance organisations: whose they are, what comes back, and what each costs."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

import ledger
from accounts.models import User
from brokerage.models import Adviser, Away, Caseload, GuidanceOrganisation, Interest, Request
from brokerage.organisations import declaring, marking, standing_in
from brokerage.organisations.declaring import Kind
from tests.brokerage.organisations.test_marking import elsewhere
from tests.factories.accounts import a_manager
from tests.factories.brokerage import a_request, an_adviser
from tests.factories.vouchers import ACTOR, learning_accounts
from tests.web.learner.visiting import just_shown, text

pytestmark = pytest.mark.django_db
HOSTILE = "<script>alert(1)</script>"


def of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def a_lead(name: str = "Mair Bowen") -> Adviser:
    adviser = an_adviser(name)
    Adviser.objects.filter(pk=adviser.pk).update(leads=True)
    return Adviser.objects.get(pk=adviser.pk)


def days(**named: dt.date) -> dict[str, str]:
    return {
        f"{name}_{part}": str(getattr(day, part)) for name, day in named.items() for part in ("day", "month", "year")
    }


def test_a_manager_adds_an_organisation_records_its_mark_and_appoints_an_adviser():
    manager, today = of(a_manager().user), ledger.today()
    User.objects.create_user("nia@people.example", name="Nia Prosser")
    page = manager.post("/scheme/guidance/", {"name": HOSTILE}, follow=True)
    organisation = GuidanceOrganisation.objects.get()
    assert HOSTILE not in page.content.decode()
    address = f"/scheme/guidance/{organisation.pk}/"
    wrong = manager.post(address, {"issuer": "matrix", "number": "M1"} | days(valid_from=today))
    assert (wrong.status_code, "Give its last day." in text(wrong), "M1" in wrong.content.decode()) == (422, True, True)
    said = {"issuer": "matrix", "number": "M1"} | days(valid_from=today, valid_until=today)
    assert "The quality mark is recorded." in manager.post(address, said, follow=True).content.decode()
    assert manager.post(address, said).status_code == 422
    nobody = manager.post(f"{address}advisers/", {"email": "x@people.example"})
    assert (nobody.status_code, "Nobody has signed up" in text(nobody)) == (422, True)
    manager.post(f"{address}advisers/", {"email": "nia@people.example", "leads": "on"})
    assert Adviser.objects.get().leads
    mark = organisation.marks.get()
    assert "No quality mark" not in text(manager.get("/scheme/guidance/"))
    manager.post(f"/scheme/guidance/marks/{mark.pk}/withdraw/", {"reason": "issuer"})
    assert "No quality mark" in text(manager.get("/scheme/guidance/"))


def test_these_pages_are_for_those_whose_they_are_alone():
    adviser, lead, manager, [account] = an_adviser(), a_lead(), a_manager(), learning_accounts(1)
    organisation = adviser.organisation_id
    other = elsewhere()
    for address, may in {
        "/scheme/guidance/": [manager.user],
        f"/scheme/guidance/{organisation}/": [manager.user],
        "/desk/interests/": [adviser.user, lead.user],
        "/desk/away/": [adviser.user, lead.user],
        "/desk/organisation/": [lead.user],
        f"/desk/organisation/{adviser.pk}/": [lead.user],
        f"/desk/organisation/{other.pk}/": [],
        "/learner/adviser/": [account.learner.user],
    }.items():
        for user in (adviser.user, lead.user, manager.user, account.learner.user):
            assert of(user).get(address).status_code == (200 if user in may else 404), (address, user.name)


def test_an_adviser_declares_what_they_have_to_do_with_a_provider_and_says_when_it_is_over():
    request = a_request()
    provider, client = request.run.course.provider, of(request.adviser.user)
    unknown = client.post("/desk/interests/", {"kind": "works", "provider": HOSTILE})
    assert (unknown.status_code, HOSTILE in unknown.content.decode()) == (422, False)
    assert "There is no one provider of this name" in text(unknown)
    family = client.post("/desk/interests/", {"kind": "family"})
    assert (family.status_code, Interest.objects.count()) == (422, 0)
    client.post("/desk/interests/", {"kind": "works", "provider": provider.name.upper()})
    assert Interest.objects.get().provider == provider
    twice = client.post("/desk/interests/", {"kind": "works", "provider": provider.name})
    assert (twice.status_code, "You have declared this already." in text(twice)) == (422, True)
    lead = a_lead()
    seen = text(of(lead.user).get("/desk/interests/"))
    assert "What your colleagues have declared" in seen
    assert provider.name in seen
    ends = f"/desk/interests/{Interest.objects.get().pk}/end/"
    assert of(lead.user).post(ends).status_code == 404
    client.post(ends)
    assert not Interest.objects.open().exists()


def test_whoever_has_an_interest_is_told_on_the_case_and_hands_it_over_with_one_press():
    request = a_request(policy="open")
    client, page = of(request.adviser.user), f"/desk/requests/{request.pk}/"
    assert client.post(f"{page}hand-over/", follow=True).status_code == 200
    assert Request.objects.get().adviser == request.adviser
    declaring.declare(Kind.TAUGHT, request.run.course.provider, by=request.adviser, actor=ACTOR)
    assert "You may answer, and this is kept with your answer." in text(client.get(page))
    declaring.declare(Kind.OWNS, request.run.course.provider, by=request.adviser, actor=ACTOR)
    assert "You do not answer this one" in text(client.get(page))
    refused = client.post(f"{page}decide/", {"outcome": "approve"})
    assert (refused.status_code, "Hand it to a colleague." in text(refused)) == (422, True)
    assert "A colleague has it now." in text(client.post(f"{page}hand-over/", follow=True))
    assert Request.objects.get().adviser == request.cover
    assert client.get(page).status_code == 404
    assert client.post(f"{page}hand-over/").status_code == 404


def test_family_is_declared_from_the_case_and_the_learner_is_gone_from_the_desk():
    request = a_request(policy="open")
    client = of(request.adviser.user)
    client.post(f"/desk/requests/{request.pk}/family/")
    assert client.get(f"/desk/requests/{request.pk}/").status_code == 404
    assert Caseload.objects.get().adviser == request.cover


def test_days_away_are_recorded_by_the_adviser_or_by_whoever_leads_and_called_off():
    adviser, lead, today = an_adviser(cover=an_adviser("Elin Pugh")), a_lead(), ledger.today()
    client, leads = of(adviser.user), of(lead.user)
    wrong = client.post("/desk/away/", days(from_day=today, until_day=today - dt.timedelta(days=1)))
    assert (wrong.status_code, Away.objects.count()) == (422, 0)
    client.post("/desk/away/", days(from_day=today, until_day=today))
    assert "Elin Pugh answers for you." in text(client.get("/desk/away/"))
    assert "away, Elin Pugh answers" in text(leads.get("/desk/organisation/"))
    assert of(elsewhere().user).post(f"/desk/away/{Away.objects.get().pk}/call-off/").status_code == 404
    leads.post(f"/desk/away/{Away.objects.get().pk}/call-off/")
    page = f"/desk/organisation/{adviser.pk}/"
    assert leads.post(page, days(from_day=today, until_day=today)).status_code == 302
    assert leads.post(page, {"cover": str(lead.pk), "caseload_limit": "3"}).status_code == 302
    adviser.refresh_from_db()
    assert (adviser.cover, adviser.stand_in, adviser.caseload_limit) == (lead, lead, 3)
    assert leads.post(page, {"cover": str(adviser.pk)}).status_code == 422


def test_whoever_leads_sees_how_full_it_is_and_the_page_costs_the_same_for_many(django_assert_num_queries):
    lead = a_lead()
    client = of(lead.user)
    said: dict[str, Any] = {"telephone": "01990 555 010", "first_day": "0", "last_day": "4", "caseload_limit": "0"}
    wrong = client.post("/desk/organisation/", said | {"opens_at": "09:00"})
    assert (wrong.status_code, "01990 555 010" in wrong.content.decode()) == (422, True)
    client.post("/desk/organisation/", said)
    page = text(client.get("/desk/organisation/"))
    assert "Every adviser has as many learners as they may have." in page
    with django_assert_num_queries(8):
        client.get("/desk/organisation/")
    for name in ("Rhys Morgan", "Elin Pugh"):
        an_adviser(name)
    with django_assert_num_queries(8):
        page = text(client.get("/desk/organisation/"))
    assert page.index("Elin Pugh") < page.index("Mair Bowen") < page.index("Rhys Morgan")


def test_a_learner_changes_adviser_on_one_page_without_a_reason_and_without_figures():
    request, other = a_request(policy="open"), elsewhere()
    client = just_shown(request.learner)
    page = text(client.get("/learner/adviser/"))
    assert "You need not say why." in page
    assert "Somebody at Llwybr De" in page
    for unknown in ({}, {"to": "nobody"}, {"to": str(request.adviser_id)}):
        assert client.post("/learner/adviser/", unknown).status_code == 422
    assert "Nia Prosser is your adviser now." in text(
        client.post("/learner/adviser/", {"to": str(other.organisation_id)}, follow=True)
    )
    assert of(request.adviser.user).get(f"/desk/requests/{request.pk}/").status_code == 404
    assert of(other.user).get(f"/desk/requests/{request.pk}/").status_code == 200
    for to in (str(request.adviser.organisation_id), "anybody"):
        client.post("/learner/adviser/", {"to": to})
    assert "You have changed your adviser 3 times in 30 days." in text(client.get("/learner/adviser/"))


def test_the_page_says_how_to_reach_somebody_at_night_and_by_when_there_is_an_answer(clock):
    request = a_request(policy="open")
    organisation, client = request.adviser.organisation, just_shown(request.learner)
    said = marking.Details("01990 555 010", "01990 555 099", 0, 6, dt.time(9), dt.time(17))
    marking.change_details(organisation, said, actor=ACTOR)
    clock.move_to(ledger.now().replace(hour=12))
    page = text(client.get("/learner/adviser/"))
    assert "Open: Monday to Sunday, 09:00 to 17:00 Open now" in page
    assert "you have an answer within 48 hours." in page
    clock.move_to(ledger.now().replace(hour=22))
    page = text(just_shown(request.learner).get("/learner/adviser/"))
    assert "Closed now" in page
    assert "Call 01990 555 099" in page


def test_the_learner_sees_who_answers_while_their_adviser_is_away():
    request = a_request(policy="structured")
    standing_in.go_away(request.adviser, ledger.today(), ledger.today(), actor=ACTOR)
    client = just_shown(request.learner)
    away, stand_in = request.adviser.user.name, request.cover.user.name
    assert f"{stand_in} answers by" in text(client.get("/learner/"))
    page = text(client.get(f"/learner/requests/{request.pk}/"))
    assert f"Waiting for {stand_in}" in page
    assert f"{away} is away today, so {stand_in} answers." in page
    assert f"They are away today. {stand_in} answers you." in text(client.get("/learner/adviser/"))
