-- What time it is by a book. Without settings of its own, so that it costs no call where a book is being read anyway.
CREATE OR REPLACE FUNCTION ledger_time(book ledger_book) RETURNS timestamptz
LANGUAGE sql STABLE
AS $$
    SELECT pg_catalog.transaction_timestamp() OPERATOR(pg_catalog.+)
        CASE WHEN book.sandbox THEN book.clock_offset ELSE interval '0' END
$$;

CREATE OR REPLACE FUNCTION ledger_now() RETURNS timestamptz
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT ledger_time(book) FROM ledger_book book
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
