"""A second adviser approves above an amount, learners are put into arms of trials, and say what else they get."""

import django.db.models.deletion
from django.db import migrations, models

import config.ids

# Whoever approved before was the one who was needed.
APPROVED_BEFORE = """
UPDATE brokerage_request SET approvals = (
    SELECT count(*) FROM brokerage_decision WHERE request_id = brokerage_request.id AND outcome = 'approve'
) WHERE state = 'approved'
"""


NEVER_EDITED = """
CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
"""
EDITED = """
DROP TRIGGER never_changed ON {table};
DROP TRIGGER never_emptied ON {table};
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_rules_for_every_scheme"),
        ("brokerage", "0001_requests"),
        ("ledger", "0002_functions_walls_and_roles"),
        ("providers", "0002_hours_of_a_run"),
        ("vouchers", "0001_vouchers"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="request",
            name="request_state_is_known",
        ),
        migrations.RemoveIndex(
            model_name="request",
            name="request_desk",
        ),
        migrations.AddField(
            model_name="request",
            name="approvals",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="request",
            name="approvals_needed",
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="request",
            name="other_aid_minor",
            field=models.BigIntegerField(default=0),
        ),
        migrations.RunSQL(APPROVED_BEFORE, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="request",
            name="state",
            field=models.CharField(
                choices=[
                    ("submitted", "Sent"),
                    ("in_consultation", "Being talked about"),
                    ("approved_once", "Approved by one adviser of two"),
                    ("approved", "Approved"),
                    ("advised_otherwise", "Advised otherwise"),
                    ("declined", "Declined"),
                    ("appealed", "Appealed"),
                    ("upheld", "Declined after an appeal"),
                    ("withdrawn", "Withdrawn"),
                ],
                default="submitted",
                max_length=17,
            ),
        ),
        migrations.AddIndex(
            model_name="request",
            index=models.Index(
                condition=models.Q(("state__in", ("submitted", "in_consultation", "approved_once", "appealed"))),
                fields=["adviser", "answer_by"],
                name="request_desk",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.UniqueConstraint(
                fields=("request", "adviser"), name="one_decision_an_adviser_and_request"
            ),
        ),
        migrations.AddConstraint(
            model_name="request",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "submitted",
                            "in_consultation",
                            "approved_once",
                            "approved",
                            "advised_otherwise",
                            "declined",
                            "appealed",
                            "upheld",
                            "withdrawn",
                        ],
                    )
                ),
                name="request_state_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="request",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "approved"), _negated=True),
                    ("approvals__gte", models.F("approvals_needed")),
                    _connector="OR",
                ),
                name="request_is_approved_by_as_many_as_it_needs",
            ),
        ),
        migrations.AddConstraint(
            model_name="request",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approvals_needed", 1),
                    models.Q(("approvals_needed", 2), ("policy", "structured")),
                    _connector="OR",
                ),
                name="request_needs_a_second_approval_under_structured_only",
            ),
        ),
        migrations.AddConstraint(
            model_name="request",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "approved_once"), _negated=True),
                    models.Q(("approvals", 1), ("approvals_needed", 2)),
                    _connector="OR",
                ),
                name="request_approved_once_needs_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="request",
            constraint=models.CheckConstraint(
                condition=models.Q(("other_aid_minor__gte", 0), ("other_aid_minor__lte", models.F("price_minor"))),
                name="request_other_aid_is_a_part_of_the_price",
            ),
        ),
        migrations.CreateModel(
            name="Trial",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("code", models.CharField(max_length=40)),
                ("seed", models.BinaryField(max_length=32)),
                ("begun_at", models.DateTimeField()),
                (
                    "rule_version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.ruleversion"
                    ),
                ),
                (
                    "scheme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="trials", to="accounts.scheme"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Stratum",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("code", models.CharField(max_length=80)),
                ("assigned", models.PositiveIntegerField(default=0)),
                (
                    "trial",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="strata", to="brokerage.trial"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="TrialAssignment",
            fields=[
                ("id", models.UUIDField(default=config.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("stratum", models.CharField(max_length=80)),
                ("position", models.PositiveIntegerField()),
                ("arm", models.CharField(max_length=40)),
                ("assigned_at", models.DateTimeField()),
                (
                    "learning_account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="trial_assignments",
                        to="accounts.learningaccount",
                    ),
                ),
                (
                    "rule_version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.ruleversion"
                    ),
                ),
                (
                    "trial",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="assignments", to="brokerage.trial"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="trial",
            constraint=models.UniqueConstraint(fields=("scheme", "code"), name="one_trial_a_scheme_and_code"),
        ),
        migrations.AddConstraint(
            model_name="stratum",
            constraint=models.UniqueConstraint(fields=("trial", "code"), name="one_stratum_a_trial_and_code"),
        ),
        migrations.AddConstraint(
            model_name="trialassignment",
            constraint=models.UniqueConstraint(
                fields=("trial", "learning_account"), name="one_arm_a_trial_and_account"
            ),
        ),
        migrations.AddConstraint(
            model_name="trialassignment",
            constraint=models.UniqueConstraint(fields=("trial", "stratum", "position"), name="one_learner_a_position"),
        ),
        *(
            migrations.RunSQL(NEVER_EDITED.format(table=table), EDITED.format(table=table))
            for table in ("brokerage_trial", "brokerage_trialassignment")
        ),
    ]
