from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("web", "0001_mailbox_and_notices")]

    operations = [
        migrations.AlterField("notice", "event_id", models.UUIDField()),
        migrations.AddConstraint(
            "notice",
            models.UniqueConstraint(fields=("event_id", "user"), name="one_notice_a_reader", nulls_distinct=False),
        ),
    ]
