"""What happens at the sandbox: a card is tried, a page runs out, money goes back. Each is announced by webhook."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from payments.models.sandbox import SandboxEntry, SandboxRefund, SandboxSession, new_dispute_id
from payments.sandbox import deliveries

# What Stripe's cards bring in hours, days or weeks the sandbox brings while somebody watches.
LATER = dt.timedelta(minutes=1)


class Card(models.TextChoices):
    """Stripe's test cards, by what comes of them, and three of the sandbox's own: no card of Stripe's ends a dispute by
    itself, or pays an hour later."""

    GOOD = "4242 4242 4242 4242", _("Pays")
    DECLINED = "4000 0000 0000 0002", _("Is declined")
    REFUSES_REFUNDS = "4000 0000 0000 5126", _("Pays, but a refund to it fails a minute later")
    PAYS_LATER = "4000 0000 0000 1001", _("Pays a minute later")
    DISPUTED_AND_WON = "4000 0000 0000 2685", _("Pays, is disputed a minute later, and the payment stands")
    DISPUTED_AND_LOST = "4000 0000 0000 0259", _("Pays, is disputed a minute later, and the money is taken back")


# As Stripe's for a card of the same country: 1.5% and 20 of the smallest unit, and a fixed sum for a dispute.
FEE_PER_MILLE, FEE_MINOR, DISPUTE_FEE_MINOR = 15, 20, 20_00

_DISPUTED = {Card.DISPUTED_AND_WON: "won", Card.DISPUTED_AND_LOST: "lost"}


def pay(session_id: str, card: Card) -> bool:
    """Try a card on a session; is it paid now? A declined card leaves the page open for another try.

    A session that is complete or expired stays as it is, however often it is paid.
    """
    session = SandboxSession.objects.get(pk=session_id)
    if session.status == "open" and session.expires_at <= timezone.now():
        expire(session_id)
        return False
    if card != Card.DECLINED:
        if _leave_open(session, "complete", card=card):
            _announce_payment(session, card)
    elif session.status == "open":
        deliveries.announce("payment_intent.payment_failed", _payment(session))
    return session.status == "complete"


def expire(session_id: str) -> None:
    """Close an open session unpaid; one that is complete or expired stays as it is."""
    session = SandboxSession.objects.filter(pk=session_id).first()
    if session is not None and _leave_open(session, "expired"):
        deliveries.announce("checkout.session.expired", _session(session))


def expire_overdue(at: dt.datetime) -> None:
    """Close the sessions whose time ran out."""
    for session_id in SandboxSession.objects.filter(status="open", expires_at__lte=at).values_list("id", flat=True):
        expire(session_id)


def give_back(session: SandboxSession, *, reference: str, amount_minor: int) -> SandboxRefund:
    """Refund part of a paid session; the caller holds its lock and has checked the amount.

    One that its card will refuse has failed here from the beginning, so that it can be tried again; what is told is
    that it arrived, and later that it did not.
    """
    fails = session.card == Card.REFUSES_REFUNDS
    refund = SandboxRefund.objects.create(
        session=session, reference=reference, amount_minor=amount_minor, status="failed" if fails else "succeeded"
    )
    deliveries.announce("refund.updated", _refund(refund) | {"status": "succeeded"})
    _hold(session, "refund", refund.id, -amount_minor, reference=reference)
    if fails:
        _hold(session, "refund_failure", refund.id, amount_minor, reference=reference, after=LATER)
        deliveries.announce("refund.failed", _refund(refund), after=LATER)
    return refund


def _announce_payment(session: SandboxSession, card: Card) -> None:
    """What the card brings, now and later."""
    later = LATER if card == Card.PAYS_LATER else dt.timedelta()
    fee_minor = session.amount_minor * FEE_PER_MILLE // 1000 + FEE_MINOR
    _hold(session, "charge", session.payment_id, session.amount_minor, fee_minor=fee_minor, after=later)
    if card == Card.PAYS_LATER:
        deliveries.announce("checkout.session.completed", _session(session) | {"payment_status": "unpaid"})
        deliveries.announce("checkout.session.async_payment_succeeded", _session(session), after=LATER)
        return
    deliveries.announce("checkout.session.completed", _session(session))
    if card in _DISPUTED:
        dispute = _dispute(session)
        _hold(
            session,
            "adjustment",
            str(dispute["id"]),
            -session.amount_minor,
            fee_minor=DISPUTE_FEE_MINOR,
            after=LATER,
        )
        if card == Card.DISPUTED_AND_WON:
            _hold(session, "adjustment", str(dispute["id"]), session.amount_minor, after=2 * LATER)
        deliveries.announce("charge.dispute.created", dispute, after=LATER)
        deliveries.announce("charge.dispute.closed", dispute | {"status": _DISPUTED[card]}, after=2 * LATER)


def _hold(
    session: SandboxSession,
    kind: str,
    source_id: str,
    amount_minor: int,
    *,
    fee_minor: int = 0,
    reference: str = "",
    after: dt.timedelta = dt.timedelta(),
) -> None:
    """Hold so much more for us, or less, from then on, until it is paid out."""
    SandboxEntry.objects.create(
        kind=kind,
        source_id=source_id,
        amount_minor=amount_minor,
        fee_minor=fee_minor,
        reference=reference,
        payment_id=session.payment_id,
        currency=session.currency,
        due_at=timezone.now() + after,
    )


def _leave_open(session: SandboxSession, status: str, card: str = "") -> bool:
    """Exclusive: of any number of hands on one session, one gets True."""
    left = SandboxSession.objects.filter(pk=session.pk, status="open").update(status=status, card=card) == 1
    session.refresh_from_db()
    return left


def _session(session: SandboxSession) -> dict[str, object]:
    return {
        "id": session.id,
        "object": "checkout.session",
        "amount_total": session.amount_minor,
        "currency": session.currency.lower(),
        "client_reference_id": session.reference,
        "metadata": {"reference": session.reference},
        "mode": "payment",
        "payment_intent": session.payment_id if session.status == "complete" else None,
        "payment_status": "paid" if session.status == "complete" else "unpaid",
        "status": session.status,
        "livemode": False,
    }


def _payment(session: SandboxSession) -> dict[str, object]:
    return {
        "id": session.payment_id,
        "object": "payment_intent",
        "amount": session.amount_minor,
        "currency": session.currency.lower(),
        "status": "requires_payment_method",
        "last_payment_error": {"code": "card_declined", "decline_code": "generic_decline"},
        "livemode": False,
    }


def _dispute(session: SandboxSession) -> dict[str, object]:
    return {
        "id": new_dispute_id(),
        "object": "dispute",
        "amount": session.amount_minor,
        "currency": session.currency.lower(),
        "payment_intent": session.payment_id,
        "reason": "fraudulent",
        "status": "needs_response",
        "livemode": False,
    }


def _refund(refund: SandboxRefund) -> dict[str, object]:
    return {
        "id": refund.id,
        "object": "refund",
        "amount": refund.amount_minor,
        "currency": refund.session.currency.lower(),
        "metadata": {"reference": refund.reference},
        "payment_intent": refund.session.payment_id,
        "status": refund.status,
    }
