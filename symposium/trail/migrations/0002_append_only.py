"""The database itself keeps the trail as it was written, until an entry's period is over."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION trail_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.at < now() - interval '1096 days' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'the trail is only added to' USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER trail_append_only BEFORE UPDATE OR DELETE ON trail_trailentry
    FOR EACH ROW EXECUTE FUNCTION trail_refuse_change();
"""
ALLOW = """
DROP TRIGGER trail_append_only ON trail_trailentry;
DROP FUNCTION trail_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("trail", "0001_initial")]
    operations = [migrations.RunSQL(REFUSE, ALLOW)]
