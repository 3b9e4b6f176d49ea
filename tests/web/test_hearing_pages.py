"""How guidance was and what became of somebody: asked on their pages, read before it is shown, answered by the lead."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from brokerage.hearing import answering, asking
from brokerage.hearing.models import Became, Destination, GuidanceFeedback, GuidanceRemark
from brokerage.voice.models import SaidAndDone
from ledger import today
from providers.models import CourseRun
from tests.factories.accounts import a_manager
from tests.factories.brokerage import an_adviser
from tests.factories.hearing import a_lead, asked, half_a_year_after, heard, say, show
from tests.factories.providers import CourseRunFactory
from tests.factories.vouchers import ACTOR, a_scheme, learning_accounts
from tests.web.learner.visiting import signed_in, text
from tests.web.notifications.test_letters import letters

pytestmark = pytest.mark.django_db
YES = {"listened": "yes", "understood": "yes", "helped": "yes", "pushed": "no"}
LEAD = "/desk/organisation/feedback/"


def there(somebody: Any) -> Client:
    client = Client()
    client.force_login(somebody.user)
    return client


def test_from_the_question_to_the_answer_of_the_organisation(clock: Any) -> None:
    heard(clock, 9, "They rang when they said they would.")
    [feedback] = asked(clock)
    assert "Your adviser does not see what you say." in letters()["How was our guidance?"]
    learner, page = feedback.learner, f"/learner/how-guidance-was/{feedback.pk}/"
    client = signed_in(learner)
    assert "How was our guidance?" in text(client.get("/learner/"))
    assert "Your talk on" in text(client.get(page))
    said = text(client.post(page, YES | {"words": "I left with <b>two</b> plans."}, follow=True))
    assert "A person at your scheme reads it before it is shown." in said
    assert "Did anybody push you to one provider? No" in said
    assert "How was our guidance?" not in text(client.get("/learner/"))
    assert "Foryd Careers" in text(client.get("/learner/guidance/"))
    office = there(a_manager(a_scheme()))
    assert "1 text about guidance waits" in text(office.get("/scheme/feedback/"))
    assert "They are not about the guidance" in text(office.get("/scheme/feedback/guidance/"))
    remark = feedback.remarks.get()
    shown = office.post(f"/scheme/feedback/guidance/{remark.pk}/", {"verdict": "show"}, follow=True)
    assert "It is shown." in text(shown)
    lead = there(a_lead())
    assert "I left with <b>two</b> plans." in text(lead.get(LEAD)).replace("&lt;", "<")
    assert lead.post(f"{LEAD}{remark.pk}/", {"words": ""}).status_code == 422
    lead.post(f"{LEAD}{remark.pk}/", {"words": "That is what we are for."})
    show(GuidanceRemark.objects.get(by="organisation"))
    public = Client().get(f"/guidance/{feedback.organisation_id}/")
    assert "<b>two" not in public.content.decode()
    assert "About 100 % of 10 or more who answered" in text(public)
    assert "Foryd Careers answers: That is what we are for." in text(public)
    assert "Foryd Careers answers: That is what we are for." in text(client.get(page))
    assert learner.given_name not in text(public)


def test_the_adviser_and_anybody_else_sees_no_answer(clock: Any) -> None:
    given = heard(clock, 10)
    adviser = given[0].consultation.adviser  # type: ignore[union-attr]
    other = learning_accounts(1)[0].learner
    for client in (there(adviser), signed_in(other), signed_in(given[0].learner)):
        assert client.get(LEAD).status_code == 404
        assert client.post(f"{LEAD}{given[0].remarks.get().pk}/", {"words": "Mine."}).status_code == 404
    page = f"/learner/how-guidance-was/{given[0].pk}/"
    assert signed_in(other).get(page).status_code == 404
    for end in ("", "decline/", "take-back/"):
        assert signed_in(other).post(f"{page}{end}", YES).status_code == 404
    desk = text(there(adviser).get(f"/desk/learners/{given[0].learner_id}/"))
    assert "They took their time." not in desk
    assert there(a_manager()).post(f"/scheme/feedback/guidance/{given[0].remarks.get().pk}/", {"verdict": "show"})
    assert GuidanceFeedback.objects.answered().count() == 10


def test_what_is_wrong_is_said_and_what_was_typed_is_kept(clock: Any) -> None:
    [feedback] = asked(clock)
    page = f"/learner/how-guidance-was/{feedback.pk}/"
    response = signed_in(feedback.learner).post(page, YES | {"pushed": "", "words": "Kind."})
    assert response.status_code == 422
    assert "Choose yes or no." in text(response)
    assert "Kind." in response.content.decode()
    assert GuidanceFeedback.objects.get().state == "asked"


def test_a_learner_takes_back_what_they_said_or_is_not_asked_again(clock: Any) -> None:
    first, second = asked(clock, 2)
    say(first, "Slow.")
    page = f"/learner/how-guidance-was/{first.pk}/"
    gone = text(signed_in(first.learner).post(f"{page}take-back/", follow=True))
    assert "You have taken back what you said. Nothing of it is left." in gone
    assert "Slow." not in gone
    client, page = signed_in(second.learner), f"/learner/how-guidance-was/{second.pk}/"
    assert "We do not ask you this again." in text(client.post(f"{page}decline/", follow=True))
    assert "You have answered this already" in text(client.get(page))
    assert "You have answered this already" in text(client.post(f"{page}decline/", follow=True))


def test_held_back_the_learner_is_told_why(clock: Any) -> None:
    [feedback] = asked(clock)
    remark = say(feedback, "The bus was late.").remarks.get()
    office = there(a_manager(a_scheme()))
    office.post(f"/scheme/feedback/guidance/{remark.pk}/", {"verdict": "not_about_it"})
    page = text(signed_in(feedback.learner).get(f"/learner/how-guidance-was/{feedback.pk}/"))
    assert "Your words are not shown: They are not about the guidance." in page


def test_learners_and_everybody_see_it_where_the_organisation_is_and_few_are_held_back(clock: Any) -> None:
    given = heard(clock, 9)
    public, organisation = Client(), f"/guidance/{given[0].organisation_id}/"
    for page in ("/guidance/", organisation):
        assert "Fewer than 10 learners have said" in text(public.get(page))
    assert "They took their time." not in text(public.get(organisation))
    say(asked(clock)[0])
    for page in ("/guidance/", organisation):
        assert "Were listened to About 100 % of 10 or more" in text(public.get(page))
    assert "They took their time." in text(public.get(organisation))
    assert "What learners say of guidance" in text(public.get(f"/schemes/{a_scheme().slug}/"))


def test_a_scheme_says_what_it_did_about_an_organisation(clock: Any) -> None:
    given = heard(clock, 1)
    scheme, organisation = a_scheme(), given[0].organisation
    office, page = there(a_manager(scheme)), f"/scheme/{scheme.slug}/voice/said/"
    words = {"said": "Calls are short.", "done": "Calls may last an hour.", "done_on": f"{today()}"}
    response = office.post(page, words | {"organisation": str(organisation.pk)})
    assert response.status_code == 302, text(response)
    assert SaidAndDone.objects.get().organisation == organisation
    assert "Calls may last an hour." in text(Client().get(f"/guidance/{organisation.pk}/"))


def test_the_lead_alone_is_told_how_many_were_pushed(clock: Any) -> None:
    [feedback] = asked(clock)
    signed_in(feedback.learner).post(f"/learner/how-guidance-was/{feedback.pk}/", YES | {"pushed": "yes"})
    clock.move_by(days=32)
    assert "1 learner said that somebody pushed them to one provider." in text(there(a_lead()).get(LEAD))
    assert "push" not in text(Client().get(f"/guidance/{feedback.organisation_id}/"))


def test_what_became_of_somebody_is_asked_and_shown_beside_the_course_in_large_numbers(clock: Any) -> None:
    asked_of = half_a_year_after(clock, 10)
    course = asked_of[0].voucher.run.course
    assert f"What do you do now, half a year after {course.title}?" in letters()
    learner = asked_of[0].voucher.learner
    client, page = signed_in(learner), f"/learner/what-became/{asked_of[0].pk}/"
    assert f"What do you do now, half a year after {course.title}?" in text(client.get("/learner/"))
    assert f"After {course.title}" in text(client.get(page))
    assert client.post(page, {"helped": "yes"}).status_code == 422
    run: CourseRun = CourseRunFactory(course=course)
    for each in asked_of[1:]:
        learner = each.voucher.learner
        answering.tell(each.pk, Became.WORK_OF_THIS_KIND, helped=True, learner=learner, actor=ACTOR)
    assert "Half a year later" not in text(client.get(f"/learner/courses/{run.pk}/"))
    told = client.post(page, {"became": "work_of_this_kind", "helped": "yes"}, follow=True)
    assert "Thank you." in text(told)
    beside = text(client.get(f"/learner/courses/{run.pk}/"))
    assert "10 or more have answered. In work of this kind About 100 % In other work About 0 %" in beside
    assert "The course helped with that About 100 % of 10 or more who answered" in beside


def test_whoever_does_not_say_is_not_asked_again(clock: Any) -> None:
    first, second = half_a_year_after(clock, 2)
    client, page = signed_in(first.voucher.learner), f"/learner/what-became/{first.pk}/"
    assert signed_in(second.voucher.learner).post(f"{page}decline/").status_code == 404
    assert "We do not ask you this again." in text(client.post(f"{page}decline/", follow=True))
    assert "half a year after" not in text(client.get("/learner/"))
    assert "You have answered this already" in text(client.get(page))
    assert Destination.objects.get(pk=first.pk).state == "declined"
    assert asking.what_became(actor=ACTOR) == 0


def test_the_pages_cost_a_fixed_number_of_queries(clock: Any, django_assert_num_queries: Any) -> None:
    given = heard(clock, 10)
    public, lead = Client(), there(a_lead())
    lead.get(LEAD)
    for _ in range(2):
        for client, page, queries in (
            (public, "/guidance/", 5),
            (public, f"/guidance/{given[0].organisation_id}/", 7),
            (lead, LEAD, 14),
        ):
            with django_assert_num_queries(queries):
                client.get(page)
        for each in asked(clock, 2, adviser=an_adviser("Elin Pugh")):
            show(say(each, "Good.").remarks.get())
