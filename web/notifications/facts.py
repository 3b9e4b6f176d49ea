"""What a letter is written from: the event's own data, and the names that the ledger does not know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from accounts.models import Scheme, Sponsor
from brokerage.advocacy.models import Advocacy
from brokerage.models import Adviser, Channel, Request
from brokerage.talking.models import Slot
from providers.models import Course, Provider
from vouchers.models import Voucher
from web.models import Notice
from web.notifications.calendar import where
from web.templatetags.waymark import money


@dataclass(frozen=True, slots=True)
class Facts:
    """`said` is the event's data, `subject` the id of what it is about. Amounts are minor units of `currency`; it and
    the scheme are "" where it happened under none in particular."""

    said: dict[str, Any]
    subject: str
    scheme: str = ""
    currency: str = ""
    course: str = ""
    provider: str = ""
    own_minor: int = 0
    sponsor: str = ""
    adviser: str = ""
    where: str = ""

    def money(self, name: str) -> str:
        """An amount of the event, as the reader writes money."""
        return self.amount(self.said[name])

    def amount(self, amount_minor: int) -> str:
        return money(amount_minor, self.currency)


def facts_of(notice: Notice) -> Facts:
    """Look up the names, when the letter is written: the ledger has ids, amounts and dates alone."""
    said = dict(notice.facts)
    about, _, subject = said.pop("subject").partition(":")
    if about in ("booking", "call_back", "assistance"):
        return _of_talk(said, subject)
    if about == "advocacy":
        return _of_advocacy(said, subject)
    if "scheme" not in said:
        return _of_provider(said, about, subject)
    scheme = Scheme.objects.get(pk=said["scheme"])
    facts = {"said": said, "subject": subject, "scheme": scheme.name, "currency": scheme.currency}
    if said.get("sponsor"):
        facts["sponsor"] = Sponsor.objects.get(pk=said["sponsor"]).name
    bought = subject if about == "voucher" else said.get("voucher")
    if bought:
        voucher = Voucher.objects.select_related("run__course__provider").get(pk=bought)
        course = voucher.run.course
        return Facts(**facts, course=course.title, provider=course.provider.name, own_minor=voucher.own_minor)
    if about == "request":
        course = Request.objects.select_related("run__course__provider").get(pk=subject).run.course
        return Facts(**facts, course=course.title, provider=course.provider.name)
    return Facts(**facts)


def _of_talk(said: dict[str, Any], subject: str) -> Facts:
    """Of a talk, or of one that did not come about: under no scheme at all."""
    adviser = Adviser.objects.select_related("user").get(pk=said["adviser"]).user.name
    at = where(Slot.objects.get(pk=said["slot"]), Channel(said["channel"])) if "slot" in said else ""
    return Facts(said=said, subject=subject, adviser=adviser, where=at)


def _of_advocacy(said: dict[str, Any], subject: str) -> Facts:
    found = Advocacy.objects.select_related("run__course__provider", "adviser__user").get(pk=subject)
    course = found.run.course
    adviser = found.adviser.user.name
    return Facts(said=said, subject=subject, course=course.title, provider=course.provider.name, adviser=adviser)


def _of_provider(said: dict[str, Any], about: str, subject: str) -> Facts:
    """Of what happened to a provider, or to what it has, under no scheme in particular."""
    provider = Provider.objects.get(pk=subject if about == "provider" else said["provider"])
    course = Course.objects.only("title").get(pk=said["course"]).title if said.get("course") else ""
    return Facts(said=said, subject=subject, provider=provider.name, course=course)
