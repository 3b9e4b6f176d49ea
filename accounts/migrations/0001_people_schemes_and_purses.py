"""The tables of people and their money: learners, schemes and rules, awards, purses."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import config.ids

NEVER_EDITED = """
CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE ON accounts_ruleversion
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON accounts_ruleversion
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
"""
EDITED = """
DROP TRIGGER never_changed ON accounts_ruleversion;
DROP TRIGGER never_emptied ON accounts_ruleversion;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("ledger", "0002_functions_walls_and_roles"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="RuleVersion",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("number", models.PositiveIntegerField()),
                ("valid_from", models.DateField()),
                ("rules", models.JSONField()),
                ("source", models.TextField(blank=True)),
            ],
            options={
                "ordering": ["scheme", "number"],
            },
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("email", models.EmailField(max_length=254, unique=True, verbose_name="e-mail")),
                ("name", models.CharField(max_length=160, verbose_name="name")),
                ("language", models.CharField(default="en-gb", max_length=10, verbose_name="language")),
                ("is_staff", models.BooleanField(default=False)),
                ("is_active", models.BooleanField(default=True)),
                ("date_joined", models.DateTimeField(auto_now_add=True)),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(django.db.models.functions.text.Lower("email"), name="one_user_an_email")
                ],
            },
        ),
        migrations.CreateModel(
            name="Learner",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("given_name", models.CharField(blank=True, max_length=80)),
                ("family_name", models.CharField(blank=True, max_length=80)),
                ("date_of_birth", models.DateField(null=True)),
                (
                    "residence",
                    models.CharField(
                        choices=[
                            ("england", "England"),
                            ("wales", "Wales"),
                            ("scotland", "Scotland"),
                            ("northern_ireland", "Northern Ireland"),
                            ("france", "France"),
                            ("germany", "Germany"),
                            ("lithuania", "Lithuania"),
                            ("netherlands", "the Netherlands"),
                            ("singapore", "Singapore"),
                            ("united_states", "the United States"),
                            ("elsewhere", "Elsewhere"),
                        ],
                        max_length=20,
                    ),
                ),
                ("postcode", models.CharField(blank=True, max_length=10)),
                ("qualification_level", models.SmallIntegerField(null=True)),
                (
                    "employment",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("employed", "Employed"),
                            ("self_employed", "Self-employed"),
                            ("unemployed", "Unemployed"),
                            ("inactive", "Not looking for work"),
                            ("", "Not known"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "benefits",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("income_support", "Income Support"),
                                ("jobseekers_allowance", "Jobseeker's Allowance"),
                                ("housing_benefit", "Housing Benefit"),
                                ("council_tax_benefit", "Council Tax Benefit"),
                                ("pension_credit", "Pension Credit"),
                                ("working_tax_credit", "Working Tax Credit"),
                                ("child_tax_credit", "Child Tax Credit"),
                                ("incapacity_benefit", "Incapacity Benefit"),
                                ("universal_credit", "Universal Credit"),
                                ("carers_allowance", "Carer's Allowance"),
                            ],
                            max_length=30,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "needs",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("disability", "A disability or a long illness"),
                                ("care_leaver", "Having been in care"),
                                ("carer", "Caring for somebody"),
                                ("lone_parent", "Bringing up a child alone"),
                                ("ex_offender", "Having been in prison"),
                                ("refugee", "Being a refugee"),
                                ("homeless", "Having no home"),
                            ],
                            max_length=30,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                ("income_minor", models.BigIntegerField(null=True)),
                ("erased_at", models.DateTimeField(null=True)),
                (
                    "user",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="learner",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("qualification_level", None), ("qualification_level__range", (0, 8)), _connector="OR"
                        ),
                        name="learner_level_is_0_to_8",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("income_minor", None), ("income_minor__gte", 0), _connector="OR"),
                        name="learner_income_is_not_negative",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "residence__in",
                                [
                                    "england",
                                    "wales",
                                    "scotland",
                                    "northern_ireland",
                                    "france",
                                    "germany",
                                    "lithuania",
                                    "netherlands",
                                    "singapore",
                                    "united_states",
                                    "elsewhere",
                                ],
                            )
                        ),
                        name="learner_residence_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("employment__in", ["employed", "self_employed", "unemployed", "inactive", ""])
                        ),
                        name="learner_employment_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("date_of_birth__isnull", False), ("erased_at", None)),
                            models.Q(
                                ("benefits", []),
                                ("date_of_birth", None),
                                ("employment", ""),
                                ("erased_at__isnull", False),
                                ("family_name", ""),
                                ("given_name", ""),
                                ("income_minor", None),
                                ("needs", []),
                                ("postcode", ""),
                                ("qualification_level", None),
                                ("user", None),
                            ),
                            _connector="OR",
                        ),
                        name="learner_is_somebody_or_erased",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Evidence",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "criterion",
                    models.CharField(
                        choices=[
                            ("age", "Age"),
                            ("residence", "Where you live"),
                            ("qualification", "Highest qualification"),
                            ("employment", "Work"),
                            ("benefits", "Benefits"),
                            ("needs", "Needs"),
                            ("income", "Income"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "document",
                    models.CharField(
                        choices=[
                            ("passport", "a passport or an identity card"),
                            ("driving_licence", "a driving licence"),
                            ("utility_bill", "a bill with your address"),
                            ("certificate", "a certificate"),
                            ("payslip", "a payslip"),
                            ("tax_notice", "a tax notice"),
                            ("benefit_letter", "a letter about your benefit"),
                            ("medical_letter", "a letter from a doctor"),
                            ("official_letter", "a letter from an authority"),
                        ],
                        max_length=20,
                    ),
                ),
                ("checked_at", models.DateTimeField()),
                ("valid_until", models.DateField(null=True)),
                (
                    "checked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "learner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="evidence", to="accounts.learner"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["learner", "criterion"], name="evidence_by_learner")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "criterion__in",
                                ["age", "residence", "qualification", "employment", "benefits", "needs", "income"],
                            )
                        ),
                        name="evidence_criterion_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "document__in",
                                [
                                    "passport",
                                    "driving_licence",
                                    "utility_bill",
                                    "certificate",
                                    "payslip",
                                    "tax_notice",
                                    "benefit_letter",
                                    "medical_letter",
                                    "official_letter",
                                ],
                            )
                        ),
                        name="evidence_document_is_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Departure",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("left_at", models.DateTimeField()),
                ("erase_on", models.DateField()),
                (
                    "learner",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="departure", to="accounts.learner"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["erase_on"], name="departure_by_day")],
            },
        ),
        migrations.CreateModel(
            name="LearningAccount",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("opened_at", models.DateTimeField()),
                ("frozen_at", models.DateTimeField(null=True)),
                (
                    "learner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="learning_accounts",
                        to="accounts.learner",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Award",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("kind", models.CharField(default="core", max_length=40)),
                ("period", models.CharField(max_length=40)),
                ("amount_minor", models.BigIntegerField()),
                ("reasons", models.JSONField(default=list)),
                ("courses_at_most", models.PositiveSmallIntegerField(null=True)),
                ("awarded_at", models.DateTimeField()),
                (
                    "learning_account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="awards",
                        to="accounts.learningaccount",
                    ),
                ),
                (
                    "rule_version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.ruleversion"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("learning_account", "kind", "period"), name="one_award_a_period_and_kind"
                    ),
                    models.CheckConstraint(condition=models.Q(("amount_minor__gt", 0)), name="award_is_positive"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Look",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("adviser", "Adviser"),
                            ("manager", "Scheme's staff"),
                            ("provider", "Course provider"),
                            ("acts_for", "Somebody who acts for you"),
                            ("system", "Course provider's computer system"),
                        ],
                        max_length=8,
                    ),
                ),
                ("organisation", models.CharField(blank=True, max_length=80)),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("request", "What you asked for, and your talks with advisers"),
                            ("voucher", "Your voucher"),
                            ("vouchers", "A list with your voucher in it"),
                            ("attendance", "Your attendance"),
                            ("case", "A case of yours"),
                            ("account", "Your account"),
                            ("document", "A document that you sent in"),
                        ],
                        max_length=10,
                    ),
                ),
                ("subject", models.CharField(max_length=80)),
                ("looked_at", models.DateTimeField()),
                (
                    "learner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="looks", to="accounts.learner"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["learner", "-looked_at"], name="look_by_learner"),
                    models.Index(fields=["looked_at"], name="look_by_age"),
                ],
                "ordering": ["-looked_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Scheme",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("slug", models.SlugField(max_length=60, unique=True)),
                ("name", models.CharField(max_length=160)),
                ("funder_name", models.CharField(max_length=160)),
                ("currency", models.CharField(max_length=3)),
                (
                    "funding",
                    models.CharField(
                        choices=[
                            ("prefunded", "Awards are set aside when they are made"),
                            ("commitment", "Awards are rights to spend"),
                        ],
                        default="prefunded",
                        max_length=10,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Being set up"),
                            ("open", "Open"),
                            ("paused", "Paused"),
                            ("closed", "Closed to new awards"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("opens_on", models.DateField()),
                ("closes_on", models.DateField(null=True)),
                ("spend_until", models.DateField(null=True)),
                (
                    "authority",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.account"
                    ),
                ),
                (
                    "card_clearing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.account"
                    ),
                ),
                (
                    "funder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.account"
                    ),
                ),
                (
                    "headroom",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.account"
                    ),
                ),
                (
                    "pot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.account"
                    ),
                ),
                (
                    "refund_due",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.account"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("closes_on", None), ("closes_on__gte", models.F("opens_on")), _connector="OR"
                        ),
                        name="scheme_dates_are_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["draft", "open", "paused", "closed"])),
                        name="scheme_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("authority", None), ("funding", "prefunded"), ("headroom", None)),
                            models.Q(
                                ("authority__isnull", False), ("funding", "commitment"), ("headroom__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="scheme_has_an_authority_when_it_commits",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="scheme_currency_is_iso_4217"
                    ),
                ],
                "ordering": ["name"],
            },
        ),
        migrations.AddField(
            model_name="ruleversion",
            name="scheme",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="rule_versions", to="accounts.scheme"
            ),
        ),
        migrations.CreateModel(
            name="RuleProposal",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("rules", models.JSONField()),
                ("valid_from", models.DateField()),
                ("source", models.TextField(blank=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "Waiting for a second person"),
                            ("approved", "Approved"),
                            ("rejected", "Not approved"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="proposed",
                        max_length=10,
                    ),
                ),
                ("proposed_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "rule_version",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proposal",
                        to="accounts.ruleversion",
                    ),
                ),
                (
                    "scheme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="rule_proposals", to="accounts.scheme"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "withdrawn"),
                            ("decided_by", None),
                            models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="rules_are_decided_by_a_second_person",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at", None), ("decided_by", None), ("state", "proposed")),
                            models.Q(
                                models.Q(("state", "proposed"), _negated=True),
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="proposal_decided_has_its_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("rule_version__isnull", False), ("state", "approved")),
                            models.Q(models.Q(("state", "approved"), _negated=True), ("rule_version", None)),
                            _connector="OR",
                        ),
                        name="proposal_approved_has_its_version",
                    ),
                ],
                "ordering": ["-proposed_at", "-id"],
            },
        ),
        migrations.AddField(
            model_name="learningaccount",
            name="scheme",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="learning_accounts", to="accounts.scheme"
            ),
        ),
        migrations.CreateModel(
            name="Copy",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "criterion",
                    models.CharField(
                        choices=[
                            ("age", "Age"),
                            ("residence", "Where you live"),
                            ("qualification", "Highest qualification"),
                            ("employment", "Work"),
                            ("benefits", "Benefits"),
                            ("needs", "Needs"),
                            ("income", "Income"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "document",
                    models.CharField(
                        choices=[
                            ("passport", "a passport or an identity card"),
                            ("driving_licence", "a driving licence"),
                            ("utility_bill", "a bill with your address"),
                            ("certificate", "a certificate"),
                            ("payslip", "a payslip"),
                            ("tax_notice", "a tax notice"),
                            ("benefit_letter", "a letter about your benefit"),
                            ("medical_letter", "a letter from a doctor"),
                            ("official_letter", "a letter from an authority"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "checker",
                    models.CharField(
                        choices=[("adviser", "An adviser"), ("scheme", "The scheme itself")], max_length=7
                    ),
                ),
                ("file", models.FileField(blank=True, max_length=120, upload_to="proofs/")),
                (
                    "media_type",
                    models.CharField(
                        choices=[("application/pdf", "PDF"), ("image/jpeg", "JPEG"), ("image/png", "PNG")],
                        max_length=20,
                    ),
                ),
                ("sent_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waits to be looked at"),
                            ("turned_down", "Not good enough"),
                            ("lapsed", "Not looked at in time"),
                        ],
                        default="waiting",
                        max_length=11,
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True)),
                ("reason", models.TextField(blank=True, max_length=500)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "learner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="copies", to="accounts.learner"
                    ),
                ),
                (
                    "scheme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.scheme"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("state", "waiting")), fields=["sent_at"], name="copy_queue")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("learner", "scheme", "criterion"), name="one_copy_a_proof"),
                    models.CheckConstraint(
                        condition=models.Q(("checker__in", ["adviser", "scheme"])), name="copy_has_somebody_who_looks"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "criterion__in",
                                ["age", "residence", "qualification", "employment", "benefits", "needs", "income"],
                            )
                        ),
                        name="copy_criterion_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "document__in",
                                [
                                    "passport",
                                    "driving_licence",
                                    "utility_bill",
                                    "certificate",
                                    "payslip",
                                    "tax_notice",
                                    "benefit_letter",
                                    "medical_letter",
                                    "official_letter",
                                ],
                            )
                        ),
                        name="copy_document_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("media_type__in", ["application/pdf", "image/jpeg", "image/png"])),
                        name="copy_is_of_a_known_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                models.Q(("file", ""), _negated=True),
                                ("decided_at", None),
                                ("decided_by", None),
                                ("reason", ""),
                                ("state", "waiting"),
                            ),
                            models.Q(
                                models.Q(("reason", ""), _negated=True),
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                                ("file", ""),
                                ("state", "turned_down"),
                            ),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("decided_by", None),
                                ("file", ""),
                                ("reason", ""),
                                ("state", "lapsed"),
                            ),
                            _connector="OR",
                        ),
                        name="copy_is_there_only_while_it_waits",
                    ),
                ],
                "ordering": ["sent_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="BudgetWarning",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("percent", models.PositiveSmallIntegerField()),
                ("budget_minor", models.BigIntegerField()),
                ("gone_minor", models.BigIntegerField()),
                ("warned_at", models.DateTimeField()),
                (
                    "scheme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="budget_warnings",
                        to="accounts.scheme",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("scheme", "percent", "budget_minor"), name="one_warning_a_percentage"
                    )
                ],
                "ordering": ["-warned_at", "-percent"],
            },
        ),
        migrations.CreateModel(
            name="SchemeManager",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("sets_up", models.BooleanField(default=False)),
                ("schemes", models.ManyToManyField(blank=True, related_name="managers", to="accounts.scheme")),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="scheme_manager",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Sponsor",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=160)),
                (
                    "kind",
                    models.CharField(
                        choices=[("employer", "Employer"), ("sector_fund", "Sector fund"), ("authority", "Authority")],
                        max_length=12,
                    ),
                ),
                ("departed_on", models.DateField(null=True)),
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.account"
                    ),
                ),
                (
                    "scheme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="sponsors", to="accounts.scheme"
                    ),
                ),
                (
                    "suspense",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.account"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("scheme", "name"), name="one_sponsor_a_name_and_scheme"),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["employer", "sector_fund", "authority"])),
                        name="sponsor_kind_is_known",
                    ),
                ],
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="TopUp",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("reference", models.CharField(max_length=80)),
                ("amount_minor", models.BigIntegerField()),
                (
                    "leftover",
                    models.CharField(
                        choices=[("sponsor", "Goes back to the sponsor"), ("pot", "Goes to the scheme's pot")],
                        default="sponsor",
                        max_length=8,
                    ),
                ),
                ("made_at", models.DateTimeField()),
                (
                    "learning_account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="top_ups",
                        to="accounts.learningaccount",
                    ),
                ),
                (
                    "sponsor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="top_ups", to="accounts.sponsor"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("sponsor", "reference"), name="one_top_up_a_reference"),
                    models.CheckConstraint(condition=models.Q(("amount_minor__gt", 0)), name="top_up_is_positive"),
                    models.CheckConstraint(
                        condition=models.Q(("leftover__in", ["sponsor", "pot"])), name="top_up_leftover_is_known"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Purse",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "earmark",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "Any eligible course"),
                            ("tuition", "Courses"),
                            ("exam", "Exams"),
                            ("travel", "Travel"),
                            ("childcare", "Childcare"),
                            ("equipment", "Equipment"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "categories",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=4), blank=True, default=list, size=None
                    ),
                ),
                ("amount_minor", models.BigIntegerField()),
                ("expires_on", models.DateField()),
                ("first_used_on", models.DateField(null=True)),
                ("in_grace", models.BooleanField(default=False)),
                (
                    "state",
                    models.CharField(choices=[("open", "Open"), ("expired", "Expired")], default="open", max_length=8),
                ),
                ("expired_at", models.DateTimeField(null=True)),
                (
                    "award",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="purse",
                        to="accounts.award",
                    ),
                ),
                (
                    "learning_account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="purses",
                        to="accounts.learningaccount",
                    ),
                ),
                (
                    "ledger_account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.account"
                    ),
                ),
                (
                    "top_up",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="purse",
                        to="accounts.topup",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("state", "open")), fields=["expires_on"], name="purse_sweep")
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("amount_minor__gt", 0)), name="purse_was_filled"),
                    models.CheckConstraint(
                        condition=models.Q(("award", None), ("top_up", None), _connector="XOR"),
                        name="purse_is_filled_by_an_award_or_a_sponsor",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("earmark__in", ["", "tuition", "exam", "travel", "childcare", "equipment"])
                        ),
                        name="purse_earmark_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("expired_at", None), ("state", "open")),
                            models.Q(("expired_at__isnull", False), ("state", "expired")),
                            _connector="OR",
                        ),
                        name="purse_has_expired_at_a_moment",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Waiting",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=40)),
                ("need_percent", models.PositiveIntegerField(default=0)),
                ("since", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True, choices=[("awarded", "Awarded"), ("left", "No longer waiting")], max_length=8
                    ),
                ),
                (
                    "learning_account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="waiting",
                        to="accounts.learningaccount",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("learning_account", "kind"),
                        name="one_place_in_the_line",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("outcome", "")),
                            models.Q(("ended_at__isnull", False), ("outcome__in", ["awarded", "left"])),
                            _connector="OR",
                        ),
                        name="waiting_ended_has_an_outcome",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="ruleversion",
            constraint=models.UniqueConstraint(fields=("scheme", "number"), name="one_rule_version_a_number"),
        ),
        migrations.AddConstraint(
            model_name="learningaccount",
            constraint=models.UniqueConstraint(fields=("learner", "scheme"), name="one_learning_account_a_scheme"),
        ),
        migrations.RunSQL(NEVER_EDITED, EDITED),
    ]
