import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("programme", "0006_access_codes")]

    operations = [
        migrations.AddField(
            model_name="edition",
            name="largest_group",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text=(
                    "From 2 to 10: one person may then register so many together, who all get seats or all wait. Empty: "
                    "everybody registers alone. Not offered while each registration is approved."
                ),
                null=True,
                validators=[
                    django.core.validators.MinValueValidator(2),
                    django.core.validators.MaxValueValidator(10),
                ],
                verbose_name="people in a group, at most",
            ),
        ),
        migrations.AddConstraint(
            model_name="edition",
            constraint=models.CheckConstraint(
                condition=models.Q(largest_group__isnull=True) | models.Q(largest_group__range=(2, 10)),
                name="edition_largest_group",
            ),
        ),
    ]
