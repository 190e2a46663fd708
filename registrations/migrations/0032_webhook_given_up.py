from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("registrations", "0031_mails_of_editions"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="webhookdelivery",
            index=models.Index(condition=models.Q(("state", "failed")), fields=["webhook"], name="webhook_given_up"),
        ),
    ]
