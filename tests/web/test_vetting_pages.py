"""The scheme's staff look at courses and accreditations on pages; the provider reads what became of them."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ledger import today
from providers.models import Accreditation, AccreditationEvidence, Course, CourseRun, CourseVetting
from providers.vetting import Decision
from tests.factories.accounts import a_manager
from tests.factories.providers import (
    AccreditationFactory,
    CourseFactory,
    CourseRunFactory,
    ProviderFactory,
    RunExtraFactory,
    StaffFactory,
    UserFactory,
)
from tests.factories.vetting import a_waiting_course, ruled

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\n1 0 obj\nendobj\n%%EOF\n"


@pytest.fixture
def manager():
    return a_manager()


@pytest.fixture
def staff_client(manager):
    return signed_in(manager.user)


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def text(page):
    return " ".join(page.content.decode().split())


def hidden(page):
    return dict(re.findall(r'name="(seen-[^"]+)"\s+value="([^"]*)"', page.content.decode()))


def acceptance(page, course, **facts):
    return hidden(page) | {
        "decision": "accepted",
        f"category-{course.pk}": "0611",
        "issuer": "Town Quality Board",
        "valid_until": (today() + timedelta(days=365)).isoformat(),
        **facts,
    }


def like_courses(*prices):
    for price_minor in prices:
        CourseRunFactory(price_minor=price_minor)


def test_only_a_schemes_staff_see_the_pages(client):
    course = a_waiting_course()
    accreditation = AccreditationFactory()
    for path in (
        "/scheme/vetting/",
        f"/scheme/vetting/{course.pk}/",
        f"/scheme/vetting/several/?course={course.pk}",
        f"/scheme/vetting/providers/{course.provider_id}/",
        f"/scheme/vetting/accreditations/{accreditation.pk}/",
    ):
        assert client.get(path).status_code == 302
        assert signed_in(UserFactory()).get(path).status_code == 404
        assert signed_in(StaffFactory(provider=course.provider).user).get(path).status_code == 404


def test_the_queue_says_what_waits_why_and_at_what_price(staff_client):
    like_courses(100_00, 100_00, 100_00)
    a_waiting_course(title="Golden spreadsheets", category="0611", price_minor=250_00)
    page = text(staff_client.get("/scheme/vetting/"))
    assert "1 course is waiting" in page
    for words in ("Golden spreadsheets", "Not accredited", "£250.00", "150 % over the middle", "3 like courses"):
        assert words in page


def test_a_course_without_a_category_is_compared_as_what_it_seems_to_be(staff_client):
    for _ in range(3):
        CourseRunFactory(course=CourseFactory(title="Welding for everybody", category="0715", level=1))
    a_waiting_course(title="Welding at night", price_minor=240_00)
    page = text(staff_client.get("/scheme/vetting/"))
    assert "Perhaps Mechanics and metal trades" in page
    assert "100 % over the middle" in page
    assert "if it is what it seems" in page
    assert Course.objects.get(title="Welding at night").category == ""


def test_the_queue_is_narrowed_and_put_in_order(staff_client):
    like_courses(100_00, 100_00, 100_00)
    cheap = a_waiting_course(title="Cheap", category="0611", price_minor=50_00)
    dear = a_waiting_course(title="Dear", category="0611", price_minor=900_00)
    fresh = a_waiting_course(title="Fresh", category="", provider=ProviderFactory(name="Harbour School"))
    asked = a_waiting_course(title="Asked")
    ruled(asked, Decision.ASKED)

    def titles(**query):
        page = staff_client.get("/scheme/vetting/", query)
        return [row.course.title for row in page.context["rows"]]

    assert titles() == [cheap.title, dear.title, fresh.title]
    assert titles(order="dearest")[0] == "Dear"
    assert titles(q="harbour") == ["Fresh"]
    assert titles(why="uncategorised") == ["Fresh"]
    assert titles(why="asked") == ["Asked"]
    assert len(titles(why="nonsense", order="?", page="minus one")) == 3


@pytest.mark.parametrize("query", ["", "?order=dearest"])
def test_a_long_queue_takes_as_many_queries_as_a_short_one(staff_client, query):
    like_courses(100_00, 100_00, 100_00)
    a_waiting_course()
    staff_client.get(f"/scheme/vetting/{query}")
    taken = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            assert staff_client.get(f"/scheme/vetting/{query}").status_code == 200
        taken.append(len(queries))
        for _ in range(9):
            a_waiting_course()
    assert taken[0] == taken[1] <= 12


def test_a_full_page_leads_to_the_next(staff_client):
    provider = ProviderFactory()
    for _ in range(51):
        a_waiting_course(provider=provider)
    page = staff_client.get("/scheme/vetting/?why=unaccredited")
    assert "51 courses are waiting" in text(page)
    assert page.context["others"] == {"after": "?why=unaccredited&page=2"}
    assert len(staff_client.get("/scheme/vetting/?page=2").context["rows"]) == 1


def test_a_course_is_looked_at_and_accepted(staff_client, manager):
    like_courses(100_00, 110_00, 140_00)
    course = a_waiting_course(title="Spreadsheets", category="0611", description="Sums <script>", price_minor=120_00)
    RunExtraFactory(run=CourseRun.objects.get(course=course), title="Trade exam", price_minor=77_00)
    address = f"/scheme/vetting/{course.pk}/"
    page = staff_client.get(address)
    said = text(page)
    for words in (
        "Its price among like courses",
        "£120.00, beside 3 like courses from £100.00 to £140.00.",
        "Sums &lt;script&gt;",
        "Quality Council",
        "Trade exam",
        "£77.00",
    ):
        assert words in said
    answer = staff_client.post(address, acceptance(page, course))
    assert (answer.status_code, answer["Location"]) == (302, "/scheme/vetting/")
    assert CourseVetting.objects.get().decided_by_id == manager.user_id
    assert CourseRun.objects.on_sale(today()).filter(course=course).exists()


def test_what_was_left_out_is_asked_for_and_what_was_typed_is_kept(staff_client):
    course = a_waiting_course()
    address = f"/scheme/vetting/{course.pk}/"
    page = staff_client.get(address)
    for facts, words in (
        ({"decision": ""}, "Choose what you decide."),
        ({f"category-{course.pk}": ""}, "Choose what “"),
        ({f"category-{course.pk}": "9999"}, "Select a valid choice"),
        ({"issuer": ""}, "An accreditation needs the name of who issued it."),
        ({"valid_until": "soon"}, "Enter a day."),
        ({"valid_until": "2020-01-01"}, "which has gone"),
        ({"decision": "declined"}, "Choose a reason."),
        ({"decision": "asked", "reason": "price"}, "Write to the provider"),
        ({"note": "x" * 4001}, "at most 4000 characters"),
    ):
        answer = staff_client.post(address, acceptance(page, course, **facts))
        assert answer.status_code == 422
        assert words in text(answer)
        assert 'value="Town Quality Board"' in text(answer) or "issuer" in facts
    assert not CourseVetting.objects.exists()


def test_of_two_managers_the_second_is_told_and_reads_what_the_first_decided(staff_client):
    course = a_waiting_course()
    address = f"/scheme/vetting/{course.pk}/"
    other = signed_in(a_manager().user)
    mine, theirs = staff_client.get(address), other.get(address)
    assert other.post(address, acceptance(theirs, course)).status_code == 302
    answer = staff_client.post(address, hidden(mine) | {"decision": "declined", "reason": "price"})
    assert answer.status_code == 409
    assert "Somebody has decided on" in text(answer)
    assert "Accepted</strong>, Gwen Parry" in text(answer)
    assert CourseVetting.objects.get().decision == "accepted"
    # The page shows what stands now, so that a second thought can be had.
    assert staff_client.post(address, hidden(answer) | {"decision": "declined", "reason": "price"}).status_code == 302


def test_without_what_was_seen_nothing_is_decided(staff_client):
    course = a_waiting_course()
    address = f"/scheme/vetting/{course.pk}/"
    sent = {name: value for name, value in acceptance(staff_client.get(address), course).items() if "seen" not in name}
    assert staff_client.post(address, sent).status_code == 409
    assert not CourseVetting.objects.exists()


def test_several_courses_of_a_provider_are_decided_on_at_once(staff_client):
    provider = ProviderFactory()
    courses = [a_waiting_course(provider=provider) for _ in range(3)]
    chosen = "&".join(f"course={course.pk}" for course in courses)
    page = staff_client.get(f"/scheme/vetting/several/?{chosen}")
    assert "3 courses of" in text(page)
    sent = hidden(page) | {
        "course": [str(course.pk) for course in courses],
        "decision": "accepted",
        "issuer": "Town Quality Board",
        **{f"category-{course.pk}": code for course, code in zip(courses, ("0611", "0715", "0411"), strict=True)},
    }
    CourseRun.objects.filter(course=courses[2]).update(price_minor=999_00)
    answer = staff_client.post("/scheme/vetting/several/", sent)
    assert answer.status_code == 409
    assert "Decided on 2 courses" in text(answer) or "has changed" in text(answer)
    assert sorted(Course.objects.filter(provider=provider).values_list("category", flat=True)) == ["", "0611", "0715"]
    assert [row.course for row in answer.context["rows"]] == [courses[2]]
    again = hidden(answer) | {name: sent[name] for name in sent if "seen" not in name} | {"course": str(courses[2].pk)}
    assert staff_client.post("/scheme/vetting/several/", again).status_code == 302
    assert CourseVetting.objects.filter(decision="accepted").count() == 3


def test_several_are_of_one_provider_and_at_least_one(staff_client):
    one, other = a_waiting_course(), a_waiting_course()
    for query, words in (("", "Choose the courses"), (f"course={one.pk}&course={other.pk}", "Choose courses of one")):
        page = staff_client.get(f"/scheme/vetting/several/?{query}", follow=True)
        assert words in text(page)
    assert staff_client.get("/scheme/vetting/several/?course=nonsense").status_code == 404
    assert staff_client.get(f"/scheme/vetting/several/?course={one.provider_id}").status_code == 404


def test_a_providers_accreditation_is_recorded_with_its_certificate(staff_client, manager):
    provider = ProviderFactory(unaccredited=True)
    address = f"/scheme/vetting/providers/{provider.pk}/"
    assert "None. Without one it can sell nothing." in text(staff_client.get(address))
    sent = {"issuer": "Estyn", "valid_from": today().isoformat(), "scope": "Adults", "reference": "E/1"}
    for facts, status, words in (
        ({}, 422, "needs something that shows it is true"),
        ({"issuer": ""}, 422, "Say who accredits it."),
        ({"url": "javascript:alert(1)"}, 422, "is not a web address"),
        ({"document": SimpleUploadedFile("real.pdf", b"<html>hello</html>")}, 422, "is not a PDF"),
        ({"document": SimpleUploadedFile("empty.pdf", b"")}, 422, "This file is empty."),
        ({"url": "https://estyn.example/", "valid_until": "2020-01-01"}, 422, "would end on"),
    ):
        answer = staff_client.post(address, sent | facts)
        assert (answer.status_code, words in text(answer)) == (status, True), facts
    assert not Accreditation.objects.exists()
    upload = SimpleUploadedFile("Our <b>certificate.exe", PDF)
    assert staff_client.post(address, sent | {"document": upload}).status_code == 302
    accreditation, evidence = Accreditation.objects.get(), AccreditationEvidence.objects.get()
    assert (accreditation.recorded_by_id, evidence.recorded_by_id) == (manager.user_id, manager.user_id)
    page = text(staff_client.get(address))
    assert "1 piece of evidence" in page
    page = text(staff_client.get(f"/scheme/vetting/accreditations/{accreditation.pk}/"))
    assert "Our &lt;b&gt;certificate.exe" in page
    assert '<option value="Estyn">' in text(staff_client.get(address))


def test_a_document_is_a_download_and_never_a_page(staff_client):
    provider = ProviderFactory(unaccredited=True)
    sent = {"issuer": "Estyn", "valid_from": today().isoformat()}
    upload = SimpleUploadedFile("certificate.html", PDF, content_type="text/html")
    staff_client.post(f"/scheme/vetting/providers/{provider.pk}/", sent | {"document": upload})
    evidence = AccreditationEvidence.objects.get()
    assert "certificate" not in evidence.document.name
    ways = [
        (staff_client, f"/scheme/vetting/evidence/{evidence.pk}/"),
        (
            signed_in(StaffFactory(provider=provider, roles=["money"]).user),
            f"/provider/accreditation/evidence/{evidence.pk}/",
        ),
    ]
    for client, address in ways:
        answer = client.get(address)
        assert answer.content == PDF
        assert answer["Content-Type"] == "application/pdf"
        assert re.fullmatch(r'attachment; filename="evidence-[-0-9a-f]+\.pdf"', answer["Content-Disposition"])
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert "no-store" in answer["Cache-Control"]
    stranger = signed_in(StaffFactory().user)
    assert stranger.get(f"/provider/accreditation/evidence/{evidence.pk}/").status_code == 404
    assert stranger.get(f"/scheme/vetting/evidence/{evidence.pk}/").status_code == 404
    assert Client().get(f"/scheme/vetting/evidence/{evidence.pk}/").status_code == 302


def test_an_accreditation_is_ended_for_a_reason_and_more_evidence_is_kept(staff_client, manager):
    accreditation = AccreditationFactory(valid_from=today())
    address = f"/scheme/vetting/accreditations/{accreditation.pk}/"
    assert staff_client.post(f"{address}evidence/", {}).status_code == 422
    assert staff_client.post(f"{address}evidence/", {"url": "https://council.example/list"}).status_code == 302
    for sent in (
        {},
        {"when": "now"},
        {"when": "day", "reason": "issuer"},
        {"when": "day", "reason": "issuer", "last_day": "2020-01-01"},
        {"when": "now", "reason": "declined"},
    ):
        assert staff_client.post(f"{address}end/", sent).status_code == 422
    assert Accreditation.objects.get().ended_at is None
    assert staff_client.post(f"{address}end/", {"when": "now", "reason": "mistake"}).status_code == 302
    ended = Accreditation.objects.get()
    assert (ended.withdrawn, ended.ended_by_id) == (True, manager.user_id)
    page = text(staff_client.get(address))
    assert "It was recorded by mistake" in page
    assert "End this accreditation" not in page
    assert staff_client.post(f"{address}end/", {"when": "now", "reason": "mistake"}).status_code == 409


def test_a_provider_reads_a_question_and_answers_it():
    course = a_waiting_course(title="Bridges")
    question = ruled(course, Decision.ASKED, note="Who teaches it?")
    client = signed_in(StaffFactory(provider=course.provider, roles=["courses"]).user)
    page = text(client.get("/provider/accreditation/"))
    assert "Bridges" in page
    assert "Who teaches it?" in page
    address = f"/provider/accreditation/decisions/{question.pk}/"
    assert client.post(address, {"answer": " "}).status_code == 422
    assert client.post(address, {"answer": "Ms Parry"}).status_code == 302
    assert client.post(address, {"answer": "Again"}).status_code == 409
    assert "Ms Parry" in text(client.get(address))
    assert "Who teaches it?" not in text(client.get("/provider/accreditation/"))
    assert CourseVetting.objects.get().answer == "Ms Parry"


def test_another_provider_and_another_role_do_not_answer():
    course = a_waiting_course()
    question = ruled(course, Decision.DECLINED)
    address = f"/provider/accreditation/decisions/{question.pk}/"
    for user in (StaffFactory().user, StaffFactory(provider=course.provider, roles=["money"]).user, UserFactory()):
        assert signed_in(user).post(address, {"answer": "Mine"}).status_code == 404
    assert CourseVetting.objects.get().answer == ""


def test_a_provider_sees_what_it_holds_and_what_ends_next():
    course = CourseFactory(title="Ends soon", unaccredited=True)
    last_day = today() + timedelta(days=5)
    AccreditationFactory(provider=None, course=course, valid_until=last_day)
    CourseFactory(title="Another's")
    page = text(signed_in(StaffFactory(provider=course.provider).user).get("/provider/accreditation/"))
    assert "Quality Council" in page
    assert "Ends soon" in page
    assert "Another's" not in page
