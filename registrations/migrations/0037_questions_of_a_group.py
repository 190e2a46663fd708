from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("registrations", "0036_webhook_pauses"),
    ]

    operations = [
        migrations.AddField(
            model_name="registration",
            name="is_to_be_asked",
            field=models.BooleanField(
                db_default=False, default=False, editable=False, verbose_name="questions to answer"
            ),
        ),
    ]
