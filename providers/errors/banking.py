"""What a bank account is turned down with."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from config.refusals import Refusal


class MayNotDecideAboutMoney(Refusal):
    code = "may_not_decide_about_money"
    status = 403
    says = _("Only staff who look after the organisation or its money may do this.")
    do = _("Ask an administrator of your organisation.")


class HolderMissing(Refusal):
    code = "holder_missing"
    status = 422
    says = _("Say whose bank account it is.")
    do = _("Write the name as the bank has it.")


class IbanWrong(Refusal):
    code = "iban_wrong"
    status = 422
    says = _("This is not an IBAN: its characters do not check.")
    do = _("Copy it from the bank's letter or statement. A sort code and account number alone are not enough.")


class BicWrong(Refusal):
    code = "bic_wrong"
    status = 422
    says = _("This is not a BIC.")
    do = _("It has eight or eleven letters and digits. It may be left out.")


class BankAccountWaits(Refusal):
    code = "bank_account_waits"
    says = _("Another bank account waits for a second person already.")
    do = _("Have it approved, declined or taken back first.")


class BankAccountUnchanged(Refusal):
    code = "bank_account_unchanged"
    says = _("This is the bank account that you are paid to already.")


class BankAccountOfAnother(Refusal):
    code = "bank_account_of_another"
    says = _("Another provider is paid to this bank account.")
    do = _("Check the number. If it is right, talk to the scheme's staff.")


class BankAccountNotFound(Refusal):
    code = "bank_account_not_found"
    status = 404
    says = _("There is no such bank account for you to decide about.")


class BankAccountDecided(Refusal):
    code = "bank_account_decided"
    says = _("This is decided already: “{state}”.")


class BankAccountNeedsSecondPerson(Refusal):
    code = "bank_account_needs_second_person"
    status = 403
    says = _("You proposed this bank account, so somebody else has to decide about it.")
    do = _("Ask a colleague who looks after the organisation or its money.")
