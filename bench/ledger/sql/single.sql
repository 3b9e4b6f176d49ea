-- The yardstick: one redemption as somebody would write it who had nothing else to do and no ledger to call.
CREATE FUNCTION bench_redeem_by_hand(wanted text, by uuid) RETURNS uuid LANGUAGE plpgsql
AS $$
DECLARE
    held record;
    redemption uuid := bench_id();
    event uuid := bench_id();
    transfer uuid := bench_id();
    after bigint;
    place bigint;
BEGIN
    SELECT voucher.id, voucher.state, voucher.control, voucher.account_id, voucher.currency, voucher.learner_id,
           voucher.provider_id, learning_account.scheme_id, payable.account_id AS payable,
           milestone.id AS milestone, milestone.number, milestone.amount_minor, milestone.state AS milestone_state
    INTO held
    FROM vouchers_voucher voucher
    JOIN accounts_learningaccount learning_account ON learning_account.id = voucher.learning_account_id
    JOIN vouchers_payable payable
        ON payable.provider_id = voucher.provider_id AND payable.scheme_id = learning_account.scheme_id
    JOIN vouchers_milestone milestone ON milestone.voucher_id = voucher.id AND milestone.number = 1
    WHERE voucher.code = wanted AND voucher.provider_id = by
    FOR UPDATE OF voucher, milestone;
    IF held.state IS NULL OR held.state NOT IN ('started', 'completed') OR held.control <> 'clear'
        OR held.milestone_state <> 'confirmed' OR held.amount_minor <= 0 THEN
        RAISE EXCEPTION 'nothing to redeem';
    END IF;
    INSERT INTO vouchers_redemption (id, voucher_id, milestone_id, amount_minor, made_at)
    VALUES (redemption, held.id, held.milestone, held.amount_minor, now());
    UPDATE ledger_balance SET posted = posted - held.amount_minor, seq = seq + 1
    WHERE account_id = held.account_id AND posted >= held.amount_minor
    RETURNING posted, seq INTO after, place;
    IF after IS NULL THEN
        RAISE EXCEPTION 'not enough';
    END IF;
    INSERT INTO ledger_event
        (id, kind, subject, actor, acting_for, on_behalf_of, request_id, data, created_at, era, xid)
    VALUES (
        event, 'voucher.redeemed', 'voucher:' || held.id, 'system:bench', '', '', '',
        jsonb_build_object(
            'redemption', redemption, 'number', held.number, 'amount_minor', held.amount_minor,
            'learner', held.learner_id, 'provider', held.provider_id, 'scheme', held.scheme_id
        ),
        now(), 1, pg_current_xact_id()
    );
    INSERT INTO ledger_transfer (
        id, journal, debit_id, credit_id, amount_minor, currency, kind, reference, event_id,
        effective_on, created_at, era, xid, debit_after_minor, debit_seq
    )
    VALUES (
        transfer, redemption, held.account_id, held.payable, held.amount_minor, held.currency, 'redemption',
        'redemption:' || redemption, event, current_date, now(), 1, pg_current_xact_id(), after, place
    );
    RETURN transfer;
END
$$;

-- The same, with `ledger_post` for what it does.
CREATE FUNCTION bench_redeem_posted(wanted text, by uuid) RETURNS uuid LANGUAGE plpgsql
AS $$
DECLARE
    held record;
    redemption uuid := bench_id();
    event uuid := bench_id();
    transfer uuid := bench_id();
BEGIN
    SELECT voucher.id, voucher.state, voucher.control, voucher.account_id, voucher.currency, voucher.learner_id,
           voucher.provider_id, learning_account.scheme_id, payable.account_id AS payable,
           milestone.id AS milestone, milestone.number, milestone.amount_minor, milestone.state AS milestone_state
    INTO held
    FROM vouchers_voucher voucher
    JOIN accounts_learningaccount learning_account ON learning_account.id = voucher.learning_account_id
    JOIN vouchers_payable payable
        ON payable.provider_id = voucher.provider_id AND payable.scheme_id = learning_account.scheme_id
    JOIN vouchers_milestone milestone ON milestone.voucher_id = voucher.id AND milestone.number = 1
    WHERE voucher.code = wanted AND voucher.provider_id = by
    FOR UPDATE OF voucher, milestone;
    IF held.state IS NULL OR held.state NOT IN ('started', 'completed') OR held.control <> 'clear'
        OR held.milestone_state <> 'confirmed' OR held.amount_minor <= 0 THEN
        RAISE EXCEPTION 'nothing to redeem';
    END IF;
    INSERT INTO vouchers_redemption (id, voucher_id, milestone_id, amount_minor, made_at)
    VALUES (redemption, held.id, held.milestone, held.amount_minor, now());
    PERFORM id FROM ledger_post(
        jsonb_build_array(jsonb_build_object(
            'id', event, 'kind', 'voucher.redeemed', 'subject', 'voucher:' || held.id, 'actor', 'system:bench',
            'acting_for', '', 'on_behalf_of', '', 'request_id', '', 'alone', false,
            'data', jsonb_build_object(
                'redemption', redemption, 'number', held.number, 'amount_minor', held.amount_minor,
                'learner', held.learner_id, 'provider', held.provider_id, 'scheme', held.scheme_id
            )
        )),
        ARRAY[transfer], ARRAY[redemption], ARRAY[held.account_id], ARRAY[held.payable], ARRAY[held.amount_minor], ARRAY[held.currency::text],
        ARRAY['redemption'], ARRAY['redemption:' || redemption], ARRAY[event], ARRAY[NULL::uuid], ARRAY[NULL::date]
    );
    RETURN transfer;
END
$$;

-- The same, with the product's own statements for all the rest: they are put in where braces are.
CREATE FUNCTION bench_redeem(wanted text, by uuid) RETURNS uuid LANGUAGE plpgsql
AS $$
DECLARE
    the_voucher uuid;
    the_account uuid;
    the_currency text;
    the_provider uuid;
    the_learner uuid;
    the_scheme uuid;
    the_payable uuid;
    the_state text;
    the_control text;
    the_moment timestamptz;
    skipped text;
    step record;
    redemption uuid := bench_id();
    event uuid := bench_id();
    transfer uuid := bench_id();
BEGIN
    {vouchers};
    SELECT * INTO step FROM ({milestones}) AS step WHERE number = 1;
    IF the_state IS NULL OR the_state NOT IN ('started', 'completed') OR the_control <> 'clear'
        OR step.state <> 'confirmed' OR step.amount_minor NOT BETWEEN 1 AND step.posted THEN
        RAISE EXCEPTION 'nothing to redeem';
    END IF;
    {redemptions};
    PERFORM id FROM ledger_post(
        jsonb_build_array(jsonb_build_object(
            'id', event, 'kind', 'voucher.redeemed', 'subject', 'voucher:' || the_voucher, 'actor', 'system:bench',
            'acting_for', '', 'on_behalf_of', '', 'request_id', '', 'alone', false,
            'data', jsonb_build_object(
                'redemption', redemption, 'number', step.number, 'amount_minor', step.amount_minor,
                'learner', the_learner, 'provider', the_provider, 'scheme', the_scheme
            )
        )),
        ARRAY[transfer], ARRAY[redemption], ARRAY[the_account], ARRAY[the_payable], ARRAY[step.amount_minor], ARRAY[the_currency::text],
        ARRAY['redemption'], ARRAY['redemption:' || redemption], ARRAY[event], ARRAY[NULL::uuid], ARRAY[NULL::date]
    );
    RETURN transfer;
END
$$;

-- A pound from one account to another, and nothing else.
CREATE FUNCTION bench_move(debit uuid, credit uuid) RETURNS uuid LANGUAGE plpgsql
AS $$
DECLARE
    event uuid := bench_id();
    transfer uuid := bench_id();
BEGIN
    PERFORM id FROM ledger_post(
        jsonb_build_array(jsonb_build_object(
            'id', event, 'kind', 'bench.moved', 'subject', 'bench:' || credit, 'actor', 'system:bench',
            'acting_for', '', 'on_behalf_of', '', 'request_id', '', 'alone', false,
            'data', jsonb_build_object('amount_minor', 100)
        )),
        ARRAY[transfer], ARRAY[transfer], ARRAY[debit], ARRAY[credit], ARRAY[100::bigint], ARRAY['GBP'],
        ARRAY['bench'], ARRAY['bench:' || transfer], ARRAY[event], ARRAY[NULL::uuid], ARRAY[NULL::date]
    );
    RETURN transfer;
END
$$;
