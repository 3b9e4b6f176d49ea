CREATE OR REPLACE FUNCTION ledger_now() RETURNS timestamptz
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT transaction_timestamp() + CASE WHEN sandbox THEN clock_offset ELSE interval '0' END FROM ledger_book
$$;

-- Only the owner can mark a database as a sandbox; in one, the application may move the clock.
CREATE OR REPLACE FUNCTION ledger_set_clock(new_offset interval) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    UPDATE ledger_book SET clock_offset = new_offset WHERE sandbox;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this database is not a sandbox' USING ERRCODE = 'WM007';
    END IF;
END
$$;
