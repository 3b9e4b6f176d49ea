-- The log is only ever added to, like what it seals.
DO $$
DECLARE
    log_table text;
BEGIN
    FOREACH log_table IN ARRAY ARRAY['ledger_leaf', 'ledger_node', 'ledger_seal', 'ledger_sealkey'] LOOP
        EXECUTE format('CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE ON %I
            FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change()', log_table);
        EXECUTE format('CREATE TRIGGER never_emptied BEFORE TRUNCATE ON %I
            FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change()', log_table);
    END LOOP;
END
$$;

-- The cluster that this database lives in; a restore into another one has another.
CREATE OR REPLACE FUNCTION ledger_cluster() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT system_identifier::text FROM pg_control_system()
$$;

-- Why nothing more may be sealed in this era, or null.
CREATE OR REPLACE FUNCTION ledger_era_is_over() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT CASE
        WHEN book.cluster <> '' AND book.cluster <> ledger_cluster()
            THEN format('era %s was sealed in another cluster', book.era)
        WHEN pg_snapshot_xmax(pg_current_snapshot()) < book.floor
            OR pg_snapshot_xmax(pg_current_snapshot()) <= (
                SELECT xid FROM ledger_event WHERE era = book.era ORDER BY era DESC, xid DESC, id DESC LIMIT 1
            ) AND pg_current_xact_id_if_assigned() IS NULL
            THEN format('this cluster''s transactions are older than those of era %s', book.era)
        END
    FROM ledger_book book
$$;

-- Notes that everything below a horizon has been sealed here.
CREATE OR REPLACE FUNCTION ledger_sealed(below xid8) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    UPDATE ledger_book SET cluster = ledger_cluster(),
        floor = greatest(floor, least(below, pg_snapshot_xmin(pg_current_snapshot())))
$$;

-- Begins a new era in this cluster. The owner's alone.
CREATE OR REPLACE FUNCTION ledger_new_era() RETURNS int
LANGUAGE sql SET search_path = pg_catalog, public, pg_temp
AS $$
    UPDATE ledger_book SET era = era + 1, floor = '0', cluster = ledger_cluster() RETURNING era
$$;

REVOKE ALL ON FUNCTION ledger_sealed, ledger_new_era, ledger_cluster, ledger_era_is_over FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger_era_is_over TO waymark_app, waymark_sealer;
GRANT EXECUTE ON FUNCTION ledger_sealed TO waymark_sealer;
