"""What must always hold of vouchers and their money, run by `ledger verify` beside the ledger's own."""

from __future__ import annotations

from collections.abc import Iterator

from ledger.invariants import Broken, first, invariant


@invariant("a closed voucher holds nothing")
def closed_is_empty() -> Iterator[Broken]:
    yield from first(
        "voucher",
        """
        SELECT voucher.id, format('is closed and holds %s', balance.posted)
        FROM vouchers_voucher voucher JOIN ledger_balance balance ON balance.account_id = voucher.account_id
        WHERE voucher.state = 'closed' AND balance.posted <> 0 ORDER BY voucher.id LIMIT 1
        """,
    )


@invariant("a voucher holds what was put in, less what was redeemed and what came back")
def holds_what_it_should() -> Iterator[Broken]:
    yield from first(
        "voucher",
        """
        SELECT voucher.id, format('holds %s; its fundings and redemptions make %s', balance.posted, should.hold)
        FROM vouchers_voucher voucher
        JOIN ledger_balance balance ON balance.account_id = voucher.account_id
        CROSS JOIN LATERAL (
            SELECT (
                coalesce((SELECT sum(amount_minor - returned_minor) FROM vouchers_funding
                          WHERE voucher_id = voucher.id), 0)
                - coalesce((SELECT sum(amount_minor) FROM vouchers_redemption
                            WHERE voucher_id = voucher.id AND reversed_at IS NULL), 0)
            )::bigint AS hold
        ) should
        WHERE balance.posted <> should.hold ORDER BY voucher.id LIMIT 1
        """,
    )


@invariant("what comes with a course was paid from money set apart for it, and nothing else was")
def extras_were_paid_from_their_earmarks() -> Iterator[Broken]:
    yield from first(
        "voucher",
        """
        SELECT voucher_id, format('has %s to pay for %s, and purses for it gave %s', sum(wanted), earmark, sum(given))
        FROM (
            SELECT voucher_id, earmark, from_purse_minor AS wanted, 0 AS given FROM vouchers_voucherextra
            UNION ALL
            SELECT funding.voucher_id, purse.earmark, 0, funding.amount_minor
            FROM vouchers_funding funding JOIN accounts_purse purse ON purse.id = funding.purse_id
            WHERE purse.earmark NOT IN ('', 'tuition')
        ) each
        GROUP BY voucher_id, earmark HAVING sum(wanted) <> sum(given) ORDER BY voucher_id LIMIT 1
        """,
    )


@invariant("nothing was redeemed that the learner, or the rules' silence, had not confirmed from the start on")
def redeemed_was_confirmed() -> Iterator[Broken]:
    yield from first(
        "redemption",
        """
        SELECT redemption.id,
            format('is of milestone %s, and milestone %s is %s', paid.number, earlier.number, earlier.state)
        FROM vouchers_redemption redemption
        JOIN vouchers_milestone paid ON paid.id = redemption.milestone_id
        JOIN vouchers_milestone earlier ON earlier.voucher_id = paid.voucher_id AND earlier.number <= paid.number
        WHERE redemption.reversed_at IS NULL AND earlier.state <> 'confirmed' ORDER BY redemption.id LIMIT 1
        """,
    )


@invariant("each redemption is one transfer of its amount")
def redemption_is_a_transfer() -> Iterator[Broken]:
    yield from first(
        "redemption",
        """
        SELECT redemption.id, format('is of %s; its transfer moved %s', redemption.amount_minor,
            coalesce(transfer.amount_minor::text, 'nothing'))
        FROM vouchers_redemption redemption
        LEFT JOIN ledger_transfer transfer ON transfer.reference = 'redemption:' || redemption.id
        WHERE transfer.amount_minor IS DISTINCT FROM redemption.amount_minor ORDER BY redemption.id LIMIT 1
        """,
    )


@invariant("what a commitment scheme has committed, holds and has spent, with what it may still give, is its ceiling")
def within_the_ceiling() -> Iterator[Broken]:
    """And cash has followed each right that is in a voucher, or was spent from one."""
    yield from first(
        "scheme",
        """
        SELECT scheme.id, CASE
            WHEN committed + used + headroom.posted <> ceiling THEN format(
                'committed %s, holds and has spent %s, and may give %s; its ceiling is %s',
                committed, used, headroom.posted, ceiling)
            ELSE format('holds and has spent %s; cash of %s followed', used, cash) END
        FROM accounts_scheme scheme
        JOIN ledger_balance headroom ON headroom.account_id = scheme.headroom_id
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(balance.posted), 0)::bigint AS committed
            FROM accounts_purse purse
            JOIN accounts_learningaccount account ON account.id = purse.learning_account_id
            JOIN ledger_balance balance ON balance.account_id = purse.ledger_account_id
            WHERE account.scheme_id = scheme.id AND purse.award_id IS NOT NULL
        ) purses
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(funding.amount_minor - funding.returned_minor), 0)::bigint AS used
            FROM vouchers_funding funding
            JOIN accounts_purse purse ON purse.id = funding.purse_id AND purse.award_id IS NOT NULL
            JOIN accounts_learningaccount account ON account.id = purse.learning_account_id
            WHERE account.scheme_id = scheme.id
        ) vouchers
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(amount_minor) FILTER (WHERE credit_id = scheme.headroom_id), 0)::bigint
                    - coalesce(sum(amount_minor) FILTER (WHERE debit_id = scheme.headroom_id), 0)::bigint AS ceiling,
                coalesce(sum(amount_minor) FILTER (WHERE debit_id = scheme.pot_id), 0)::bigint
                    - coalesce(sum(amount_minor) FILTER (WHERE credit_id = scheme.pot_id), 0)::bigint AS cash
            FROM ledger_transfer WHERE scheme.authority_id IN (debit_id, credit_id)
        ) authority
        WHERE committed + used + headroom.posted <> ceiling OR used <> cash
        ORDER BY scheme.id LIMIT 1
        """,
    )
