"""Each need of a person gets what was noted for all of them together; back, one note has to do for all again."""

from django.db import migrations

ONE_A_NEED = """
INSERT INTO registrations_arrangement (needs_id, need, answered_by_id, due_date, done_at, staff_note)
SELECT id, unnest(access::text[] || CASE WHEN diet <> '' THEN ARRAY['diet'] END
    || CASE WHEN note <> '' THEN ARRAY['note'] END), answered_by_id, due_date, done_at, staff_note
FROM registrations_needs ON CONFLICT DO NOTHING;
"""
ONE_A_PERSON = """
UPDATE registrations_needs n SET answered_by_id = a.answered_by_id, due_date = a.due_date, done_at = a.done_at,
    staff_note = a.staff_note
FROM (
    SELECT needs_id, min(answered_by_id) AS answered_by_id, min(due_date) AS due_date,
        CASE WHEN bool_and(done_at IS NOT NULL) THEN max(done_at) END AS done_at,
        coalesce(left(string_agg(DISTINCT nullif(staff_note, ''), ' · '), 300), '') AS staff_note
    FROM registrations_arrangement GROUP BY needs_id) a
WHERE a.needs_id = n.id;
"""


class Migration(migrations.Migration):
    dependencies = [("registrations", "0033_arrangements")]
    operations = [migrations.RunSQL(ONE_A_NEED, ONE_A_PERSON)]
