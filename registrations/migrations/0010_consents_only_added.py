"""The database itself keeps consents as they were given and taken back, for as long as their registration stands.

Deletion is judged at the end of the transaction: whatever takes the whole registration takes its consents along, in
which order ever. Nothing of ours does so today: an erasure keeps both, for they name nobody then.
"""

from django.db import migrations

REFUSE = """
CREATE FUNCTION consent_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND NOT EXISTS (SELECT FROM registrations_registration WHERE id = OLD.registration_id) THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'consents are only added to' USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER consent_not_changed BEFORE UPDATE ON registrations_consent
    FOR EACH ROW EXECUTE FUNCTION consent_refuse_change();
CREATE CONSTRAINT TRIGGER consent_not_deleted AFTER DELETE ON registrations_consent
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION consent_refuse_change();
"""
ALLOW = """
DROP TRIGGER consent_not_deleted ON registrations_consent;
DROP TRIGGER consent_not_changed ON registrations_consent;
DROP FUNCTION consent_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("registrations", "0009_export_xlsx")]
    operations = [migrations.RunSQL(REFUSE, ALLOW)]
