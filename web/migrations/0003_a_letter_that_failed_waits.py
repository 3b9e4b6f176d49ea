from django.db import migrations, models
from django.db.models import F, Q


def due_since_made(apps, schema_editor):
    apps.get_model("web", "Notice").objects.update(due_at=F("made_at"))


class Migration(migrations.Migration):
    dependencies = [("web", "0002_a_notice_for_each_reader")]

    operations = [
        migrations.AddField("notice", "due_at", models.DateTimeField(null=True)),
        migrations.RunPython(due_since_made, migrations.RunPython.noop),
        migrations.AlterField("notice", "due_at", models.DateTimeField()),
        migrations.RemoveIndex("notice", "notice_unsent"),
        migrations.AddIndex("notice", models.Index(fields=["due_at"], name="notice_unsent", condition=Q(sent_at=None))),
    ]
