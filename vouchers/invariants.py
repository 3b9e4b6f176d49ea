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
    """Where the scheme has made a redemption good, the voucher had it back although the redemption stands."""
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
                + coalesce((SELECT sum(good.amount_minor) FROM vouchers_madegood good
                            JOIN vouchers_redemption stands ON stands.id = good.redemption_id
                            WHERE stands.voucher_id = voucher.id AND stands.reversed_at IS NULL), 0)
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


@invariant("a payout is of what its lines come to, and a redemption is in no two of them that count")
def payout_is_its_lines() -> Iterator[Broken]:
    """Lines count while their payout is neither returned nor cancelled; each redemption is paid what stands of it, at
    most, and nothing is taken back that was not paid."""
    yield from first(
        "payout",
        """
        SELECT payout.id, format('is of %s; its lines make %s', payout.amount_minor, coalesce(line.total, 0))
        FROM vouchers_payout payout LEFT JOIN (
            SELECT payout_id, sum(amount_minor) AS total FROM vouchers_payoutline WHERE left_out = '' GROUP BY payout_id
        ) line ON line.payout_id = payout.id
        WHERE payout.amount_minor IS DISTINCT FROM coalesce(line.total, 0) ORDER BY payout.id LIMIT 1
        """,
    )
    yield from first(
        "payoutline",
        """
        SELECT line.id, format('counts: %s; its payout is %s', line.live, payout.state)
        FROM vouchers_payoutline line JOIN vouchers_payout payout ON payout.id = line.payout_id
        WHERE line.live <> (payout.state NOT IN ('returned', 'cancelled') AND line.left_out = '')
        ORDER BY line.id LIMIT 1
        """,
    )
    yield from first(
        "redemption",
        """
        SELECT redemption.id, format('is of %s; payouts pay %s for it', redemption.amount_minor, line.total)
        FROM vouchers_redemption redemption JOIN (
            SELECT redemption_id, sum(amount_minor) AS total, max(abs(amount_minor)) AS most
            FROM vouchers_payoutline WHERE live GROUP BY redemption_id
        ) line ON line.redemption_id = redemption.id
        WHERE abs(line.total) > redemption.amount_minor OR line.most <> redemption.amount_minor
        ORDER BY redemption.id LIMIT 1
        """,
    )


@invariant("a payout that the bank paid is one transfer of its amount, and back if it came back")
def payout_is_a_transfer() -> Iterator[Broken]:
    yield from first(
        "payout",
        """
        SELECT payout.id, format('is %s, of %s; its transfers moved %s and %s back', payout.state, payout.amount_minor,
            coalesce(paid.amount_minor, 0), coalesce(back.amount_minor, 0))
        FROM vouchers_payout payout
        LEFT JOIN ledger_transfer paid ON paid.reference = 'payout:' || payout.id
        LEFT JOIN ledger_transfer back ON back.reference = 'payout_returned:' || payout.id
        WHERE coalesce(paid.amount_minor, 0)
                <> CASE WHEN payout.settled_at IS NULL THEN 0 ELSE payout.amount_minor END
            OR coalesce(back.amount_minor, 0)
                <> CASE WHEN payout.settled_at IS NULL OR payout.state <> 'returned' THEN 0
                        ELSE payout.amount_minor END
        ORDER BY payout.id LIMIT 1
        """,
    )


@invariant("what a scheme made good is one transfer of a redemption's amount, and what was clawed back of it another")
def made_good_is_a_transfer() -> Iterator[Broken]:
    yield from first(
        "redemption",
        """
        SELECT redemption.id, format('was made good with %s; its transfers moved %s, and %s back',
            good.amount_minor, coalesce(given.amount_minor, 0), coalesce(back.amount_minor, 0))
        FROM vouchers_madegood good
        JOIN vouchers_redemption redemption ON redemption.id = good.redemption_id
        LEFT JOIN ledger_transfer given ON given.reference = 'made_good:' || redemption.id
        LEFT JOIN ledger_transfer back ON back.reference = 'clawback:' || redemption.id
        WHERE given.amount_minor IS DISTINCT FROM good.amount_minor OR good.amount_minor <> redemption.amount_minor
            OR coalesce(back.amount_minor, 0)
                <> CASE WHEN redemption.reversed_at IS NULL THEN 0 ELSE redemption.amount_minor END
        ORDER BY redemption.id LIMIT 1
        """,
    )
