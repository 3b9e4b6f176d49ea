"""An adviser can speak in a case, for its learner."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("vouchers", "0011_agreed_prices"),
    ]

    operations = [
        migrations.AlterField(
            model_name="case",
            name="waits_for",
            field=models.CharField(
                blank=True,
                choices=[
                    ("learner", "Learner"),
                    ("adviser", "Adviser, for the learner"),
                    ("provider", "Course provider"),
                    ("mediator", "Mediator"),
                ],
                max_length=8,
            ),
        ),
        migrations.AlterField(
            model_name="caseentry",
            name="asks",
            field=models.CharField(
                blank=True,
                choices=[
                    ("learner", "Learner"),
                    ("adviser", "Adviser, for the learner"),
                    ("provider", "Course provider"),
                    ("mediator", "Mediator"),
                ],
                max_length=8,
            ),
        ),
        migrations.AlterField(
            model_name="caseentry",
            name="side",
            field=models.CharField(
                choices=[
                    ("learner", "Learner"),
                    ("adviser", "Adviser, for the learner"),
                    ("provider", "Course provider"),
                    ("mediator", "Mediator"),
                ],
                max_length=8,
            ),
        ),
    ]
