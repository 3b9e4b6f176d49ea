-- Several databases of one cluster may be made at once, and roles belong to the cluster.
DO $$
DECLARE
    role text;
BEGIN
    FOREACH role IN ARRAY ARRAY['waymark_app', 'waymark_sealer'] LOOP
        BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
                EXECUTE format('CREATE ROLE %I NOLOGIN', role);
            END IF;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            NULL;
        END;
    END LOOP;
END
$$;

INSERT INTO ledger_book (singleton, log, era, floor, cluster, sandbox, clock_offset)
VALUES (true, gen_random_uuid(), 1, '0', '', false, interval '0');

REVOKE ALL ON FUNCTION ledger_post, ledger_record, ledger_open, ledger_lock, ledger_set_clock FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger_post, ledger_record, ledger_open, ledger_lock, ledger_set_clock TO waymark_app;
