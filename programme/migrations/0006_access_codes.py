import django.db.models.deletion
from django.db import migrations, models

import programme.models.access


class Migration(migrations.Migration):
    dependencies = [("programme", "0005_notices_and_what_a_form_asks")]

    operations = [
        migrations.AddField(
            model_name="edition",
            name="requires_code",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="Nobody registers without one of the codes below. Staff and the door are not asked.",
                verbose_name="ask for an invitation code",
            ),
        ),
        migrations.CreateModel(
            name="AccessCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "code",
                    models.CharField(
                        help_text="Capitals, accents, spaces and hyphens make no difference.",
                        max_length=40,
                        validators=[programme.models.access.validate_access_code],
                        verbose_name="code",
                    ),
                ),
                ("label", models.CharField(blank=True, max_length=100, verbose_name="for whom")),
                (
                    "uses_allowed",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="Empty: without limit.",
                        null=True,
                        verbose_name="registrations allowed",
                    ),
                ),
                ("used", models.PositiveIntegerField(default=0, editable=False, verbose_name="used")),
                ("valid_until", models.DateTimeField(blank=True, null=True, verbose_name="valid until")),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="access_codes",
                        to="programme.edition",
                        verbose_name="edition",
                    ),
                ),
            ],
            options={
                "verbose_name": "invitation code",
                "verbose_name_plural": "invitation codes",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("edition", "code"),
                        name="access_code_once_an_edition",
                        violation_error_message="This edition has this code already.",
                    )
                ],
            },
        ),
    ]
