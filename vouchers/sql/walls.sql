-- No voucher of a frozen account.
CREATE FUNCTION vouchers_refuse_frozen_account() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF EXISTS (SELECT FROM accounts_learningaccount WHERE id = NEW.learning_account_id AND frozen_at IS NOT NULL) THEN
        RAISE EXCEPTION 'the learning account is frozen'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'voucher_is_of_an_account_that_is_not_frozen';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER not_from_a_frozen_account BEFORE INSERT ON vouchers_voucher
    FOR EACH ROW EXECUTE FUNCTION vouchers_refuse_frozen_account();

-- What was said in a case stays as it was said; its words can be erased.
CREATE FUNCTION vouchers_refuse_rewriting() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF TG_OP = 'DELETE' OR NEW.words <> ''
        OR (NEW.id, NEW.case_id, NEW.side, NEW.author_id, NEW.asks, NEW.to_provider, NEW.made_at)
            IS DISTINCT FROM (OLD.id, OLD.case_id, OLD.side, OLD.author_id, OLD.asks, OLD.to_provider, OLD.made_at) THEN
        RAISE EXCEPTION 'what was said in a case is only ever added to' USING ERRCODE = 'WM006';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER never_rewritten BEFORE UPDATE OR DELETE ON vouchers_caseentry
    FOR EACH ROW EXECUTE FUNCTION vouchers_refuse_rewriting();
