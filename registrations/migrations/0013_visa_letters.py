import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("registrations", "0012_groups"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="VisaLetter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("asked", "asked for"),
                            ("issued", "issued"),
                            ("declined", "declined"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default="asked",
                        max_length=9,
                        verbose_name="status",
                    ),
                ),
                ("passport_name", models.CharField(max_length=200, verbose_name="name in the passport")),
                ("nationality", models.CharField(blank=True, max_length=2, verbose_name="nationality")),
                ("passport_number", models.CharField(blank=True, max_length=30, verbose_name="passport number")),
                ("message", models.CharField(blank=True, max_length=1000, verbose_name="message to the person")),
                ("asked_at", models.DateTimeField(verbose_name="asked on")),
                ("issued_at", models.DateTimeField(blank=True, null=True, verbose_name="issued on")),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="visa_letters_decided",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="decided by",
                    ),
                ),
                (
                    "registration",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="visa_letter",
                        to="registrations.registration",
                        verbose_name="registration",
                    ),
                ),
            ],
            options={
                "verbose_name": "letter of invitation",
                "verbose_name_plural": "letters of invitation",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["asked", "issued", "declined", "withdrawn"])),
                        name="visa_letter_status",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["asked", "issued"]),
                            models.Q(("nationality", ""), ("passport_number", "")),
                            _connector="OR",
                        ),
                        name="visa_letter_no_more_than_needed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "issued"), _negated=True), ("issued_at__isnull", False), _connector="OR"
                        ),
                        name="visa_letter_issued_at",
                    ),
                ],
            },
        ),
    ]
