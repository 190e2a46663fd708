import django.db.models.deletion
import registrations.models.placeholders
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("programme", "0005_notices_and_what_a_form_asks"),
        ("registrations", "0006_approve_and_message"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="attendee",
            name="unsubscribed_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="wants no messages since"),
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "for_status",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("confirmed", "confirmed"),
                            ("waiting", "on the waiting list"),
                            ("requested", "awaiting approval"),
                            ("cancelled", "cancelled"),
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
                    "for_profile",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("researcher", "research"),
                            ("clinician", "care"),
                            ("student", "studies"),
                            ("industry", "industry"),
                            ("institution", "institution"),
                            ("press", "press"),
                            ("other", "other"),
                        ],
                        max_length=11,
                        verbose_name="profile",
                    ),
                ),
                (
                    "for_language",
                    models.CharField(
                        blank=True, choices=[("fr", "French"), ("en", "English")], max_length=2, verbose_name="language"
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
                    "subject_fr",
                    models.CharField(
                        max_length=150,
                        validators=[registrations.models.placeholders.validate_placeholders],
                        verbose_name="subject in French",
                    ),
                ),
                (
                    "body_fr",
                    models.TextField(
                        max_length=10000,
                        validators=[registrations.models.placeholders.validate_placeholders],
                        verbose_name="text in French",
                    ),
                ),
                (
                    "subject_en",
                    models.CharField(
                        max_length=150,
                        validators=[registrations.models.placeholders.validate_placeholders],
                        verbose_name="subject in English",
                    ),
                ),
                (
                    "body_en",
                    models.TextField(
                        max_length=10000,
                        validators=[registrations.models.placeholders.validate_placeholders],
                        verbose_name="text in English",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("scheduled", "scheduled"),
                            ("sending", "being sent"),
                            ("paused", "paused"),
                            ("sent", "sent"),
                        ],
                        default="draft",
                        editable=False,
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                ("send_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="to be sent")),
                ("finished_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="sent")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="written")),
                (
                    "created_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="messages",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="written by",
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="messages",
                        to="programme.edition",
                        verbose_name="edition",
                    ),
                ),
                (
                    "for_session",
                    models.ForeignKey(
                        blank=True,
                        help_text="Whoever has or waits for a seat in it.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="programme.session",
                        verbose_name="session",
                    ),
                ),
            ],
            options={
                "verbose_name": "message",
                "verbose_name_plural": "messages",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["draft", "scheduled", "sending", "paused", "sent"])),
                        name="message_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("for_status__in", ["", "confirmed", "waiting", "requested", "cancelled"]),
                            ("for_mode__in", ["", "onsite", "online"]),
                            (
                                "for_profile__in",
                                ["", "researcher", "clinician", "student", "industry", "institution", "press", "other"],
                            ),
                            ("for_language__in", ["", "fr", "en"]),
                            ("for_presence__in", ["", "present", "absent"]),
                        ),
                        name="message_audience",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state", "draft"), ("send_at__isnull", False), _connector="OR"),
                        name="message_send_at",
                    ),
                ],
            },
        ),
    ]
