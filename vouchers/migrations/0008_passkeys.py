from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("vouchers", "0007_a_checkout_knows_its_voucher"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="milestone",
            name="milestone_confirmed_has_its_factor",
        ),
        migrations.AlterField(
            model_name="milestone",
            name="confirmed_how",
            field=models.CharField(
                blank=True,
                choices=[
                    ("password", "Password"),
                    ("passkey", "Passkey"),
                    ("totp", "Authenticator app"),
                    ("one_time_code", "Printed one-time code"),
                    ("silence", "No objection in time"),
                    ("decision", "A mediator's decision"),
                ],
                max_length=13,
            ),
        ),
        migrations.AddConstraint(
            model_name="milestone",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("confirmed_at__isnull", False),
                        ("confirmed_how__in", ["password", "passkey", "totp", "one_time_code", "silence", "decision"]),
                        ("state", "confirmed"),
                    ),
                    models.Q(
                        models.Q(("state", "confirmed"), _negated=True),
                        ("confirmed_at__isnull", True),
                        ("confirmed_how", ""),
                    ),
                    _connector="OR",
                ),
                name="milestone_confirmed_has_its_factor",
            ),
        ),
    ]
