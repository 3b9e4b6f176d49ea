-- What each unbounded account stood at below a horizon, for those that have moved since snapshots were last taken.
-- A horizon that has not come yet is none: what is still to be written would be left out for ever.
-- Only what is new is read, whatever the planner expects of a condition on two columns.
CREATE OR REPLACE FUNCTION ledger_take_snapshots(below xid8) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off
AS $$
DECLARE
    this_era int := (SELECT era FROM ledger_book);
    from_era int := 0;
    from_horizon xid8 := '0';
    taken int;
BEGIN
    below := least(below, pg_snapshot_xmax(pg_current_snapshot()));
    SELECT era, horizon INTO from_era, from_horizon FROM ledger_snapshot ORDER BY era DESC, horizon DESC LIMIT 1;
    INSERT INTO ledger_snapshot (account_id, era, horizon, balance_minor, taken_at)
    SELECT moved.account, this_era, below, coalesce(last.balance_minor, 0) + moved.change, ledger_now()
    FROM (
        SELECT account, sum(change)::bigint AS change FROM ledger_transfer
        CROSS JOIN LATERAL (
            VALUES (debit_id, debit_seq, -amount_minor), (credit_id, credit_seq, amount_minor)
        ) AS side (account, seq, change)
        -- A bounded account's transfers are numbered; it keeps its balance.
        WHERE seq IS NULL AND (era, xid) < (this_era, below)
            AND (era, xid) >= (coalesce(from_era, 0), coalesce(from_horizon, '0'))
        GROUP BY account
    ) moved
    JOIN ledger_account account ON account.id = moved.account AND NOT account.bounded
    LEFT JOIN LATERAL (
        SELECT balance_minor FROM ledger_snapshot snapshot
        WHERE snapshot.account_id = account.id ORDER BY era DESC, horizon DESC LIMIT 1
    ) last ON true;
    GET DIAGNOSTICS taken = ROW_COUNT;
    RETURN taken;
END
$$;

REVOKE ALL ON FUNCTION ledger_take_snapshots FROM PUBLIC, waymark_app;
GRANT EXECUTE ON FUNCTION ledger_take_snapshots TO waymark_sealer;
