-- What each unbounded account stood at below a horizon, for those that have moved since their last snapshot.
CREATE OR REPLACE FUNCTION ledger_take_snapshots(below xid8) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    this_era int := (SELECT era FROM ledger_book);
    taken int;
BEGIN
    INSERT INTO ledger_snapshot (account_id, era, horizon, balance_minor, taken_at)
    SELECT account.id, this_era, below, coalesce(last.balance_minor, 0) + moved.change, ledger_now()
    FROM ledger_account account
    LEFT JOIN LATERAL (
        SELECT era, horizon, balance_minor FROM ledger_snapshot snapshot
        WHERE snapshot.account_id = account.id ORDER BY era DESC, horizon DESC LIMIT 1
    ) last ON true
    CROSS JOIN LATERAL (
        SELECT sum(change)::bigint AS change FROM (
            SELECT amount_minor AS change FROM ledger_transfer transfer
            WHERE transfer.credit_id = account.id AND (transfer.era, transfer.xid) < (this_era, below)
                AND (transfer.era, transfer.xid) >= (coalesce(last.era, 0), coalesce(last.horizon, '0'::xid8))
            UNION ALL
            SELECT -amount_minor FROM ledger_transfer transfer
            WHERE transfer.debit_id = account.id AND (transfer.era, transfer.xid) < (this_era, below)
                AND (transfer.era, transfer.xid) >= (coalesce(last.era, 0), coalesce(last.horizon, '0'::xid8))
        ) side
    ) moved
    WHERE NOT account.bounded AND moved.change IS NOT NULL
    ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS taken = ROW_COUNT;
    RETURN taken;
END
$$;

REVOKE ALL ON FUNCTION ledger_take_snapshots FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger_take_snapshots TO waymark_app;
