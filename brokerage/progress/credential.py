"""What a badge says: a completed course as an OpenBadgeCredential (Open Badges 3.0.3, Verifiable Credentials 2.0)."""

from __future__ import annotations

import datetime as dt
import secrets
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from brokerage.progress.signing import CREDENTIALS, OPEN_BADGES, issuer, moment
from brokerage.progress.taken import Taken
from providers.categories import category_name
from providers.models import Course

# The fewest bits that a list may have, so that nobody tells from a bit whose badge it is.
BITS = 131_072


def credential(taken: Taken, *, badge: UUID, place: int, at: dt.datetime) -> dict[str, Any]:
    """The unsigned credential of a completion; in the installation's own language, whoever downloads it.

    The learner is known by their name, and by their e-mail's hash under a salt of its own.
    """
    learner = taken.voucher.learner
    assert learner.user is not None  # whoever asks for a badge is signed in
    with override(settings.LANGUAGE_CODE):
        return {
            "@context": [CREDENTIALS, OPEN_BADGES],
            "id": f"urn:uuid:{badge}",
            "type": ["VerifiableCredential", "OpenBadgeCredential"],
            "name": taken.title,
            "issuer": profile(),
            "validFrom": moment(at),
            "credentialSubject": {
                "type": ["AchievementSubject"],
                "identifier": [_named(learner.name), _hashed(learner.user.email)],
                "activityStartDate": _day(taken.began_on),
                "activityEndDate": _day(taken.completed_on),
                "narrative": _narrative(taken),
                "achievement": achievement(taken.voucher.run.course),
            },
            "credentialStatus": status(place),
        }


def profile() -> dict[str, Any]:
    """Who issues."""
    return {
        "id": issuer(),
        "type": ["Profile"],
        "name": settings.BADGE_ISSUER,
        "url": f"{settings.PUBLIC_URL}/",
    }


def achievement(course: Course) -> dict[str, Any]:
    """What there is to be completed, in the installation's own language; the course comes with its provider."""
    with override(settings.LANGUAGE_CODE):
        criteria = _("The provider said that the course was completed, and the learner confirmed it.")
    said: dict[str, Any] = {
        "id": f"{settings.PUBLIC_URL}/badges/achievements/{course.pk}/",
        "type": ["Achievement"],
        "achievementType": "Course",
        "name": course.title,
        "description": course.summary or course.title,
        "criteria": {"narrative": criteria},
        "creator": {"id": f"urn:uuid:{course.provider.pk}", "type": ["Profile"], "name": course.provider.name},
    }
    if course.category:
        said["fieldOfStudy"] = str(category_name(course.category))
    if course.qualification:
        said["specialization"] = course.qualification
    return said


def status(place: int) -> dict[str, str]:
    """Where it can be asked whether the badge is still good."""
    number, bit = divmod(place, BITS)
    address = f"{settings.PUBLIC_URL}/badges/status/{number}/"
    return {
        "id": f"{address}#{bit}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": str(bit),
        "statusListCredential": address,
    }


def _narrative(taken: Taken) -> str:
    run = taken.voucher.run
    facts = {"course": taken.title, "provider": taken.provider}
    if run.hours:
        return _("“{course}” at {provider}, {hours} taught hours.").format(hours=run.hours, **facts)
    return _("“{course}” at {provider}.").format(**facts)


def _named(name: str) -> dict[str, Any]:
    return {"type": "IdentityObject", "hashed": False, "identityHash": name, "identityType": "name"}


def _hashed(email: str) -> dict[str, Any]:
    salt = secrets.token_hex(16)
    return {
        "type": "IdentityObject",
        "hashed": True,
        "identityHash": "sha256$" + sha256((email + salt).encode()).hexdigest(),
        "identityType": "emailAddress",
        "salt": salt,
    }


def _day(day: dt.date) -> str:
    return f"{day.isoformat()}T00:00:00Z"
