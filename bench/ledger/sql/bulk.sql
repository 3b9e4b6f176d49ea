-- The yardstick: the transfers, the events and the balances of many redemptions in one statement, nothing checked.
CREATE FUNCTION bench_bulk_by_hand(codes text[], by uuid, amount bigint) RETURNS bigint LANGUAGE plpgsql
AS $$
DECLARE
    made bigint;
BEGIN
    WITH held AS (
        SELECT voucher.id, voucher.account_id, payable.account_id AS payable, amount AS amount_minor, voucher.currency,
               voucher.learner_id, voucher.provider_id, payable.scheme_id,
               bench_id() AS redemption, bench_id() AS event, bench_id() AS transfer
        FROM vouchers_voucher voucher
        JOIN vouchers_payable payable ON payable.provider_id = voucher.provider_id
        WHERE voucher.code = ANY (codes) AND voucher.provider_id = by
    ), moved AS (
        UPDATE ledger_balance balance SET posted = balance.posted - held.amount_minor, seq = balance.seq + 1
        FROM held WHERE balance.account_id = held.account_id
        RETURNING balance.account_id, balance.posted, balance.seq
    ), happened AS (
        INSERT INTO ledger_event
            (id, kind, subject, actor, acting_for, on_behalf_of, request_id, data, created_at, era, xid)
        SELECT event, 'voucher.redeemed', 'voucher:' || id, 'system:bench', '', '', '',
               jsonb_build_object(
                   'redemption', redemption, 'number', 1, 'amount_minor', amount_minor,
                   'learner', learner_id, 'provider', provider_id, 'scheme', scheme_id
               ), now(), 1, pg_current_xact_id()
        FROM held
    )
    INSERT INTO ledger_transfer (
        id, journal, debit_id, credit_id, amount_minor, currency, kind, reference, event_id,
        effective_on, created_at, era, xid, debit_after_minor, debit_seq
    )
    SELECT transfer, redemption, held.account_id, payable, amount_minor, currency, 'redemption',
           'redemption:' || redemption, event, current_date, now(), 1, pg_current_xact_id(), moved.posted, moved.seq
    FROM held JOIN moved USING (account_id);
    GET DIAGNOSTICS made = ROW_COUNT;
    RETURN made;
END
$$;

-- The same by `ledger_post`.
CREATE FUNCTION bench_bulk_posted(codes text[], by uuid, amount bigint) RETURNS bigint LANGUAGE plpgsql
AS $$
DECLARE
    made bigint;
BEGIN
    WITH held AS (
        SELECT voucher.id, voucher.account_id, payable.account_id AS payable, voucher.currency::text,
               voucher.learner_id, voucher.provider_id, payable.scheme_id,
               bench_id() AS redemption, bench_id() AS event, bench_id() AS transfer
        FROM vouchers_voucher voucher
        JOIN vouchers_payable payable ON payable.provider_id = voucher.provider_id
        WHERE voucher.code = ANY (codes) AND voucher.provider_id = by
    ), lines AS (
        SELECT jsonb_agg(jsonb_build_object(
                   'id', event, 'kind', 'voucher.redeemed', 'subject', 'voucher:' || id, 'actor', 'system:bench',
                   'acting_for', '', 'on_behalf_of', '', 'request_id', '', 'alone', false,
                   'data', jsonb_build_object(
                       'redemption', redemption, 'number', 1, 'amount_minor', amount,
                       'learner', learner_id, 'provider', provider_id, 'scheme', scheme_id
                   )
               )) AS happened,
               array_agg(transfer) AS ids, array_agg(redemption) AS journals, array_agg(account_id) AS debits,
               array_agg(payable) AS credits, array_agg(amount) AS amounts, array_agg(currency) AS currencies,
               array_agg('redemption'::text) AS kinds, array_agg('redemption:' || redemption) AS refs,
               array_agg(event) AS events, array_agg(NULL::uuid) AS corrected, array_agg(NULL::date) AS effective
        FROM held
    )
    SELECT count(*) INTO made
    FROM lines CROSS JOIN LATERAL ledger_post(
        happened, ids, journals, debits, credits, amounts, currencies, kinds, refs, events, corrected, effective
    );
    RETURN made;
END
$$;

-- Marks as redeemed what the two above have moved, so that the books can be verified: it is no part of what is measured.
CREATE FUNCTION bench_mark_redeemed() RETURNS void LANGUAGE sql
AS $$
    INSERT INTO vouchers_redemption (id, voucher_id, milestone_id, amount_minor, made_at)
    SELECT transfer.journal, voucher.id, milestone.id, transfer.amount_minor, transfer.created_at
    FROM ledger_transfer transfer
    JOIN vouchers_voucher voucher ON voucher.account_id = transfer.debit_id
    JOIN vouchers_milestone milestone ON milestone.voucher_id = voucher.id AND milestone.number = 1
    WHERE transfer.kind = 'redemption'
    ON CONFLICT DO NOTHING
$$;
