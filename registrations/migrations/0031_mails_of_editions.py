"""Say of the letters that are there to which edition they belong."""

from django.db import migrations

FILL = """
    UPDATE outbox_outgoingmail AS mail SET belongs_to = 'edition:' || registration.edition_id
    FROM registrations_registration AS registration
    WHERE mail.about = 'registration:' || registration.id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("outbox", "0005_belongs_to"),
        ("registrations", "0027_webhook_delivery_choices"),
    ]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
