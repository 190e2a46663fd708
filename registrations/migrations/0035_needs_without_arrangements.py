from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("registrations", "0034_one_arrangement_a_need")]
    operations = [
        migrations.RemoveField(model_name="needs", name=name)
        for name in ("answered_by", "due_date", "done_at", "staff_note")
    ]
