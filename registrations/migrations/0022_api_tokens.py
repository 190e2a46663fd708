import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("programme", "0006_access_codes"),
        ("registrations", "0021_export_api"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ApiToken",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "name",
                    models.CharField(
                        help_text="Which program has it, and where it runs. It stands beside each export.",
                        max_length=100,
                        verbose_name="name",
                    ),
                ),
                (
                    "scopes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("registrations:read", "read registrations, without names"),
                                ("people:read", "read names, addresses and affiliations with them"),
                                ("checkins:read", "read check-ins"),
                                ("checkins:write", "let people in"),
                                ("figures:read", "read the report"),
                            ],
                            max_length=18,
                        ),
                        size=None,
                        verbose_name="what it may do",
                    ),
                ),
                ("digest", models.CharField(editable=False, max_length=64, unique=True)),
                ("created_at", models.DateTimeField(editable=False, verbose_name="made")),
                ("expires_at", models.DateTimeField(editable=False, verbose_name="valid until")),
                ("revoked_at", models.DateTimeField(editable=False, null=True, verbose_name="revoked")),
                ("last_used_at", models.DateTimeField(editable=False, null=True, verbose_name="last used")),
            ],
            options={
                "verbose_name": "API key",
                "verbose_name_plural": "API keys",
            },
        ),
        migrations.CreateModel(
            name="KeptReply",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key_digest", models.CharField(max_length=64)),
                ("request_digest", models.CharField(max_length=64)),
                ("status", models.PositiveSmallIntegerField(null=True)),
                ("content", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField(db_index=True)),
            ],
            options={
                "verbose_name": "reply kept for the API",
                "verbose_name_plural": "replies kept for the API",
            },
        ),
        migrations.AddField(
            model_name="apitoken",
            name="created_by",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="api_tokens",
                to=settings.AUTH_USER_MODEL,
                verbose_name="made by",
            ),
        ),
        migrations.AddField(
            model_name="apitoken",
            name="edition",
            field=models.ForeignKey(
                blank=True,
                help_text="Empty: all editions, those to come as well.",
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="api_tokens",
                to="programme.edition",
                verbose_name="edition",
            ),
        ),
        migrations.AddField(
            model_name="keptreply",
            name="token",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="kept_replies", to="registrations.apitoken"
            ),
        ),
        migrations.AddConstraint(
            model_name="apitoken",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "scopes__contained_by",
                        ["registrations:read", "people:read", "checkins:read", "checkins:write", "figures:read"],
                    ),
                    ("scopes__len__gt", 0),
                ),
                name="api_token_scopes",
            ),
        ),
        migrations.AddConstraint(
            model_name="apitoken",
            constraint=models.CheckConstraint(
                condition=models.Q(("expires_at__gt", models.F("created_at"))), name="api_token_expires_after_made"
            ),
        ),
        migrations.AddConstraint(
            model_name="keptreply",
            constraint=models.UniqueConstraint(fields=("token", "key_digest"), name="kept_reply_once_a_key"),
        ),
    ]
