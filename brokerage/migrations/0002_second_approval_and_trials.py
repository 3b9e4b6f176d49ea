"""A second adviser approves above an amount."""

from django.db import migrations, models

# Whoever approved before was the one who was needed.
APPROVED_BEFORE = """
UPDATE brokerage_request SET approvals = (
    SELECT count(*) FROM brokerage_decision WHERE request_id = brokerage_request.id AND outcome = 'approve'
) WHERE state = 'approved'
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_rules_for_every_scheme"),
        ("brokerage", "0001_requests"),
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
    ]
