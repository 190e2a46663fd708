import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("programme", "0008_visa_letters"),
        ("registrations", "0022_api_tokens"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ExportJob",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("asked_at", models.DateTimeField(verbose_name="asked")),
                ("reason", models.CharField(max_length=300, verbose_name="reason")),
                (
                    "profile",
                    models.CharField(
                        choices=[
                            ("excel-fr", "for Excel in French"),
                            ("machine", "for machines"),
                            ("xlsx", "Excel workbook"),
                        ],
                        max_length=8,
                        verbose_name="form of the file",
                    ),
                ),
                (
                    "columns",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="columns",
                    ),
                ),
                (
                    "for_status",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("pending", "address to be confirmed"),
                            ("requested", "awaiting approval"),
                            ("confirmed", "confirmed"),
                            ("waiting", "on the waiting list"),
                            ("cancelled", "cancelled"),
                            ("refused", "refused"),
                            ("expired", "expired"),
                        ],
                        max_length=9,
                        verbose_name="registration",
                    ),
                ),
                (
                    "for_mode",
                    models.CharField(
                        blank=True,
                        choices=[("onsite", "on site"), ("online", "online")],
                        max_length=6,
                        verbose_name="on site or online",
                    ),
                ),
                (
                    "for_presence",
                    models.CharField(
                        blank=True,
                        choices=[("present", "present"), ("absent", "not present")],
                        max_length=7,
                        verbose_name="presence",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "waiting for its turn"),
                            ("running", "being written"),
                            ("done", "ready"),
                            ("expired", "file deleted after 24 hours"),
                            ("failed", "given up"),
                        ],
                        default="queued",
                        max_length=7,
                        verbose_name="state",
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                ("claimed_at", models.DateTimeField(blank=True, null=True, verbose_name="taken by a worker")),
                ("rows", models.PositiveIntegerField(default=0, verbose_name="rows")),
                ("total", models.PositiveIntegerField(default=0, verbose_name="rows in all")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="ready")),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="%(class)ss",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="asked by",
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="%(class)ss",
                        to="programme.edition",
                        verbose_name="edition",
                    ),
                ),
            ],
            options={
                "verbose_name": "export in the background",
                "verbose_name_plural": "exports in the background",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ExportPiece",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveIntegerField()),
                ("data", models.BinaryField()),
                (
                    "job",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="pieces", to="registrations.exportjob"
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="exportjob",
            index=models.Index(
                condition=models.Q(("state__in", ["queued", "running"])), fields=["asked_at"], name="export_job_due"
            ),
        ),
        migrations.AddConstraint(
            model_name="exportjob",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("profile__in", ["excel-fr", "machine", "xlsx"]),
                    (
                        "for_status__in",
                        ["", "pending", "requested", "confirmed", "waiting", "cancelled", "refused", "expired"],
                    ),
                    ("for_mode__in", ["", "onsite", "online"]),
                    ("for_presence__in", ["", "present", "absent"]),
                ),
                name="exportjob_choices",
            ),
        ),
        migrations.AddConstraint(
            model_name="exportjob",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["queued", "running", "done", "expired", "failed"])),
                name="export_job_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="exportjob",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "running"), _negated=True), ("claimed_at__isnull", False), _connector="OR"
                ),
                name="export_job_claimed",
            ),
        ),
        migrations.AddConstraint(
            model_name="exportjob",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "done"), _negated=True), ("finished_at__isnull", False), _connector="OR"
                ),
                name="export_job_finished",
            ),
        ),
        migrations.AddConstraint(
            model_name="exportpiece",
            constraint=models.UniqueConstraint(fields=("job", "position"), name="export_piece_once"),
        ),
    ]
