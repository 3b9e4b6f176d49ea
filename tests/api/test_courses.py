"""A provider's own catalogue over the API: created, replaced, looked up, withdrawn; and what is turned down."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ledger.models import Event
from providers.models import Course, CourseRun, Provider, RunExtra
from tests.api.contract import holds
from tests.factories.api import Caller
from tests.factories.providers import AccreditationFactory, CourseFactory, CourseRunFactory, RunExtraFactory

SPANISH = {"title": "Spanish for beginners", "level": 1, "url": "https://college.example/spanish"}
AUTUMN = {
    "starts_on": "2027-09-06",
    "ends_on": "2027-12-10",
    "price_minor": 12000,
    "pattern": "evening",
    "venue": {"name": "Bridge House", "town": "Newbridge"},
    "extras": [{"kind": "exam", "title": "Certificate exam", "price_minor": 4000}],
}


def put(caller: Caller, path: str, body: Any, **headers: str) -> Any:
    response = caller.put(path, body, **headers)
    holds("PUT", f"/api/v1{path}", response)
    return response


def everything() -> list[Any]:
    kinds = (Course, CourseRun, RunExtra, Event)
    return [list(kind.objects.order_by("pk").values()) for kind in kinds]


def refused(response: Any, status: int, code: str, field: str | None = None) -> None:
    found = response.json()
    assert (response.status_code, found["code"], found.get("field")) == (status, code, field)


class TestCourses:
    def test_a_course_is_created_and_says_why_it_is_not_on_sale(self, caller: Caller) -> None:
        response = put(caller, "/courses/es-1", SPANISH)
        shown = response.json()
        assert shown["outcome"] == "created"
        assert (shown["identifier"], shown["title"], shown["level"]) == ("es-1", "Spanish for beginners", 1)
        assert (shown["accredited"], shown["category"], shown["on_sale"]) == (False, None, False)
        assert shown["why_not"]["code"] == "no_dates_yet"
        assert response["ETag"] == f'"{shown["etag"]}"'
        assert Course.objects.get().provider == caller.provider

    def test_what_is_left_out_is_empty_when_it_is_replaced(self, caller: Caller) -> None:
        put(caller, "/courses/es-1", SPANISH)
        shown = put(caller, "/courses/es-1", {"title": "Spanish"}).json()
        assert (shown["outcome"], shown["title"], shown["level"], shown["url"]) == ("changed", "Spanish", None, "")

    def test_the_same_again_changes_nothing(self, caller: Caller) -> None:
        first = put(caller, "/courses/es-1", SPANISH)
        again = put(caller, "/courses/es-1", SPANISH)
        assert again.json() == first.json() | {"outcome": "unchanged"}
        assert again["ETag"] == first["ETag"]

    def test_the_category_that_vetting_gave_is_kept_and_shown(self, caller: Caller, provider: Provider) -> None:
        course = CourseFactory(provider=provider, category="0231")
        shown = put(caller, f"/courses/{course.identifier}", SPANISH).json()
        assert (shown["category"], shown["category_name"]) == ("0231", "Language acquisition")
        assert shown["accredited"] is True

    def test_a_course_that_can_be_bought_says_from_when(self, caller: Caller, provider: Provider) -> None:
        course = CourseFactory(provider=provider)
        later, sooner = CourseRunFactory(course=course, ends_on=date(2099, 1, 1)), CourseRunFactory(course=course)
        CourseRun.objects.filter(pk=later.pk).update(starts_on=date(2098, 1, 1))
        response = caller.get(f"/courses/{course.identifier}")
        holds("GET", f"/api/v1/courses/{course.identifier}", response)
        shown = response.json()
        assert (shown["on_sale"], shown["why_not"], shown["runs"]) == (True, None, 2)
        assert shown["next_run"] == sooner.identifier

    @pytest.mark.parametrize("identifier", ["a%2Fb%2F12", "2012%2F2013%2FASD", "%E2%82%AC%20course", "a.b:c~d"])
    def test_an_identifier_may_be_as_colleges_write_them(self, caller: Caller, identifier: str) -> None:
        put(caller, f"/courses/{identifier}", SPANISH)
        put(caller, f"/courses/{identifier}/runs/x%2F1", AUTUMN)
        assert caller.get(f"/courses/{identifier}").json()["runs"] == 1
        response = caller.get(f"/courses/{identifier}/runs/x%2F1")
        assert response.json()["identifier"] == "x/1"
        holds("GET", f"/api/v1/courses/{identifier}/runs/x%2F1", response)

    def test_it_is_withdrawn_with_its_runs_and_comes_back_by_itself(self, caller: Caller) -> None:
        first = put(caller, "/courses/es-1", SPANISH)
        put(caller, "/courses/es-1/runs/autumn", AUTUMN)
        gone = caller.delete("/courses/es-1")
        holds("DELETE", "/api/v1/courses/es-1", gone)
        assert gone.json()["why_not"]["code"] == "run_withdrawn"
        assert gone["ETag"] != first["ETag"]
        assert CourseRun.objects.get().withdrawn_at is not None
        [event] = Event.objects.filter(kind="course.withdrawn")
        assert event.data == {"provider": str(caller.provider.pk), "runs": 1}
        assert event.actor == f"key:{caller.key.pk}"
        assert caller.delete("/courses/es-1").json() == gone.json()
        assert Event.objects.filter(kind="course.withdrawn").count() == 1
        back = put(caller, "/courses/es-1", SPANISH)
        assert (back.json()["outcome"], back["ETag"]) == ("changed", first["ETag"])
        assert back.json()["runs"] == 0

    def test_another_providers_course_is_not_there(self, caller: Caller) -> None:
        theirs = CourseRunFactory()
        before = everything()
        for path in (f"/courses/{theirs.course.identifier}", f"/courses/{theirs.course.identifier}/runs"):
            response = caller.get(path)
            holds("GET", f"/api/v1{path}", response)
            refused(response, 404, "course_not_found")
        refused(caller.delete(f"/courses/{theirs.course.identifier}"), 404, "course_not_found")
        run = f"/courses/{theirs.course.identifier}/runs/{theirs.identifier}"
        refused(put(caller, run, AUTUMN), 404, "course_not_found")
        assert everything() == before

    def test_my_course_may_have_the_identifier_of_another_providers(self, caller: Caller) -> None:
        theirs = CourseFactory(identifier="es-1", title="Theirs")
        put(caller, "/courses/es-1", SPANISH)
        theirs.refresh_from_db()
        assert theirs.title == "Theirs"
        assert Course.objects.count() == 2


class TestVersions:
    def test_a_write_goes_through_at_the_version_that_was_seen(self, caller: Caller) -> None:
        seen = put(caller, "/courses/es-1", SPANISH, **{"If-None-Match": "*"})["ETag"]
        changed = put(caller, "/courses/es-1", {"title": "Spanish"}, **{"If-Match": seen})
        assert changed.json()["outcome"] == "changed"
        gone = caller.delete("/courses/es-1", **{"If-Match": f'"other", {changed["ETag"]}'})
        assert gone.status_code == 200

    @pytest.mark.parametrize(
        ("headers", "code", "field"),
        [
            ({"If-Match": '"another"'}, "changed_meanwhile", "If-Match"),
            ({"If-Match": 'W/"another"'}, "changed_meanwhile", "If-Match"),
            ({"If-None-Match": "*"}, "there_already", "If-None-Match"),
        ],
    )
    def test_at_another_version_nothing_is_written(
        self, caller: Caller, headers: dict[str, str], code: str, field: str
    ) -> None:
        etag = put(caller, "/courses/es-1", SPANISH)["ETag"]
        put(caller, "/courses/es-1/runs/autumn", AUTUMN)
        before = everything()
        response = put(caller, "/courses/es-1", {"title": "Spanish"}, **headers)
        refused(response, 412, code, field)
        assert response.json()["facts"] == {"etag": etag.strip('"')}
        refused(put(caller, "/courses/es-1/runs/autumn", AUTUMN, **headers), 412, code, field)
        refused(caller.delete("/courses/es-1", **headers), 412, code, field)
        refused(caller.delete("/courses/es-1/runs/autumn", **headers), 412, code, field)
        assert everything() == before

    def test_a_weak_version_is_never_the_one_that_was_seen(self, caller: Caller) -> None:
        etag = put(caller, "/courses/es-1", SPANISH)["ETag"]
        refused(
            put(caller, "/courses/es-1", SPANISH, **{"If-Match": f"W/{etag}"}), 412, "changed_meanwhile", "If-Match"
        )

    @pytest.mark.parametrize("version", ["*", '"any"'])
    def test_what_is_not_there_is_at_no_version(self, caller: Caller, version: str) -> None:
        response = put(caller, "/courses/es-1", SPANISH, **{"If-Match": version})
        refused(response, 412, "not_there_yet", "If-Match")
        assert not Course.objects.exists()

    @pytest.mark.parametrize("headers", [{"If-Match": "abc"}, {"If-Match": ""}, {"If-None-Match": '"abc"'}])
    def test_what_is_no_version_is_refused(self, caller: Caller, headers: dict[str, str]) -> None:
        response = put(caller, "/courses/es-1", SPANISH, **headers)
        refused(response, 422, "field_wrong", next(iter(headers)))
        assert not Course.objects.exists()

    def test_a_repeated_request_gets_the_first_answer_with_its_version(self, caller: Caller) -> None:
        first = put(caller, "/courses/es-1", SPANISH, once="one", **{"If-None-Match": "*"})
        again = put(caller, "/courses/es-1", SPANISH, once="one", **{"If-None-Match": "*"})
        assert again["Idempotency-Replayed"] == "true"
        assert (again.json(), again["ETag"]) == (first.json(), first["ETag"])
        other = put(caller, "/courses/es-1", {"title": "Spanish"}, once="one")
        refused(other, 422, "idempotency_key_reused", "Idempotency-Key")


class TestRuns:
    def test_a_run_is_created_with_its_venue_and_what_comes_with_it(self, caller: Caller, provider: Provider) -> None:
        course = CourseFactory(provider=provider)
        response = put(caller, f"/courses/{course.identifier}/runs/autumn", AUTUMN)
        shown = response.json()
        assert (shown["outcome"], shown["on_sale"]) == ("created", True)
        assert (shown["pricing"], shown["price_minor"], shown["currency"]) == ("priced", 12000, "GBP")
        assert shown["venue"] == {"name": "Bridge House", "street": "", "town": "Newbridge", "postcode": ""}
        assert shown["extras"] == AUTUMN["extras"]
        assert response["ETag"] == f'"{shown["etag"]}"'

    def test_a_price_of_nothing_is_free_and_none_is_on_request(self, caller: Caller, provider: Provider) -> None:
        course = CourseFactory(provider=provider)
        days = {"starts_on": "2027-09-06", "ends_on": "2027-12-10"}
        free = put(caller, f"/courses/{course.identifier}/runs/1", days | {"price_minor": 0}).json()
        assert (free["pricing"], free["why_not"]["code"]) == ("free", "run_is_free")
        asked = put(caller, f"/courses/{course.identifier}/runs/2", days | {"price_note": "Ring us"}).json()
        assert (asked["pricing"], asked["price_minor"], asked["why_not"]["code"]) == (
            "on_request",
            None,
            "price_on_request",
        )

    def test_extras_that_are_left_out_are_had_no_more(self, caller: Caller, provider: Provider) -> None:
        run = CourseRunFactory(course__provider=provider)
        RunExtraFactory(run=run)
        path = f"/courses/{run.course.identifier}/runs/{run.identifier}"
        assert len(caller.get(path).json()["extras"]) == 1
        told = {"starts_on": "2027-09-06", "ends_on": "2027-12-10", "price_minor": 9900}
        assert put(caller, path, told).json()["extras"] == []
        assert RunExtra.objects.get().withdrawn_at is not None

    def test_a_run_is_withdrawn_alone(self, caller: Caller, provider: Provider) -> None:
        run = CourseRunFactory(course__provider=provider)
        other = CourseRunFactory(course=run.course)
        path = f"/courses/{run.course.identifier}/runs/{run.identifier}"
        gone = caller.delete(path)
        holds("DELETE", f"/api/v1{path}", gone)
        assert gone.json()["why_not"]["code"] == "run_withdrawn"
        other.refresh_from_db()
        assert other.withdrawn_at is None
        [event] = Event.objects.filter(kind="run.withdrawn")
        assert event.data == {"provider": str(provider.pk), "course": str(run.course_id)}
        refused(caller.delete(f"/courses/{run.course.identifier}/runs/nothing"), 404, "run_not_found")


BAD_COURSES = [
    ({}, "field_missing", "title"),
    ({"title": ""}, "field_wrong", "title"),
    ({"title": " \t "}, "course_without_title", "title"),
    ({"title": "x" * 501}, "field_wrong", "title"),
    ({"title": "a\0b"}, "field_wrong", "title"),
    ({"title": 7}, "field_wrong", "title"),
    ({"title": "a", "level": 9}, "course_level_wrong", "level"),
    ({"title": "a", "level": -1}, "field_wrong", "level"),
    ({"title": "a", "level": 1.0}, "field_wrong", "level"),
    ({"title": "a", "level": None}, "field_wrong", "level"),
    ({"title": "a", "summary": "x" * 2001}, "field_wrong", "summary"),
    ({"title": "a", "url": "javascript:alert(1)"}, "web_address_wrong", "url"),
    ({"title": "a", "category": "0611"}, "field_unknown", "category"),
    ({"title": "a", "provider": "x"}, "field_unknown", "provider"),
    ({"title": "a", "identifier": "b"}, "field_unknown", "identifier"),
]
_DAYS = {"starts_on": "2027-09-06", "ends_on": "2027-12-10"}
BAD_RUNS = [
    ({"starts_on": "2027-09-06"}, "field_missing", "ends_on"),
    (_DAYS | {"starts_on": "06/09/2027"}, "field_wrong", "starts_on"),
    (_DAYS | {"starts_on": "2027-02-30"}, "field_wrong", "starts_on"),
    (_DAYS | {"ends_on": "2027-09-05"}, "run_dates_reversed", "ends_on"),
    (_DAYS | {"apply_until": "2027-12-11"}, "run_dates_reversed", "ends_on"),
    (_DAYS | {"price_minor": -1}, "price_wrong", "price_minor"),
    (_DAYS | {"price_minor": 10**9}, "price_wrong", "price_minor"),
    (_DAYS | {"price_minor": 12.5}, "amount_not_whole", "price_minor"),
    (_DAYS | {"price_minor": "120"}, "amount_not_whole", "price_minor"),
    (_DAYS | {"price_minor": True}, "amount_not_whole", "price_minor"),
    (_DAYS | {"price_minor": 100, "currency": "gbp"}, "currency_unknown", "currency"),
    (_DAYS | {"price_minor": 100, "currency": "QQQ"}, "currency_unknown", "currency"),
    (_DAYS | {"price_minor": 100, "currency": "£"}, "field_wrong", "currency"),
    (_DAYS | {"mode": "telepathy"}, "field_wrong", "mode"),
    (_DAYS | {"places": 2_000_000}, "places_wrong", "places"),
    (_DAYS | {"hours": 0}, "field_wrong", "hours"),
    (_DAYS | {"venue": {"planet": "Mars"}}, "field_unknown", "venue.planet"),
    (_DAYS | {"venue": "Mars"}, "not_an_object", "venue"),
    (_DAYS | {"extras": [{"kind": "exam", "title": "E"}]}, "field_missing", "extras[0].price_minor"),
    (_DAYS | {"extras": [{"kind": "exam", "title": "E", "price_minor": 0}]}, "price_wrong", "extras"),
    (_DAYS | {"price": "120.00"}, "field_unknown", "price"),
]


class TestWhatIsTurnedDown:
    @pytest.mark.parametrize(("body", "code", "field"), BAD_COURSES)
    def test_a_course_that_cannot_be_right(
        self, caller: Caller, provider: Provider, body: Any, code: str, field: str
    ) -> None:
        CourseFactory(provider=provider, identifier="es-1")
        before = everything()
        refused(put(caller, "/courses/es-1", body), 422, code, field)
        assert everything() == before

    @pytest.mark.parametrize(("body", "code", "field"), BAD_RUNS)
    def test_a_run_that_cannot_be_right(
        self, caller: Caller, provider: Provider, body: Any, code: str, field: str
    ) -> None:
        CourseRunFactory(course__provider=provider, course__identifier="es-1", identifier="autumn")
        before = everything()
        refused(put(caller, "/courses/es-1/runs/autumn", body), 422, code, field)
        assert everything() == before

    def test_an_identifier_that_is_too_long_or_empty(self, caller: Caller) -> None:
        refused(put(caller, f"/courses/{'x' * 300}", SPANISH), 422, "text_too_long", "identifier")
        refused(put(caller, "/courses/%20", SPANISH), 422, "course_without_identifier", "identifier")
        refused(put(caller, "/courses/%00", SPANISH), 422, "course_without_identifier", "identifier")
        assert not Course.objects.exists()

    def test_a_text_without_end_is_not_read(self, caller: Caller) -> None:
        refused(put(caller, "/courses/es-1", SPANISH | {"description": "x" * 300_000}), 413, "body_too_large")

    def test_another_content_type(self, caller: Caller) -> None:
        response = put(caller, "/courses/es-1", "title=Spanish", **{"Content-Type": "text/plain"})
        refused(response, 415, "content_type_wrong", "Content-Type")
        assert response.json()["do"] == "Send it with the header Content-Type: application/json."

    def test_a_key_without_the_scope(self, provider: Provider) -> None:
        from api.scopes import Scope

        caller = Caller.of(provider, scopes=[Scope.READ])
        refused(put(caller, "/courses/es-1", SPANISH), 403, "scope_missing")
        refused(caller.get("/courses"), 403, "scope_missing")

    @pytest.mark.parametrize("state", ["suspended", "removed"])
    def test_a_provider_that_may_not_publish_is_told_so_and_can_still_look(
        self, caller: Caller, provider: Provider, state: str
    ) -> None:
        run = CourseRunFactory(course__provider=provider)
        Provider.objects.filter(pk=provider.pk).update(state=state)
        path = f"/courses/{run.course.identifier}"
        before = everything()
        refused(put(caller, path, SPANISH), 403, "provider_may_not_publish")
        refused(put(caller, f"{path}/runs/{run.identifier}", AUTUMN), 403, "provider_may_not_publish")
        refused(caller.delete(path), 403, "provider_may_not_publish")
        assert everything() == before
        assert caller.get(path).json()["why_not"]["code"] == "provider_not_selling"


class TestLists:
    def test_the_list_has_my_courses_only_newest_first(self, caller: Caller, provider: Provider) -> None:
        older, newer = CourseFactory(provider=provider), CourseFactory(provider=provider, withdrawn=True)
        CourseFactory()
        response = caller.get("/courses")
        holds("GET", "/api/v1/courses", response)
        assert [each["identifier"] for each in response.json()["courses"]] == [newer.identifier, older.identifier]

    def test_pages_follow_each_other_without_a_gap(self, caller: Caller, provider: Provider) -> None:
        mine = CourseFactory.create_batch(5, provider=provider)
        seen, path = [], "/courses?limit=2"
        for _ in range(3):
            page = caller.get(path).json()
            seen += [each["identifier"] for each in page["courses"]]
            path = f"/courses?limit=2&cursor={page['next_cursor']}"
        assert page["next_cursor"] is None
        assert seen == [each.identifier for each in reversed(mine)]

    def test_it_is_narrowed(self, caller: Caller, provider: Provider) -> None:
        sold = CourseRunFactory(course__provider=provider, course__title="Plumbing").course
        CourseFactory(provider=provider, title="Plumbing, withdrawn", withdrawn=True)
        CourseFactory(provider=provider, title="Spanish")

        def found(query: str) -> list[str]:
            return [each["title"] for each in caller.get(f"/courses?{query}").json()["courses"]]

        assert found("on_sale=true") == [sold.title]
        assert found("title=plumb&withdrawn=false") == ["Plumbing"]
        assert found("withdrawn=true") == ["Plumbing, withdrawn"]
        assert found("on_sale=false&title=span") == ["Spanish"]
        assert found("title=%00") == ["Spanish", "Plumbing, withdrawn", "Plumbing"]

    @pytest.mark.parametrize("query", ["on_sale=yes", "withdrawn=1", "limit=0", "cursor=!"])
    def test_what_narrows_it_is_checked(self, caller: Caller, query: str) -> None:
        response = caller.get(f"/courses?{query}")
        holds("GET", "/api/v1/courses", response)
        refused(response, 422, "field_wrong", query.partition("=")[0])

    def test_the_runs_of_a_course_are_listed_with_their_standing(self, caller: Caller, provider: Provider) -> None:
        course = CourseFactory(provider=provider)
        CourseRunFactory(course=course, identifier="sold")
        CourseRunFactory(course=course, identifier="free", free=True)
        path = f"/courses/{course.identifier}/runs"
        response = caller.get(path)
        holds("GET", f"/api/v1{path}", response)
        shown = {each["identifier"]: each["on_sale"] for each in response.json()["runs"]}
        assert shown == {"free": False, "sold": True}

    def test_a_course_without_accreditation_says_so(self, caller: Caller, provider: Provider) -> None:
        run = CourseRunFactory(course__provider=provider, course__unaccredited=True)
        assert caller.get("/courses").json()["courses"][0]["why_not"]["code"] == "course_not_accredited"
        AccreditationFactory(provider=None, course=run.course)
        assert caller.get("/courses").json()["courses"][0]["why_not"] is None

    @pytest.mark.parametrize("count", [1, 7])
    def test_a_list_costs_a_fixed_number_of_queries(
        self, caller: Caller, provider: Provider, django_assert_num_queries: Any, count: int
    ) -> None:
        caller.get("/me")
        course = CourseFactory(provider=provider)
        for _ in range(count):
            RunExtraFactory(run=CourseRunFactory(course__provider=provider))
            RunExtraFactory(run=CourseRunFactory(course=course))
        # The key; the day; the courses; how they stand, and the runs that this is judged by.
        with django_assert_num_queries(5):
            caller.get("/courses")
        # The key; the course; its runs and their extras; the day; how they stand.
        with django_assert_num_queries(6):
            assert len(caller.get(f"/courses/{course.identifier}/runs").json()["runs"]) == count
