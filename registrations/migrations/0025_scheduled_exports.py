import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("programme", "0014_survey"),
        ("registrations", "0024_merged_registrations"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="exportjob",
            name="due_date",
            field=models.DateField(editable=False, null=True, verbose_name="due"),
        ),
        migrations.CreateModel(
            name="ExportSchedule",
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
                    "every",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (7, "every day"),
                            (0, "every Monday"),
                            (1, "every Tuesday"),
                            (2, "every Wednesday"),
                            (3, "every Thursday"),
                            (4, "every Friday"),
                            (5, "every Saturday"),
                            (6, "every Sunday"),
                        ],
                        verbose_name="how often",
                    ),
                ),
                ("due_time", models.TimeField(verbose_name="at")),
                ("stopped_at", models.DateTimeField(blank=True, null=True, verbose_name="stopped")),
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
                "verbose_name": "scheduled export",
                "verbose_name_plural": "scheduled exports",
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="exportjob",
            name="schedule",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="jobs",
                to="registrations.exportschedule",
                verbose_name="schedule",
            ),
        ),
        migrations.AddConstraint(
            model_name="exportjob",
            constraint=models.UniqueConstraint(fields=("schedule", "due_date"), name="export_job_once_a_date"),
        ),
        migrations.AddConstraint(
            model_name="exportjob",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("due_date__isnull", True), ("schedule__isnull", True)),
                    models.Q(("due_date__isnull", False), ("schedule__isnull", False)),
                    _connector="OR",
                ),
                name="export_job_due_date",
            ),
        ),
        migrations.AddConstraint(
            model_name="exportschedule",
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
                name="exportschedule_choices",
            ),
        ),
        migrations.AddConstraint(
            model_name="exportschedule",
            constraint=models.CheckConstraint(
                condition=models.Q(("every__range", (0, 7))), name="export_schedule_every"
            ),
        ),
    ]
