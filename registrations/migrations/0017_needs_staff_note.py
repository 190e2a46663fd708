from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registrations", "0016_webhooks")]

    operations = [
        migrations.AddField(
            model_name="needs",
            name="staff_note",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="The person reads it in the file of their data.",
                max_length=300,
                verbose_name="note of who sees to it",
            ),
        ),
    ]
