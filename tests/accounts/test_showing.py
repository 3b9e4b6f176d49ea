"""A document is sent in, looked at and gone; what lies about its kind, or is nobody's business, is not kept."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from PIL import Image

from accounts import errors, showing
from accounts.circumstances import Document
from accounts.models import Checker, Copy, Evidence, Learner, User
from accounts.models.copies import FOLDER
from config.personal import Until, forget
from config.refusals import Refusal
from ledger.models import Event
from tests.factories.accounts import a_learner, a_manager
from tests.factories.accounts import a_scheme as another_scheme
from tests.factories.proofs import BENEFITS, RESIDENCE, wants_proof
from tests.factories.vouchers import ACTOR, a_scheme, learning_accounts

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\nwords\n%%EOF\n"
SECRET = b"51.4816,-3.1791"


@pytest.fixture(autouse=True)
def nothing_is_stored() -> None:
    for name in kept():
        default_storage.delete(f"{FOLDER}{name}")


def a_photo(kind: str = "JPEG", size: tuple[int, int] = (40, 20)) -> bytes:
    """A picture that says where it was taken, and lies on its side."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, SECRET.decode()
    content = io.BytesIO()
    Image.new("RGB", size, "teal").save(content, format=kind, exif=exif, comment=SECRET)
    return content.getvalue()


def joined() -> Learner:
    [account] = learning_accounts(1)
    wants_proof(a_scheme(), RESIDENCE)
    return account.learner


def sent(learner: Learner, content: bytes = PDF, document: str = "utility_bill", **how: Any) -> Copy:
    return showing.show(
        content,
        Document(document),
        **({"criterion": "residence", "scheme": a_scheme()} | how),
        learner=learner,
        actor=ACTOR,
    )


def kept() -> list[str]:
    return default_storage.listdir(FOLDER)[1] if default_storage.exists(FOLDER) else []


def checker() -> User:
    return User.objects.create_user("rhys@adviser.example", name="Rhys Morgan")


def test_it_is_kept_under_a_random_name_for_whom_the_rules_say() -> None:
    learner = joined()
    copy = sent(learner)
    copy.refresh_from_db()
    assert (copy.learner, copy.criterion, copy.document, copy.checker) == (
        learner,
        "residence",
        "utility_bill",
        Checker.ADVISER,
    )
    assert (copy.state, copy.media_type) == ("waiting", "application/pdf")
    [name] = kept()
    assert len(name) == 48 + len(".pdf")
    event = Event.objects.get(kind="copy.sent")
    assert event.data == {"learner": str(learner.pk), "scheme": str(copy.scheme_id), "criterion": "residence"}


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_picture_is_drawn_anew_upright_and_without_where_it_was_taken(kind: str) -> None:
    photo = a_photo(kind)
    assert SECRET in photo
    copy = sent(joined(), photo)
    with copy.file.open("rb") as stream:
        content = stream.read()
    assert SECRET not in content
    with Image.open(io.BytesIO(content)) as picture:
        assert (picture.format, picture.size) == (kind, (20, 40))
        assert dict(picture.getexif()) == {}
        assert "comment" not in picture.info


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", errors.CopyNotReadable),
        (b"<html><script>alert(1)</script></html>", errors.CopyNotReadable),
        (b"MZ\x90\x00 %PDF- %%EOF", errors.CopyNotReadable),
        (b"\xff\xd8\xff<script>alert(1)</script>\xff\xd9", errors.CopyNotReadable),
        (b"\x89PNG\r\n\x1a\n" + bytes(99) + b"IEND\xaeB`\x82", errors.CopyNotReadable),
        (b"GIF89a" + bytes(20), errors.CopyNotReadable),
        (b"%PDF-" + bytes(showing.MOST_BYTES) + b"%%EOF", errors.CopyTooLarge),
    ],
)
def test_what_is_not_what_it_says_is_refused_and_not_kept(content: bytes, refusal: type[Refusal]) -> None:
    learner = joined()
    with pytest.raises(refusal):
        sent(learner, content)
    assert (kept(), Copy.objects.count(), Event.objects.filter(kind="copy.sent").count()) == ([], 0, 0)


def test_a_picture_that_unpacks_to_more_than_memory_holds_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("config.uploads.MOST_PIXELS", 40 * 20 - 1)
    with pytest.raises(errors.CopyNotReadable):
        sent(joined(), a_photo())


@pytest.mark.parametrize(
    ("how", "refusal"),
    [
        ({"document": "passport"}, errors.DocumentNotTaken),
        ({"criterion": "needs"}, errors.CopyNotFound),
        ({"criterion": "no-such-thing"}, errors.CopyNotFound),
    ],
)
def test_what_the_scheme_does_not_ask_is_not_kept(how: dict[str, str], refusal: type[Refusal]) -> None:
    learner = joined()
    with pytest.raises(refusal):
        sent(learner, **how)
    assert (kept(), Copy.objects.count()) == ([], 0)


def test_nothing_is_sent_to_a_scheme_that_one_is_not_in_and_cannot_join() -> None:
    wants_proof(a_scheme(), RESIDENCE)
    scheme = a_scheme()
    scheme.state = "closed"
    scheme.save()
    with pytest.raises(errors.CopyNotFound):
        sent(a_learner(), scheme=scheme)


def test_another_one_takes_its_place_and_the_first_file_goes(django_capture_on_commit_callbacks: Any) -> None:
    learner = joined()
    first = sent(learner)
    with django_capture_on_commit_callbacks(execute=True):
        second = sent(learner, a_photo())
    assert [*Copy.objects.all()] == [second]
    assert kept() == [Path(str(second.file)).name]
    with pytest.raises(errors.CopyNotFound):
        showing.accept(first.pk, Document.UTILITY_BILL, among=Copy.objects.all(), by=checker(), actor=ACTOR)


def test_when_it_proves_it_only_that_it_was_seen_is_kept(django_capture_on_commit_callbacks: Any) -> None:
    learner, by = joined(), checker()
    copy = sent(learner)
    with django_capture_on_commit_callbacks(execute=True):
        showing.accept(copy.pk, Document.UTILITY_BILL, among=Copy.objects.all(), by=by, actor=ACTOR)
    evidence = Evidence.objects.get()
    assert (evidence.learner, evidence.criterion, evidence.checked_by) == (learner, "residence", by)
    assert (Copy.objects.count(), kept()) == (0, [])
    assert Event.objects.filter(kind__in=["copy.accepted", "evidence.seen"]).count() == 2


def test_when_it_does_not_the_reason_is_kept_and_the_file_is_not(django_capture_on_commit_callbacks: Any) -> None:
    copy, by = sent(joined()), checker()
    with django_capture_on_commit_callbacks(execute=True):
        showing.turn_down(copy.pk, " The date cannot be read. ", among=Copy.objects.all(), by=by, actor=ACTOR)
    copy.refresh_from_db()
    assert (copy.state, copy.reason, copy.decided_by, copy.file.name) == (
        "turned_down",
        "The date cannot be read.",
        by,
        "",
    )
    assert kept() == []
    assert not Evidence.objects.exists()


def test_nobody_decides_twice_about_it_without_a_reason_or_about_their_own() -> None:
    learner = joined()
    copy = sent(learner)
    assert learner.user is not None
    everything = Copy.objects.all()
    with pytest.raises(errors.ReasonMissing):
        showing.turn_down(copy.pk, "  ", among=everything, by=checker(), actor=ACTOR)
    with pytest.raises(errors.OwnEvidence):
        showing.turn_down(copy.pk, "No", among=everything, by=learner.user, actor=ACTOR)
    with pytest.raises(errors.OwnEvidence):
        showing.accept(copy.pk, Document.UTILITY_BILL, among=everything, by=learner.user, actor=ACTOR)
    copy.refresh_from_db()
    assert (copy.state, len(kept()), Evidence.objects.count()) == ("waiting", 1, 0)
    by = User.objects.get(email="rhys@adviser.example")
    showing.turn_down(copy.pk, "No", among=everything, by=by, actor=ACTOR)
    with pytest.raises(errors.CopyNotFound):
        showing.accept(copy.pk, Document.UTILITY_BILL, among=everything, by=by, actor=ACTOR)


def test_the_learner_takes_theirs_back_and_nobody_elses(django_capture_on_commit_callbacks: Any) -> None:
    learner = joined()
    copy = sent(learner)
    with pytest.raises(errors.CopyNotFound):
        showing.take_back(copy.pk, learner=a_learner(), actor=ACTOR)
    assert len(kept()) == 1
    with django_capture_on_commit_callbacks(execute=True):
        showing.take_back(copy.pk, learner=learner, actor=ACTOR)
    assert (Copy.objects.count(), kept()) == (0, [])


def test_what_nobody_looked_at_is_deleted_after_thirty_days_and_the_learner_told(
    clock: Any, django_capture_on_commit_callbacks: Any
) -> None:
    copy = sent(joined())
    clock.move_by(days=29)
    assert showing.let_go(actor=ACTOR) == 0
    clock.move_by(days=2)
    with django_capture_on_commit_callbacks(execute=True):
        assert (showing.let_go(actor=ACTOR), showing.let_go(actor=ACTOR)) == (1, 0)
    copy.refresh_from_db()
    assert (copy.state, copy.file.name, kept()) == ("lapsed", "", [])
    assert Event.objects.filter(kind="copy.lapsed").count() == 1
    clock.move_by(days=91)
    showing.let_go(actor=ACTOR)
    assert not Copy.objects.exists()


def test_a_scheme_that_looks_itself_has_its_own_queue_and_not_its_managers_own() -> None:
    learner = joined()
    wants_proof(a_scheme(), RESIDENCE | {"checked_by": "scheme"}, BENEFITS)
    copy = sent(learner)
    assert [*showing.for_scheme(a_manager(a_scheme()))] == [copy]
    assert [*showing.for_scheme(a_manager(another_scheme(slug="ila-scotland-200")))] == []
    mine = a_manager(a_scheme())
    Learner.objects.filter(pk=learner.pk).update(user=mine.user)
    assert [*showing.for_scheme(mine)] == []


def test_who_leaves_leaves_no_document_behind(django_capture_on_commit_callbacks: Any) -> None:
    learner = joined()
    sent(learner)
    with django_capture_on_commit_callbacks(execute=True):
        forget(learner.pk, Until.LEAVING)
    assert (Copy.objects.count(), kept()) == (0, [])


@pytest.mark.parametrize("wrong", [{"file": ""}, {"state": "turned_down"}, {"state": "lapsed"}, {"reason": "No"}])
def test_the_table_keeps_no_file_of_what_was_decided(wrong: dict[str, str]) -> None:
    copy = sent(joined())
    with pytest.raises(IntegrityError, match="copy_is_there_only_while_it_waits"), transaction.atomic():
        Copy.objects.filter(pk=copy.pk).update(**wrong)


def test_uploads_are_not_among_what_the_web_server_serves() -> None:
    assert not str(settings.MEDIA_ROOT).startswith(str(settings.STATIC_ROOT))
    assert settings.MEDIA_URL in ("", "/")
