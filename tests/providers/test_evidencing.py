"""What shows an accreditation: judged by its content, kept under a random name, all or nothing."""

import hashlib

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction

from config.uploads import MOST_BYTES, media_type
from ledger import today
from ledger.models import Event
from providers import errors, evidencing
from providers.accreditation import Mark
from providers.evidencing import Address, Document, accredit_on_evidence, attach
from providers.models import Accreditation, AccreditationEvidence
from tests.factories.providers import AccreditationFactory, ProviderFactory, UserFactory

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\n1 0 obj\nendobj\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40 + b"IEND\xaeB`\x82"
JPEG = b"\xff\xd8\xff\xe0" + b"\x00" * 40 + b"\xff\xd9"


def kept_files():
    try:
        return default_storage.listdir("evidence")[1]
    except FileNotFoundError:
        return []


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PDF, "application/pdf"),
        (PNG, "image/png"),
        (JPEG, "image/jpeg"),
        (b"", None),
        (b"<html><script>alert(1)</script>", None),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", None),
        (b"MZ\x90\x00", None),
        (b"<html>%PDF-1.7 %%EOF", None),
        (PDF[:10], None),
        (PNG[:-4], None),
        (JPEG[:-2], None),
    ],
)
def test_a_documents_kind_is_what_its_content_is(content, kind):
    assert media_type(content) == kind


def test_a_document_and_an_address_are_kept_with_who_brought_them(actor):
    accreditation, user = AccreditationFactory(), UserFactory()
    shown = [Document("My certificate.exe", PDF), Address(" https://council.example/list ")]
    document, address = attach(accreditation, shown, by=user.pk, actor=actor)
    document.refresh_from_db()
    assert document.document.name.startswith("evidence/")
    assert document.document.name.endswith(".pdf")
    assert "certificate" not in document.document.name
    assert default_storage.open(document.document.name).read() == PDF
    assert (document.original_name, document.media_type, document.size) == ("My certificate.exe", "application/pdf", 30)
    assert document.sha256 == hashlib.sha256(PDF).hexdigest()
    assert (address.url, address.document.name) == ("https://council.example/list", "")
    assert {row.recorded_by_id for row in AccreditationEvidence.objects.all()} == {user.pk}
    events = Event.objects.filter(kind="accreditation.evidence_recorded").order_by("id")
    assert [event.data["sha256"] for event in events] == [document.sha256, None]


def test_the_same_name_twice_is_two_documents(actor):
    accreditation, user = AccreditationFactory(), UserFactory()
    rows = attach(accreditation, [Document("a.pdf", PDF), Document("a.pdf", PDF)], by=user.pk, actor=actor)
    assert len({row.document.name for row in rows}) == 2


@pytest.mark.parametrize(
    ("bad", "refusal"),
    [
        (Document("page.pdf", b"<html>"), errors.EvidenceNotReadable),
        (Document("big.pdf", PDF + b"\x00" * MOST_BYTES), errors.EvidenceTooLarge),
        (Address("javascript:alert(1)"), errors.WebAddressWrong),
        (Address("https://council.example/" + "x" * 1000), errors.WebAddressWrong),
    ],
)
def test_one_that_cannot_be_taken_leaves_nothing_of_the_others(bad, refusal, actor):
    accreditation, before = AccreditationFactory(), kept_files()
    with pytest.raises(refusal):
        attach(accreditation, [Document("good.pdf", PDF), bad], by=UserFactory().pk, actor=actor)
    assert not AccreditationEvidence.objects.exists()
    assert kept_files() == before


def test_what_the_database_takes_back_the_storage_lets_go_of(monkeypatch, actor):
    accreditation, before = AccreditationFactory(), kept_files()

    def break_down(*_events):
        raise RuntimeError("the ledger is away")

    monkeypatch.setattr(evidencing, "record", break_down)
    with pytest.raises(RuntimeError):
        attach(accreditation, [Document("good.pdf", PDF)], by=UserFactory().pk, actor=actor)
    assert not AccreditationEvidence.objects.exists()
    assert kept_files() == before


def test_an_accreditation_is_recorded_with_what_shows_it_or_not_at_all(actor):
    provider, user = ProviderFactory(unaccredited=True), UserFactory()
    mark = Mark(provider, "Estyn", today())
    for shown, refusal in (
        ([], errors.EvidenceMissing),
        ([Document("x.pdf", b"x")], errors.EvidenceNotReadable),
    ):
        with pytest.raises(refusal):
            accredit_on_evidence(mark, shown, by=user.pk, actor=actor)
    assert not Accreditation.objects.exists()
    assert not Event.objects.filter(kind="provider.accredited").exists()
    accreditation = accredit_on_evidence(mark, [Document("x.pdf", PDF)], by=user.pk, actor=actor)
    assert accreditation.recorded_by_id == user.pk
    assert accreditation.evidence.count() == 1


def test_the_database_wants_a_document_or_an_address():
    facts = {"accreditation": AccreditationFactory(), "recorded_by": UserFactory(), "recorded_at": "2027-01-01T00:00Z"}
    for wrong in ({}, {"url": "javascript:x"}, {"document": "evidence/a.pdf", "url": "https://a.example"}):
        with pytest.raises(IntegrityError, match="evidence_is_a_document_or_an_address"), transaction.atomic():
            AccreditationEvidence.objects.create(**facts, **wrong)
