"""The inbox: an address of the sandbox that takes webhooks in and shows them, for whoever has no server yet."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import salted_hmac

from api.models import SandboxMessage
from api.sandbox.filling import refuse_unless_sandbox
from providers.models import Provider

MOST_BYTES = 64_000
KEPT = 20
# The headers of Standard Webhooks: what is signed, when, and with what.
HEADERS = ("content-type", "webhook-id", "webhook-timestamp", "webhook-signature")


def address_of(provider: Provider) -> str:
    """Where this provider's inbox is; nobody who was not told could guess it. Refuses `NothingHere`."""
    refuse_unless_sandbox()
    path = reverse("sandbox-inbox", kwargs={"provider": provider.pk, "token": _token(provider.pk)})
    return f"{settings.PUBLIC_URL}{path}"


def take_in(provider: UUID, token: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Keep a message as it came, the last twenty of each inbox; False where there is no such inbox."""
    refuse_unless_sandbox()
    if not _opens(provider, token) or not Provider.objects.filter(pk=provider).exists():
        return False
    SandboxMessage.objects.create(
        provider_id=provider,
        headers={name: headers[name][:500] for name in HEADERS if name in headers},
        body=body.decode(errors="replace").replace("\0", "\N{REPLACEMENT CHARACTER}"),
    )
    newest = SandboxMessage.objects.filter(provider=provider).order_by("-id").values("id")[:KEPT]
    SandboxMessage.objects.filter(provider=provider).exclude(id__in=newest).delete()
    return True


def newest(provider: UUID, token: str) -> SandboxMessage | None:
    """What came last, for whoever has the inbox's address."""
    refuse_unless_sandbox()
    return SandboxMessage.objects.filter(provider=provider).first() if _opens(provider, token) else None


def messages_of(provider: Provider) -> list[SandboxMessage]:
    """What is in a provider's inbox, the newest first."""
    return list(SandboxMessage.objects.filter(provider=provider))


def _opens(provider: UUID, token: str) -> bool:
    return hmac.compare_digest(token.encode(), _token(provider).encode())


def _token(provider: UUID) -> str:
    return salted_hmac("api.sandbox.inbox", str(provider), algorithm="sha256").hexdigest()[:32]
