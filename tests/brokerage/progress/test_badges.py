"""A badge is believed by verifiers that others wrote, and by them alone for as long as the course is completed."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

import pytest
from django.test import Client
from openbadgeslib.ob3 import OB3LdpVerifier, OB3VerificationError, OB3Verifier

from brokerage.progress import badging, signing
from brokerage.progress.errors import BadgesNotOffered, NotCompleted, NotInStory
from brokerage.progress.models import Badge
from ledger import now
from tests.factories.vouchers import ACTOR, a_voucher, learning_accounts
from vouchers import redemption
from vouchers.models import Control, Redemption, State, Voucher
from vouchers.redemption import Line

pytestmark = pytest.mark.django_db
ISSUER = "did:web:waymark.example"


@pytest.fixture(autouse=True)
def _at_a_public_address(settings: Any) -> None:
    settings.PUBLIC_URL = "https://waymark.example"


def over_http(address: str) -> bytes:
    """What a verifier would fetch: only what is public, and only from us."""
    assert address.startswith("https://waymark.example/")
    response = Client().get(address.removeprefix("https://waymark.example"))
    assert response.status_code == 200, address
    return response.content


def a_badge(voucher: Voucher) -> Badge:
    return badging.badge_of(voucher.pk, learner=voucher.learner, actor=ACTOR)


def as_document(badge: Badge) -> dict[str, Any]:
    return signing.with_proof(badge.content, now())


def by_token(token: str) -> Any:
    """The token and the list of badges that are good no more, both with their signatures."""
    return OB3Verifier.for_issuer_did(ISSUER, over_http).verify(token, check_status=True, download=over_http)


def by_document(document: dict[str, Any], **how: Any) -> Any:
    verifier = OB3LdpVerifier.for_issuer_did(ISSUER)
    # This verifier reads the bit of a list that is a document, and believes signatures of lists that are tokens alone.
    return verifier.verify(json.dumps(document), download=over_http, verify_status_list=False, **how)


def test_a_token_is_believed_and_says_who_what_where_and_when() -> None:
    voucher = a_voucher(state=State.CLOSED)
    found = by_token(signing.as_token(a_badge(voucher).content))
    assert found.issuer.id == ISSUER
    assert found.achievement.name == voucher.run.course.title
    assert found.raw["credentialSubject"]["achievement"]["creator"]["name"] == voucher.provider.name
    completed = voucher.milestones.get(number=2).occurred_on
    assert found.raw["credentialSubject"]["activityEndDate"] == f"{completed}T00:00:00Z"
    name, email = found.raw["credentialSubject"]["identifier"]
    assert name["identityHash"] == "Megan Rees"
    address = voucher.learner.user.email
    assert email["identityHash"] == "sha256$" + sha256((address + email["salt"]).encode()).hexdigest()
    assert address not in json.dumps(found.raw)


def test_a_document_is_believed_and_so_is_the_list_that_says_it_is_still_good() -> None:
    badge = a_badge(a_voucher(state=State.CLOSED))
    found = by_document(as_document(badge), check_status=True)
    assert found.id == f"urn:uuid:{badge.pk}"


@pytest.mark.parametrize("changed", ["Megan Reese", "Megan Ree", "Rees Megan"])
def test_a_changed_name_is_refused(changed: str) -> None:
    document = json.dumps(as_document(a_badge(a_voucher(state=State.CLOSED))))
    with pytest.raises(OB3VerificationError):
        by_document(json.loads(document.replace("Megan Rees", changed)))


def test_a_changed_byte_of_a_token_is_refused() -> None:
    header, payload, signature = signing.as_token(a_badge(a_voucher(state=State.CLOSED)).content).split(".")
    middle = len(payload) // 2
    other = "A" if payload[middle] != "A" else "B"
    with pytest.raises(OB3VerificationError):
        by_token(f"{header}.{payload[:middle]}{other}{payload[middle + 1 :]}.{signature}")


def test_one_that_was_signed_by_another_key_is_refused(settings: Any) -> None:
    badge = a_badge(a_voucher(state=State.CLOSED))
    good = settings.BADGE_SIGNING_KEYS
    settings.BADGE_SIGNING_KEYS = ["key-1:" + "A" * 43 + "="]
    token, document = signing.as_token(badge.content), as_document(badge)
    settings.BADGE_SIGNING_KEYS = good
    with pytest.raises(OB3VerificationError):
        by_token(token)
    with pytest.raises(OB3VerificationError):
        by_document(document)


def test_what_an_old_key_signed_is_believed_while_it_is_published(settings: Any) -> None:
    badge = a_badge(a_voucher(state=State.CLOSED))
    token, document = signing.as_token(badge.content), as_document(badge)
    settings.BADGE_SIGNING_KEYS = ["key-2:" + "A" * 43 + "=", *settings.BADGE_SIGNING_KEYS]
    assert by_token(token).id == by_document(document).id == f"urn:uuid:{badge.pk}"
    assert by_token(signing.as_token(badge.content)).id == f"urn:uuid:{badge.pk}"


def test_it_is_the_same_badge_whenever_it_is_asked_for() -> None:
    voucher = a_voucher(state=State.CLOSED)
    assert a_badge(voucher) == a_badge(voucher)
    assert signing.as_token(a_badge(voucher).content) == signing.as_token(a_badge(voucher).content)


def test_once_the_course_is_paid_back_the_badge_is_good_no_more_and_never_again() -> None:
    voucher = a_voucher(state=State.CLOSED)
    first = a_badge(voucher)
    given_back = Redemption.objects.filter(voucher=voucher).first()
    redemption.reverse(given_back.pk, by=voucher.provider, actor=ACTOR)
    with pytest.raises(OB3VerificationError, match="revocation"):
        by_document(as_document(first), check_status=True)
    with pytest.raises(OB3VerificationError, match="revocation"):
        by_token(signing.as_token(first.content))
    redemption.redeem([Line(voucher.code)], by=voucher.provider, actor=ACTOR)
    second = a_badge(voucher)
    assert second != first
    assert by_document(as_document(second), check_status=True).id == f"urn:uuid:{second.pk}"
    with pytest.raises(OB3VerificationError, match="revocation"):
        by_document(as_document(first), check_status=True)


def test_there_is_none_before_the_learner_has_confirmed_it() -> None:
    voucher = a_voucher(state=State.COMPLETED, confirmed=1)
    with pytest.raises(NotCompleted):
        a_badge(voucher)
    assert not Badge.objects.exists()


def test_there_is_none_while_something_is_looked_into() -> None:
    voucher = a_voucher(state=State.CLOSED)
    Voucher.objects.filter(pk=voucher.pk).update(control=Control.FROZEN)
    with pytest.raises(NotCompleted):
        a_badge(voucher)
    assert not Badge.objects.exists()


def test_somebody_else_s_course_does_not_exist() -> None:
    voucher, stranger = a_voucher(state=State.CLOSED), learning_accounts(1)[0].learner
    with pytest.raises(NotInStory):
        badging.badge_of(voucher.pk, learner=stranger, actor=ACTOR)


def test_without_a_key_there_are_none(settings: Any) -> None:
    settings.BADGE_SIGNING_KEYS = []
    with pytest.raises(BadgesNotOffered):
        a_badge(a_voucher(state=State.CLOSED))
    assert Client().get("/.well-known/did.json").status_code == 404


def test_its_achievement_has_a_public_address() -> None:
    badge = a_badge(a_voucher(state=State.CLOSED))
    achievement = badge.content["credentialSubject"]["achievement"]
    assert json.loads(over_http(achievement["id"])) == {"@context": signing.OPEN_BADGES} | achievement


def test_a_list_that_nobody_has_begun_does_not_exist() -> None:
    assert Client().get("/badges/status/7/").status_code == 404
