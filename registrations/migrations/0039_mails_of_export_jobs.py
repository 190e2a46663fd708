"""Name the letters about exports by what they are about: the record of a download is called « export » as well."""

from django.db import migrations

RENAME = """
    UPDATE outbox_outgoingmail SET about = regexp_replace(about, '^%s:', '%s:')
    WHERE kind = 'export.ready' AND about LIKE '%s:%%'
"""


class Migration(migrations.Migration):
    dependencies = [
        ("outbox", "0005_belongs_to"),
        ("registrations", "0038_ticked_exports"),
    ]

    operations = [
        migrations.RunSQL(
            RENAME % ("export", "exportjob", "export"),
            RENAME % ("exportjob", "export", "exportjob"),
        )
    ]
