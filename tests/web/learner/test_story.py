"""A learner's story: written, kept from others, shared in parts, and taken along."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openbadgeslib.ob3 import OB3Verifier
from pypdf import PdfReader

from accounts.models import Learner
from brokerage.progress import sharing, writing
from brokerage.progress.models import Goal, Part, Piece, Share, Skill, Step, Words
from ledger.models import Event
from tests.factories.vouchers import ACTOR, a_voucher, learning_accounts
from tests.web.learner.visiting import signed_in, text
from vouchers.models import Control, State, Voucher
from web import paper

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\nwords\n%%EOF\n"
NAUGHTY = "<script>alert(1)</script> {{ 7*7 }} %s ‮ ﷽ 🎓 '\";--"


def a_learner() -> Learner:
    return learning_accounts(1)[0].learner


def filled() -> Learner:
    """A learner with one of everything, and a completed course."""
    learner = a_voucher(state=State.CLOSED).learner
    writing.tell("I like figures.", 0, learner=learner, actor=ACTOR)
    goal = writing.add_goal("Work as a bookkeeper", "For my family.", learner=learner, actor=ACTOR)
    writing.add_step(goal.pk, "Ask at the bakery", learner=learner, actor=ACTOR)
    writing.add_skill("Spreadsheets", "At the school fair.", learner=learner, actor=ACTOR)
    upload = SimpleUploadedFile("x.pdf", PDF)
    signed_in(learner).post("/learner/story/files/new/", {"title": "My certificate", "document": upload})
    return learner


SAID = {
    Part.WORDS: ["I like figures."],
    Part.GOALS: ["Work as a bookkeeper", "For my family.", "Ask at the bakery"],
    Part.COURSES: ["Courses completed"],
    Part.SKILLS: ["Spreadsheets", "At the school fair."],
    Part.PIECES: ["My certificate"],
}


def shown(token: str) -> str:
    return text(Client().get(f"/shared/{token}/"))


def test_it_begins_empty_and_says_how_to_begin() -> None:
    page = text(signed_in(a_learner()).get("/learner/story/"))
    assert "Nobody but you can see any of this." in page
    assert "Say something about yourself" in page


def test_goals_steps_and_skills_are_added_ticked_changed_and_taken_away() -> None:
    learner = a_learner()
    client = signed_in(learner)
    client.post(
        "/learner/story/goals/new/",
        {"title": "Work as a bookkeeper", "by_day": "1", "by_month": "9", "by_year": "2027"},
    )
    goal = Goal.objects.get(learner=learner)
    assert goal.by == dt.date(2027, 9, 1)
    address = f"/learner/story/goals/{goal.pk}/"
    client.post(address, {"title": "Ask at the bakery"})
    step = Step.objects.get(goal=goal)
    client.post(f"{address}steps/{step.pk}/", {"done": "yes"})
    client.post(f"{address}reached/", {"done": "yes"})
    step.refresh_from_db()
    goal.refresh_from_db()
    assert step.done_on is not None
    assert goal.reached_on is not None
    client.post("/learner/story/skills/new/", {"name": "Spreadsheets"})
    skill = Skill.objects.get(learner=learner)
    client.post(f"/learner/story/skills/{skill.pk}/", {"name": "Big spreadsheets", "version": skill.version})
    skill.refresh_from_db()
    assert (skill.name, skill.version) == ("Big spreadsheets", 2)
    client.post(f"/learner/story/remove/goal/{goal.pk}/")
    assert not Goal.objects.exists()
    assert not Step.objects.exists()


def test_what_another_tab_changed_is_not_written_over_and_what_was_typed_is_kept() -> None:
    learner = a_learner()
    client = signed_in(learner)
    client.post("/learner/story/words/", {"text": "First.", "version": "0"})
    client.post("/learner/story/words/", {"text": "From the other tab.", "version": "1"})
    response = client.post("/learner/story/words/", {"text": "From this tab.", "version": "1"})
    page = response.content.decode()
    assert response.status_code == 422
    assert "You changed this in another window" in page
    assert "From this tab." in page
    assert "From the other tab." in page
    assert Words.objects.get().text == "From the other tab."
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version is not None
    client.post("/learner/story/words/", {"text": "Both together.", "version": version[1]})
    assert Words.objects.get().text == "Both together."


def test_the_first_words_of_two_tabs_do_not_write_over_each_other() -> None:
    client = signed_in(a_learner())
    client.post("/learner/story/words/", {"text": "One.", "version": "0"})
    assert client.post("/learner/story/words/", {"text": "Two.", "version": "0"}).status_code == 422
    assert Words.objects.get().text == "One."


@pytest.mark.parametrize(
    ("address", "fields"),
    [("skills/new/", {"name": "  "}), ("goals/new/", {"title": ""}), ("skills/new/", {"name": "x" * 121})],
)
def test_bad_input_gets_an_error_beside_its_field(address: str, fields: dict[str, str]) -> None:
    response = signed_in(a_learner()).post(f"/learner/story/{address}", fields)
    assert response.status_code == 422
    assert "govuk-error-message" in response.content.decode()
    assert not Skill.objects.exists()
    assert not Goal.objects.exists()


def test_the_same_skill_twice_is_refused_whatever_its_case() -> None:
    client = signed_in(a_learner())
    client.post("/learner/story/skills/new/", {"name": "Spreadsheets"})
    response = client.post("/learner/story/skills/new/", {"name": "SPREADSHEETS"})
    assert "You have this in your story already." in text(response)
    assert Skill.objects.count() == 1


def test_naughty_strings_are_text_and_no_event_carries_a_word() -> None:
    learner = a_learner()
    client = signed_in(learner)
    client.post("/learner/story/words/", {"text": NAUGHTY, "version": "0"})
    client.post("/learner/story/skills/new/", {"name": NAUGHTY, "shown_by": NAUGHTY})
    page = client.get("/learner/story/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert client.post("/learner/story/export/", {"format": "pdf"}).content.startswith(b"%PDF-")
    told = Event.objects.filter(kind__startswith="story.").values_list("data", flat=True)
    assert "alert" not in json.dumps(list(told), default=str)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"MZ not a pdf", "This is not a PDF, JPEG or PNG file"),
        (b"%PDF-" + b"0" * 10 * 1024**2 + b"%%EOF", "larger than"),
    ],
)
def test_a_hostile_file_is_refused_and_nothing_is_kept(content: bytes, said: str) -> None:
    upload = SimpleUploadedFile("certificate.pdf", content, "application/pdf")
    client = signed_in(a_learner())
    response = client.post("/learner/story/files/new/", {"title": "It", "document": upload})
    assert response.status_code == 422
    assert said in text(response)
    assert not Piece.objects.exists()


def test_a_file_is_only_ever_a_download_and_only_its_learner_s() -> None:
    learner = filled()
    address = f"/learner/story/files/{Piece.objects.get().pk}/"
    response = signed_in(learner).get(address)
    assert response.content == PDF
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert signed_in(a_learner()).get(address).status_code == 404


def test_somebody_else_s_story_does_not_exist() -> None:
    learner, stranger = filled(), signed_in(a_learner())
    goal, skill, step = Goal.objects.get(), Skill.objects.get(), Step.objects.get()
    for address in (
        f"goals/{goal.pk}/",
        f"goals/{goal.pk}/change/",
        f"skills/{skill.pk}/",
        f"remove/skill/{skill.pk}/",
    ):
        assert stranger.get(f"/learner/story/{address}").status_code == 404
    assert stranger.post(f"/learner/story/goals/{goal.pk}/steps/{step.pk}/", {"done": "yes"}).status_code == 404
    assert stranger.post(f"/learner/story/goals/{goal.pk}/", {"title": "Mine"}).status_code == 404
    made = sharing.share("Bakery", [Part.WORDS], 7, learner=learner, actor=ACTOR)
    assert stranger.post(f"/learner/story/share/{made.share.pk}/end/").status_code == 404
    voucher = learner.vouchers.get()
    assert stranger.get(f"/learner/story/courses/{voucher.pk}/badge/").status_code == 404
    assert Client().get("/learner/story/").status_code == 302


@pytest.mark.parametrize("part", list(SAID))
def test_a_link_shows_the_chosen_part_and_no_other(part: Part) -> None:
    learner = filled()
    made = sharing.share("Bakery", [part], 7, learner=learner, actor=ACTOR)
    page = shown(made.token)
    assert "Megan Rees" in page
    for other, words in SAID.items():
        for word in words:
            assert (word in page) == (other == part), word
    for never in ("£", "1990", "Bakery", "there 1"):
        assert never not in page
    piece = Client().get(f"/shared/{made.token}/files/{Piece.objects.get().pk}/")
    assert piece.status_code == (200 if part == Part.PIECES else 404)


def test_another_learner_s_file_is_not_behind_a_link() -> None:
    filled()
    other = a_learner()
    made = sharing.share("Bakery", [Part.PIECES], 7, learner=other, actor=ACTOR)
    assert Client().get(f"/shared/{made.token}/files/{Piece.objects.get().pk}/").status_code == 404


def test_a_course_that_is_looked_into_is_not_shown_to_others() -> None:
    voucher = a_voucher(state=State.CLOSED)
    made = sharing.share("Bakery", [Part.COURSES], 7, learner=voucher.learner, actor=ACTOR)
    assert voucher.run.course.title in shown(made.token)
    Voucher.objects.update(control=Control.FROZEN)
    assert voucher.run.course.title not in shown(made.token)


def test_a_link_is_made_on_a_page_shown_once_and_kept_as_a_hash() -> None:
    learner = filled()
    client = signed_in(learner)
    response = client.post("/learner/story/share/new/", {"label": "Bakery", "parts": ["words"], "days": "30"})
    found = re.search(r"/shared/([\w-]+)/", response.content.decode())
    assert found is not None
    assert response["Cache-Control"] == "private, no-store"
    share = Share.objects.get()
    assert found[1] not in json.dumps([share.token_hash, share.label])
    page = Client().get(f"/shared/{found[1]}/")
    assert page["Referrer-Policy"] == "same-origin"
    assert page["Cache-Control"] == "no-store"
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    Client().head(f"/shared/{found[1]}/")
    assert "Opened 1 time" in text(client.get("/learner/story/share/"))
    client.post(f"/learner/story/share/{share.pk}/end/")
    assert Client().get(f"/shared/{found[1]}/").status_code == 404
    assert "Ended" in text(client.get("/learner/story/share/"))


def test_a_link_ends_by_itself_and_looks_like_one_that_never_was(clock: Any) -> None:
    made = sharing.share("Bakery", [Part.WORDS], 7, learner=a_learner(), actor=ACTOR)
    assert Client().get(f"/shared/{made.token}/").status_code == 200
    clock.move_by(days=7)
    ended, never = Client().get(f"/shared/{made.token}/"), Client().get("/shared/never/")
    assert (ended.status_code, never.status_code) == (404, 404)
    assert text(ended) == text(never)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"label": "B", "days": "30"}, "Choose at least one part"),
        ({"label": "B", "parts": ["attendance"], "days": "30"}, "Choose your courses too"),
        ({"label": "B", "parts": ["words"], "days": "365"}, "Select a valid choice"),
        ({"label": " ", "parts": ["words"], "days": "7"}, "Say whom it is for"),
    ],
)
def test_a_link_that_cannot_be_is_refused_and_not_made(fields: dict[str, Any], said: str) -> None:
    response = signed_in(a_learner()).post("/learner/story/share/new/", fields)
    assert response.status_code == 422
    assert said in text(response)
    assert not Share.objects.exists()


def test_the_data_says_all_of_it_and_no_amount_or_birthday() -> None:
    learner = filled()
    response = signed_in(learner).post("/learner/story/export/", {"format": "json"})
    told = json.loads(response.content)
    assert told["shape"] == "waymark-story-1"
    assert told["words"] == "I like figures."
    assert told["goals"][0]["steps"] == [{"title": "Ask at the bakery", "done_on": None}]
    assert told["courses"][0]["title"] == learner.vouchers.get().run.course.title
    assert "minor" not in response.content.decode()
    assert "1990" not in response.content.decode()


@pytest.mark.skipif(not paper.available(), reason="PDFs need Pango")
def test_the_pdf_is_tagged_and_says_its_language() -> None:
    response = signed_in(filled()).post("/learner/story/export/", {"format": "pdf"})
    reader = PdfReader(io.BytesIO(response.content))
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.trailer["/Root"]["/Lang"] == "en-gb"
    assert "pdfuaid:part" in reader.trailer["/Root"]["/Metadata"].get_data().decode()
    assert "Work as a bookkeeper" in reader.pages[0].extract_text()


def test_where_no_pdf_can_be_made_the_page_offers_print(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper, "available", lambda: False)
    response = signed_in(a_learner()).post("/learner/story/export/", {"format": "pdf"})
    assert "use your browser's print" in text(response)


def test_the_picture_of_a_badge_carries_the_token(settings: Any) -> None:
    settings.PUBLIC_URL = "https://waymark.example"
    voucher = a_voucher(state=State.CLOSED)
    client = signed_in(voucher.learner)
    address = f"/learner/story/courses/{voucher.pk}/badge/"
    picture = client.post(address, {"format": "svg"}).content
    token = client.post(address, {"format": "jwt"}).content.decode()
    assert OB3Verifier.extract_token_from_svg(picture) == token
    assert "Download the picture" in text(client.get(address))


def test_the_story_costs_the_same_queries_however_full_it_is(django_assert_max_num_queries: Any) -> None:
    learner = filled()
    client = signed_in(learner)
    for number in range(5):
        goal = writing.add_goal(f"Goal {number}", learner=learner, actor=ACTOR)
        writing.add_step(goal.pk, "Step", learner=learner, actor=ACTOR)
    client.get("/learner/story/")
    with django_assert_max_num_queries(14):
        client.get("/learner/story/")
