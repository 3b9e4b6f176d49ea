"""What must always hold of card money after it was taken, run by `ledger verify` beside the ledger's own."""

from __future__ import annotations

from collections.abc import Iterator

from ledger.invariants import Broken, first, invariant
from vouchers.cards.reconciling import clearings


@invariant("a card refund is one transfer when it arrived, another back when it failed after that, a third by hand")
def card_refund_is_its_transfers() -> Iterator[Broken]:
    yield from first(
        "refund",
        """
        SELECT refund.id, format('is %s %s, of %s; its transfers moved %s, %s back and %s by hand', refund.state,
            refund.followed_by, refund.amount_minor, coalesce(there.amount_minor, 0), coalesce(back.amount_minor, 0),
            coalesce(hand.amount_minor, 0))
        FROM payments_cardrefund refund
        LEFT JOIN ledger_transfer there ON there.reference = 'card_refund:' || refund.id
        LEFT JOIN ledger_transfer back ON back.reference = 'card_refund_failed:' || refund.id
        LEFT JOIN ledger_transfer hand ON hand.reference = 'refund_by_hand:' || refund.id
        WHERE coalesce(there.amount_minor, 0) - coalesce(back.amount_minor, 0)
                <> CASE refund.state WHEN 'succeeded' THEN refund.amount_minor ELSE 0 END
            OR coalesce(there.amount_minor, refund.amount_minor) <> refund.amount_minor
            OR coalesce(hand.amount_minor, 0)
                <> CASE refund.followed_by WHEN 'by_hand' THEN refund.amount_minor ELSE 0 END
        ORDER BY refund.id LIMIT 1
        """,
    )


@invariant("a dispute that is lost is one chargeback of its amount, and what was recovered of it other transfers")
def chargeback_is_a_transfer() -> Iterator[Broken]:
    yield from first(
        "card_hold",
        """
        SELECT hold.id, format('lost %s of %s; its transfers took %s, and %s came back', hold.recovered_minor,
            hold.amount_minor, coalesce(taken.amount_minor, 0), coalesce(recovered.total, 0))
        FROM vouchers_cardhold hold
        LEFT JOIN ledger_transfer taken ON taken.reference = 'chargeback:' || hold.id
        LEFT JOIN (
            SELECT split_part(reference, ':', 2) AS hold, sum(amount_minor) AS total
            FROM ledger_transfer WHERE kind = 'chargeback_recovered' GROUP BY 1
        ) recovered ON recovered.hold = hold.id::text
        WHERE coalesce(taken.amount_minor, 0) <> CASE WHEN hold.lost_at IS NULL THEN 0 ELSE hold.amount_minor END
            OR coalesce(recovered.total, 0) <> hold.recovered_minor
        ORDER BY hold.id LIMIT 1
        """,
    )


@invariant("a scheme's share of a card payout is one transfer of the fees and one to the bank, taken back if it failed")
def card_payout_is_its_transfers() -> Iterator[Broken]:
    yield from first(
        "card_payout_share",
        """
        SELECT share.id, format('is %s, of which %s is kept; its transfers moved %s, and %s was kept',
            share.net_minor, share.fee_minor, coalesce(moved.net, 0), coalesce(moved.fee, 0))
        FROM vouchers_cardpayoutshare share
        JOIN payments_gatewaypayout payout ON payout.id = share.payout_id
        JOIN accounts_scheme scheme ON scheme.id = share.scheme_id
        LEFT JOIN LATERAL (
            SELECT sum(side.change) FILTER (WHERE kind = 'card_fee') AS fee,
                sum(side.change) FILTER (WHERE kind <> 'card_fee') AS net
            FROM ledger_transfer
            CROSS JOIN LATERAL (
                SELECT CASE WHEN credit_id = scheme.card_clearing_id THEN amount_minor ELSE -amount_minor END AS change
            ) side
            WHERE reference = ANY (ARRAY[
                'card_fee:' || payout.gateway_id || ':' || scheme.id,
                'card_payout:' || payout.gateway_id || ':' || scheme.id,
                'card_payout_failed:' || payout.gateway_id || ':' || scheme.id
            ])
        ) moved ON true
        WHERE coalesce(moved.fee, 0) <> share.fee_minor
            OR coalesce(moved.net, 0) <> CASE WHEN payout.taken_back_at IS NULL THEN share.net_minor ELSE 0 END
        ORDER BY share.id LIMIT 1
        """,
    )


@invariant("a scheme's card clearing holds what was captured, less what was refunded, charged back, kept and paid out")
def clearing_is_what_has_not_gone() -> Iterator[Broken]:
    for clearing in clearings():
        if not clearing.matches:
            says = f"should have {clearing.due_minor} with the card gateway; card clearing says {clearing.held_minor}"
            yield Broken("scheme", str(clearing.scheme.pk), says)
            return
