from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("registrations", "0007_messages"),
    ]

    operations = [
        migrations.AlterField(
            model_name="export",
            name="profile",
            field=models.CharField(
                choices=[("excel-fr", "for Excel in French"), ("machine", "for machines"), ("xlsx", "Excel workbook")],
                max_length=8,
                verbose_name="form of the file",
            ),
        ),
        migrations.RemoveConstraint(model_name="export", name="export_profile"),
        migrations.AddConstraint(
            model_name="export",
            constraint=models.CheckConstraint(
                condition=models.Q(("profile__in", ["excel-fr", "machine", "xlsx"])), name="export_profile"
            ),
        ),
    ]
