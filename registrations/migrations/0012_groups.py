import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("programme", "0006_access_codes"), ("registrations", "0011_undeliverable_addresses")]

    operations = [
        migrations.CreateModel(
            name="Group",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "size",
                    models.PositiveSmallIntegerField(
                        help_text="How many were registered together.", verbose_name="people"
                    ),
                ),
                (
                    "contact_name",
                    models.CharField(blank=True, max_length=201, verbose_name="name of who registered them"),
                ),
                ("created_at", models.DateTimeField(verbose_name="registered")),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="groups",
                        to="registrations.registration",
                        verbose_name="registered by",
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="groups",
                        to="programme.edition",
                        verbose_name="edition",
                    ),
                ),
            ],
            options={"verbose_name": "group", "verbose_name_plural": "groups"},
        ),
        migrations.AddField(
            model_name="claim",
            name="group",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="claims",
                to="registrations.group",
                verbose_name="group",
            ),
        ),
    ]
