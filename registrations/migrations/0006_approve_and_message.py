from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def know_no_approval(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Before, a request was confirmed like everything else."""
    apps.get_model("registrations", "Decision").objects.filter(action="approve").update(action="confirm")


class Migration(migrations.Migration):
    dependencies = [("registrations", "0005_needs_and_consents")]

    operations = [
        migrations.RemoveConstraint(model_name="decision", name="decision_action"),
        migrations.AddField(
            model_name="decision",
            name="message",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=1000, verbose_name="message to the person"
            ),
        ),
        migrations.AlterField(
            model_name="decision",
            name="action",
            field=models.CharField(
                choices=[
                    ("confirm", "confirmed by staff"),
                    ("approve", "request approved"),
                    ("overtake", "confirmed before the waiting list"),
                    ("cancel", "cancelled by staff"),
                    ("restore", "cancellation undone"),
                    ("refuse", "refused"),
                ],
                max_length=8,
                verbose_name="decision",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(("action__in", ["confirm", "approve", "overtake", "cancel", "restore", "refuse"])),
                name="decision_action",
            ),
        ),
        migrations.RunPython(migrations.RunPython.noop, know_no_approval),
    ]
