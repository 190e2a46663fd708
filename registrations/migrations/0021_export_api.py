from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("registrations", "0020_change_requests"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="export",
            name="export_profile",
        ),
        migrations.AlterField(
            model_name="export",
            name="profile",
            field=models.CharField(
                choices=[
                    ("excel-fr", "for Excel in French"),
                    ("machine", "for machines"),
                    ("xlsx", "Excel workbook"),
                    ("api", "the API, page by page"),
                ],
                max_length=8,
                verbose_name="form of the file",
            ),
        ),
        migrations.AddConstraint(
            model_name="export",
            constraint=models.CheckConstraint(
                condition=models.Q(("profile__in", ["excel-fr", "machine", "xlsx", "api"])), name="export_profile"
            ),
        ),
    ]
