-- What was written stays as it was written, whoever asks.
CREATE OR REPLACE FUNCTION ledger_refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    RAISE EXCEPTION '% is only ever added to', TG_TABLE_NAME USING ERRCODE = 'WM006';
END
$$;

CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE ON ledger_transfer
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON ledger_transfer
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE ON ledger_event
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON ledger_event
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE ON ledger_snapshot
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON ledger_snapshot
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();

-- A transfer's both accounts are in its own currency.
ALTER TABLE ledger_transfer
    ADD CONSTRAINT transfer_from_an_account_in_its_currency
        FOREIGN KEY (debit_id, currency) REFERENCES ledger_account (id, currency),
    ADD CONSTRAINT transfer_to_an_account_in_its_currency
        FOREIGN KEY (credit_id, currency) REFERENCES ledger_account (id, currency),
    ALTER COLUMN xid SET DEFAULT pg_current_xact_id();
ALTER TABLE ledger_event ALTER COLUMN xid SET DEFAULT pg_current_xact_id();

-- A balance is updated in place again and again: leave it room on its page.
ALTER TABLE ledger_balance SET (fillfactor = 50);

CREATE VIEW ledger_entry AS
    SELECT id AS transfer_id, 'debit' AS side, debit_id AS account_id, -amount_minor AS amount_minor, currency,
           debit_after_minor AS after_minor, debit_seq AS seq, kind, reference, journal, event_id, created_at, era, xid
    FROM ledger_transfer
    UNION ALL
    SELECT id, 'credit', credit_id, amount_minor, currency,
           credit_after_minor, credit_seq, kind, reference, journal, event_id, created_at, era, xid
    FROM ledger_transfer;
