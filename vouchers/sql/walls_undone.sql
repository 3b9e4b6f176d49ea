DROP TRIGGER never_rewritten ON vouchers_caseentry;
DROP FUNCTION vouchers_refuse_rewriting();

DROP TRIGGER not_from_a_frozen_account ON vouchers_voucher;
DROP FUNCTION vouchers_refuse_frozen_account();
