from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("programme", "0007_edition_largest_group"),
    ]

    operations = [
        migrations.AddField(
            model_name="edition",
            name="offers_visa_letters",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="People with a place on site ask for one on their page; you issue or decline each.",
                verbose_name="write letters of invitation for a visa",
            ),
        ),
        migrations.AddField(
            model_name="edition",
            name="organizer_address",
            field=models.TextField(
                blank=True,
                db_default="",
                default="",
                help_text="As on a letter, line by line, with the country.",
                verbose_name="address of the organizer",
            ),
        ),
        migrations.AddField(
            model_name="edition",
            name="organizer_address_en",
            field=models.TextField(
                blank=True,
                db_default="",
                default="",
                help_text="As on a letter, line by line, with the country.",
                null=True,
                verbose_name="address of the organizer",
            ),
        ),
        migrations.AddField(
            model_name="edition",
            name="organizer_address_fr",
            field=models.TextField(
                blank=True,
                db_default="",
                default="",
                help_text="As on a letter, line by line, with the country.",
                null=True,
                verbose_name="address of the organizer",
            ),
        ),
        migrations.AddField(
            model_name="edition",
            name="signatory_function",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=200, verbose_name="function of who signs"
            ),
        ),
        migrations.AddField(
            model_name="edition",
            name="signatory_function_en",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=200, null=True, verbose_name="function of who signs"
            ),
        ),
        migrations.AddField(
            model_name="edition",
            name="signatory_function_fr",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=200, null=True, verbose_name="function of who signs"
            ),
        ),
        migrations.AddField(
            model_name="edition",
            name="signatory_name",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Given name and name.",
                max_length=150,
                verbose_name="who signs",
            ),
        ),
    ]
