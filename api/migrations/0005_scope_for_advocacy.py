"""A key can be let answer what advisers ask."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("api", "0004_the_sandboxs_inbox"),
        ("providers", "0009_search"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="key",
            name="key_has_known_scopes",
        ),
        migrations.AlterField(
            model_name="key",
            name="scopes",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("vouchers:read", "look up vouchers made out to you"),
                        ("vouchers:deliver", "accept and decline vouchers, and declare what was delivered"),
                        ("vouchers:redeem", "redeem vouchers, and reverse redemptions"),
                        ("vouchers:cancel", "cancel vouchers"),
                        ("money:read", "see what you are owed"),
                        ("catalogue:write", "publish courses, runs and feeds, and read what came of them"),
                        ("advocacy:answer", "read what advisers ask of you for learners, and answer it"),
                        ("events:read", "read what happened to your vouchers, and be told by webhook"),
                    ],
                    max_length=20,
                ),
                size=None,
                verbose_name="scopes",
            ),
        ),
        migrations.AddConstraint(
            model_name="key",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "scopes__contained_by",
                        [
                            "vouchers:read",
                            "vouchers:deliver",
                            "vouchers:redeem",
                            "vouchers:cancel",
                            "money:read",
                            "catalogue:write",
                            "advocacy:answer",
                            "events:read",
                        ],
                    ),
                    ("scopes__len__gt", 0),
                ),
                name="key_has_known_scopes",
            ),
        ),
    ]
