-- What the measurements add to the product's database.
CREATE FUNCTION bench_id() RETURNS uuid LANGUAGE sql AS 'SELECT uuidv7()';
CREATE FUNCTION bench_purse(n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE
AS $$ SELECT ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid $$;
-- A hundred accounts that are only added to.
CREATE FUNCTION bench_payable(n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE
AS $$ SELECT ('00000000-0000-7000-9000-' || lpad(to_hex(n % 100), 12, '0'))::uuid $$;
CREATE FUNCTION bench_payer() RETURNS uuid LANGUAGE sql IMMUTABLE
AS $$ SELECT '00000000-0000-7000-a000-000000000000'::uuid $$;

INSERT INTO ledger_account (id, kind, currency, bounded, owner_type, owner_id)
SELECT id, 'bench', 'GBP', false, 'bench', id
FROM (SELECT bench_payable(n) AS id FROM generate_series(0, 99) AS n UNION ALL SELECT bench_payer()) AS account;

CREATE TABLE bench_template (place int PRIMARY KEY, voucher uuid, provider uuid);
CREATE FUNCTION bench_provider(which int) RETURNS uuid LANGUAGE sql STABLE
AS $$ SELECT provider FROM bench_template WHERE place = which $$;

-- Puts `amount` into each of these new bounded accounts out of the payer's, as a posting would have.
CREATE FUNCTION bench_fill(accounts uuid[], amount bigint, payer uuid) RETURNS void LANGUAGE plpgsql
AS $$
BEGIN
    INSERT INTO ledger_balance (account_id, posted, seq)
    SELECT account, amount, sign(amount) FROM unnest(accounts) AS account;
    IF amount = 0 THEN
        RETURN;
    END IF;
    INSERT INTO ledger_event
        (id, kind, subject, actor, acting_for, on_behalf_of, request_id, data, created_at, era, xid)
    SELECT account, 'bench.filled', 'bench:' || account, 'system:bench', '', '', '',
           jsonb_build_object('amount_minor', amount), now(), 1, pg_current_xact_id()
    FROM unnest(accounts) AS account;
    INSERT INTO ledger_transfer (
        id, journal, debit_id, credit_id, amount_minor, currency, kind, reference, event_id,
        effective_on, created_at, era, xid, credit_after_minor, credit_seq
    )
    SELECT bench_id(), account, payer, account, amount, 'GBP', 'bench', 'bench:' || account, account,
           current_date, now(), 1, pg_current_xact_id(), amount, 1
    FROM unnest(accounts) AS account;
END
$$;

-- Foreign keys are not looked up while filling: triggers sleep, and every row's partner is there.
CREATE PROCEDURE bench_fill_purses(start bigint, count bigint, amount bigint, payer uuid) LANGUAGE plpgsql
SET session_replication_role = replica
AS $$
BEGIN
    INSERT INTO ledger_account (id, kind, currency, bounded, owner_type, owner_id)
    SELECT bench_purse(n), 'bench', 'GBP', true, 'bench', bench_purse(n)
    FROM generate_series(start, start + count - 1) AS n;
    PERFORM bench_fill(array(SELECT bench_purse(n) FROM generate_series(start, start + count - 1) AS n), amount, payer);
END
$$;

-- Copies of the templates of so many providers, with accounts, fundings and milestones of their own.
CREATE PROCEDURE bench_fill_vouchers(start bigint, count bigint, providers int, codes text[]) LANGUAGE plpgsql
SET session_replication_role = replica
AS $$
DECLARE
    worth bigint := (SELECT from_purse_minor FROM vouchers_voucher JOIN bench_template ON voucher = id LIMIT 1);
BEGIN
    CREATE TEMPORARY TABLE copy ON COMMIT DROP AS
        SELECT n, bench_id() AS id, bench_purse(n) AS account, voucher AS template,
               coalesce(codes[n - start + 1], 'B' || n) AS code
        FROM generate_series(start, start + count - 1) AS n JOIN bench_template ON place = n % providers;
    INSERT INTO ledger_account (id, kind, currency, bounded, owner_type, owner_id)
    SELECT account, 'voucher', 'GBP', true, 'voucher', id FROM copy;
    PERFORM bench_fill(array(SELECT account FROM copy), worth, bench_payer());
    INSERT INTO vouchers_voucher
    SELECT made.* FROM copy JOIN vouchers_voucher voucher ON voucher.id = template,
        LATERAL jsonb_populate_record(voucher, jsonb_build_object(
            'id', copy.id, 'code', copy.code, 'reference', 'bench:' || copy.id, 'account_id', copy.account)) AS made;
    INSERT INTO vouchers_funding
    SELECT made.* FROM copy JOIN vouchers_funding funding ON funding.voucher_id = template,
        LATERAL jsonb_populate_record(funding, jsonb_build_object('id', bench_id(), 'voucher_id', copy.id)) AS made;
    INSERT INTO vouchers_milestone
    SELECT made.* FROM copy JOIN vouchers_milestone milestone ON milestone.voucher_id = template,
        LATERAL jsonb_populate_record(milestone, jsonb_build_object('id', bench_id(), 'voucher_id', copy.id)) AS made;
END
$$;
