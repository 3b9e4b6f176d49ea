import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0002_bank_files"),
        ("vouchers", "0006_feedback_and_asking"),
    ]

    operations = [
        migrations.AlterField(
            model_name="voucher",
            name="checkout",
            field=models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="voucher", to="payments.checkout"
            ),
        ),
    ]
