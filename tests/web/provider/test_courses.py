"""A provider's pages of its courses: what stands how, and forms that change it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from ledger import today
from ledger.models import Event
from providers.models import Course, CourseRun, Provider, Role, Staff
from tests.factories.providers import CourseFactory, CourseRunFactory, ProviderFactory, RunExtraFactory, StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff() -> Staff:
    return StaffFactory(roles=[Role.COURSES])


@pytest.fixture
def signed_in(client: Client, staff: Staff) -> Client:
    client.force_login(staff.user)
    return client


@pytest.fixture
def college(staff: Staff) -> Provider:
    return staff.provider


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def dates(**told: Any) -> dict[str, Any]:
    """What somebody types about a run, with the form's own identifier."""
    return {
        "starts_on": "2027-09-06",
        "ends_on": "2027-12-10",
        "pricing": "priced",
        "price": "120.00",
        "currency": "gbp",
        "mode": "classroom",
        "venue_name": "Bridge House",
        "town": "Newbridge",
        "identifier": "autumn",
    } | told


class TestList:
    def test_it_shows_what_is_on_sale_and_why_the_rest_is_not(self, signed_in: Client, college: Provider) -> None:
        CourseRunFactory(course__provider=college, course__title="Plumbing", price_minor=120_00)
        CourseRunFactory(course__provider=college, course__title="Welding", course__unaccredited=True)
        CourseFactory(provider=college, title="Without dates")
        CourseFactory(title="Of another college")
        page = text(signed_in.get("/provider/courses/"))
        assert "Plumbing" in page
        assert "£120.00" in page
        assert "This course holds no accreditation that is valid today." in page
        assert "This course has no dates that a learner could choose." in page
        assert "Of another college" not in page
        assert 'href="/provider/courses/"' in page

    def test_it_is_searched_and_narrowed(self, signed_in: Client, college: Provider) -> None:
        CourseRunFactory(course__provider=college, course__title="Plumbing")
        CourseFactory(provider=college, title="Plumbing without dates")
        CourseFactory(provider=college, title="Gone for good", withdrawn=True)
        assert "Plumbing without dates" not in text(signed_in.get("/provider/courses/?q=plumb&show=on_sale"))
        assert "Plumbing without dates" in text(signed_in.get("/provider/courses/?show=not_on_sale"))
        assert "Gone for good" not in text(signed_in.get("/provider/courses/"))
        assert "Gone for good" in text(signed_in.get("/provider/courses/?show=withdrawn"))
        assert "Nothing fits that" in text(signed_in.get("/provider/courses/?q=%00zzz&show=%27--&page=x"))

    def test_it_costs_a_fixed_number_of_queries(
        self, signed_in: Client, college: Provider, django_assert_num_queries: Any
    ) -> None:
        def cost() -> int:
            with django_assert_num_queries(9):
                return text(signed_in.get("/provider/courses/")).count('class="wm-price"')

        CourseRunFactory(course__provider=college)
        assert cost() == 1
        for _ in range(5):
            CourseRunFactory(course__provider=college)
        assert cost() == 6

    @pytest.mark.parametrize("path", ["", "new/", "feeds/", "addresses/new/"])
    def test_without_the_role_there_is_no_such_page(self, client: Client, path: str) -> None:
        client.force_login(StaffFactory(roles=[Role.MONEY]).user)
        assert client.get(f"/provider/courses/{path}").status_code == 404


class TestOneCourse:
    def test_it_shows_each_run_with_its_standing(self, signed_in: Client, college: Provider) -> None:
        course = CourseFactory(provider=college, title="Plumbing")
        RunExtraFactory(run=CourseRunFactory(course=course, price_minor=99_00), title="Gas exam")
        CourseRunFactory(course=course, past=True)
        page = text(signed_in.get(f"/provider/courses/{course.pk}/"))
        assert "£99.00" in page
        assert "Gas exam" in page
        assert "It is too late to join" in page

    def test_it_costs_a_fixed_number_of_queries(
        self, signed_in: Client, college: Provider, django_assert_num_queries: Any
    ) -> None:
        course = CourseFactory(provider=college)
        for more in (1, 4):
            for _ in range(more):
                RunExtraFactory(run=CourseRunFactory(course=course))
            with django_assert_num_queries(12):
                signed_in.get(f"/provider/courses/{course.pk}/")

    def test_anothers_course_is_not_there(self, signed_in: Client, college: Provider) -> None:
        run, mine = CourseRunFactory(), CourseFactory(provider=college)
        paths = [
            f"{run.course_id}/",
            f"{run.course_id}/change/",
            f"{run.course_id}/dates/new/",
            f"{run.course_id}/dates/{run.pk}/",
            f"{mine.pk}/dates/{run.pk}/",
        ]
        assert {signed_in.get(f"/provider/courses/{path}").status_code for path in paths} == {404}
        for path in (f"{run.course_id}/withdraw/", f"{mine.pk}/dates/{run.pk}/withdraw/"):
            assert signed_in.post(f"/provider/courses/{path}").status_code == 404
        run.refresh_from_db()
        assert run.withdrawn_at is None


class TestChanging:
    def test_a_course_and_its_dates_are_added_by_form(self, signed_in: Client, college: Provider) -> None:
        form = signed_in.get("/provider/courses/new/").context["form"]
        told = {"title": "Spanish", "level": "1", "identifier": form.initial["identifier"]}
        added = signed_in.post("/provider/courses/new/", told)
        course = Course.objects.get()
        assert added["Location"] == f"/provider/courses/{course.pk}/"
        assert (course.provider, course.title, course.level) == (college, "Spanish", 1)
        # Pressed twice, it is one course.
        signed_in.post("/provider/courses/new/", told)
        assert Course.objects.count() == 1
        response = signed_in.post(f"/provider/courses/{course.pk}/dates/new/", dates())
        assert response.status_code == 302
        run = CourseRun.objects.get()
        assert (run.price_minor, run.currency, run.pricing, str(run.venue)) == (
            120_00,
            "GBP",
            "priced",
            "Bridge House, Newbridge",
        )
        event = Event.objects.filter(kind="catalogue.published").order_by("-id")[0]
        assert (event.actor, event.acting_for) == (f"user:{signed_in.session['_auth_user_id']}", college.subject)

    def test_a_change_keeps_what_the_form_does_not_ask(self, signed_in: Client, college: Provider) -> None:
        run = CourseRunFactory(course__provider=college)
        RunExtraFactory(run=run)
        path = f"/provider/courses/{run.course_id}/dates/{run.pk}/"
        initial = {name: value for name, value in signed_in.get(path).context["form"].initial.items() if value}
        assert signed_in.post(path, initial | {"price": "99.50", "identifier": "another"}).status_code == 302
        run.refresh_from_db()
        assert (run.price_minor, run.extras.offered().count(), CourseRun.objects.count()) == (99_50, 1, 1)

    def test_a_course_is_changed_under_its_own_identifier(self, signed_in: Client, college: Provider) -> None:
        course = CourseFactory(provider=college, category="0231")
        path = f"/provider/courses/{course.pk}/change/"
        assert signed_in.post(path, {"title": "New name", "identifier": "another"}).status_code == 302
        course.refresh_from_db()
        assert (course.title, course.category, Course.objects.count()) == ("New name", "0231", 1)

    @pytest.mark.parametrize(
        ("told", "words"),
        [
            ({"ends_on": "2027-09-05"}, "The dates cannot be right"),
            ({"starts_on": "6 September"}, "Enter a day."),
            ({"price": ""}, "Say what it costs."),
            ({"price": "0"}, "greater than or equal to 0.01"),
            ({"price": "-5"}, "greater than or equal to 0.01"),
            ({"price": "12.345"}, "There is no coin as small as that."),
            ({"price": "1e99"}, "less than or equal to 1000000"),
            ({"price": "NaN"}, "Write an amount in numbers"),
            ({"price": "a lot"}, "Write an amount in numbers"),
            ({"currency": "QQQ"}, "This is not a currency that we know."),
            ({"mode": "telepathy"}, "not one of the available choices"),
            ({"places": "-1"}, "greater than or equal to 0"),
            ({"places": "99999999999"}, "A run cannot have 99999999999 places."),
            ({"hours": "30000"}, "it is from 1 to 20000"),
            ({"town": "x" * 101}, "at most 100 characters"),
            ({"price_note": "a\0b"}, "Null characters are not allowed."),
        ],
    )
    def test_what_cannot_be_right_is_said_and_kept_in_the_form(
        self, signed_in: Client, college: Provider, told: dict[str, str], words: str
    ) -> None:
        course = CourseFactory(provider=college)
        response = signed_in.post(f"/provider/courses/{course.pk}/dates/new/", dates(**told))
        assert response.status_code == 422
        assert words in text(response)
        assert 'value="Bridge House"' in text(response)
        assert not CourseRun.objects.exists()

    def test_a_course_that_cannot_be_right_is_said(self, signed_in: Client) -> None:
        for told, words in (
            ({"title": "", "identifier": "a"}, "Say what the course is called."),
            ({"title": "x", "url": "javascript:alert(1)", "identifier": "a"}, "is not a web address"),
            ({"title": "x", "level": "12", "identifier": "a"}, "not one of the available choices"),
        ):
            response = signed_in.post("/provider/courses/new/", told)
            assert response.status_code == 422
            assert words in text(response)
        assert not Course.objects.exists()

    def test_dates_and_courses_are_withdrawn(self, signed_in: Client, college: Provider) -> None:
        run = CourseRunFactory(course__provider=college)
        CourseRunFactory(course=run.course)
        signed_in.post(f"/provider/courses/{run.course_id}/dates/{run.pk}/withdraw/")
        assert CourseRun.objects.filter(withdrawn_at=None).count() == 1
        page = signed_in.post(f"/provider/courses/{run.course_id}/withdraw/", follow=True)
        assert "Vouchers that learners have for it still count." in text(page)
        assert not CourseRun.objects.filter(withdrawn_at=None).exists()
        assert signed_in.get(f"/provider/courses/{run.course_id}/withdraw/").status_code == 405

    @pytest.mark.parametrize("state", ["suspended", "removed"])
    def test_whoever_may_not_publish_is_told_so(self, signed_in: Client, college: Provider, state: str) -> None:
        run = CourseRunFactory(course__provider=college)
        Provider.objects.filter(pk=college.pk).update(state=state)
        refusals = [
            signed_in.post("/provider/courses/new/", {"title": "Spanish", "identifier": "a"}),
            signed_in.post(f"/provider/courses/{run.course_id}/dates/new/", dates()),
        ]
        assert {response.status_code for response in refusals} == {422}
        refusals.append(signed_in.post(f"/provider/courses/{run.course_id}/withdraw/"))
        assert refusals[-1].status_code == 403
        assert all("so nothing in its catalogue can be changed" in text(response) for response in refusals)
        run.refresh_from_db()
        assert (run.withdrawn_at, CourseRun.objects.count()) == (None, 1)

    def test_a_run_that_starts_tomorrow_can_still_be_joined_today(self, signed_in: Client, college: Provider) -> None:
        run = CourseRunFactory(course__provider=college, starts_on=today() + timedelta(days=1))
        assert "On sale" in text(signed_in.get(f"/provider/courses/{run.course_id}/"))


def test_another_provider_with_the_same_identifier_is_not_touched(signed_in: Client, college: Provider) -> None:
    theirs = CourseFactory(provider=ProviderFactory(), identifier="es-1", title="Theirs")
    signed_in.post("/provider/courses/new/", {"title": "Mine", "identifier": "es-1"})
    theirs.refresh_from_db()
    assert theirs.title == "Theirs"
    assert Course.objects.get(provider=college).title == "Mine"
