"""What a purse and an award remember of themselves, states tied to their fields, and rules that nobody edits."""

from django.db import migrations, models

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
# The sweep that closed them ran on the day after their last.
EXPIRED_BEFORE = "UPDATE accounts_purse SET expired_at = expires_on + interval '1 day' WHERE state = 'expired'"


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_people_schemes_and_purses"), ("ledger", "0002_functions_walls_and_roles")]

    operations = [
        migrations.AddField("award", "reasons", models.JSONField(default=list)),
        migrations.AddField("purse", "first_used_on", models.DateField(null=True)),
        migrations.AddField("purse", "in_grace", models.BooleanField(default=False)),
        migrations.AddField("purse", "expired_at", models.DateTimeField(null=True)),
        migrations.RunSQL(EXPIRED_BEFORE, migrations.RunSQL.noop),
        # A mistake in today's rules can be put right today: by a version with a higher number.
        migrations.RemoveConstraint("ruleversion", "one_rule_version_a_day"),
        migrations.AddConstraint(
            "learner",
            models.CheckConstraint(
                condition=models.Q(residence__in=["england", "wales", "scotland", "northern_ireland", "elsewhere"]),
                name="learner_residence_is_known",
            ),
        ),
        migrations.AddConstraint(
            "learner",
            models.CheckConstraint(
                condition=models.Q(employment__in=["employed", "self_employed", "unemployed", "inactive", ""]),
                name="learner_employment_is_known",
            ),
        ),
        migrations.AddConstraint(
            "purse",
            models.CheckConstraint(
                condition=models.Q(expired_at=None, state="open") | models.Q(expired_at__isnull=False, state="expired"),
                name="purse_has_expired_at_a_moment",
            ),
        ),
        migrations.AddConstraint(
            "scheme",
            models.CheckConstraint(
                condition=models.Q(state__in=["open", "paused", "closed"]), name="scheme_state_is_known"
            ),
        ),
        migrations.AddConstraint(
            "scheme",
            models.CheckConstraint(
                condition=models.Q(currency__regex="^[A-Z]{3}$"), name="scheme_currency_is_iso_4217"
            ),
        ),
        migrations.RunSQL(NEVER_EDITED, EDITED),
    ]
