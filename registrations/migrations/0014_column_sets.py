import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("programme", "0006_access_codes"),
        ("registrations", "0013_visa_letters"),
    ]

    operations = [
        migrations.CreateModel(
            name="ColumnSet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                (
                    "columns",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60), size=None, verbose_name="columns"
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="column_sets",
                        to="programme.edition",
                        verbose_name="edition",
                    ),
                ),
            ],
            options={
                "verbose_name": "column set",
                "verbose_name_plural": "column sets",
                "constraints": [models.UniqueConstraint(fields=("edition", "name"), name="column_set_once")],
            },
        ),
    ]
