"""What the lists of the desk cost with a large edition: SQL statements, CPU, and the time an organizer waits.

    .venv/bin/python manage.py seed_demo --people 100000
    DEBUG=1 DATABASE_URL=… .venv/bin/python -m benchmarks.lists 2027

In one process and without a socket; CPU is that of Python alone, the wait holds that of PostgreSQL as well. The organizer it
signs in, and a mail, a scan, a delivery and so on for each registration, are made for it and rolled back.
"""

import argparse
import time
from http import HTTPStatus

from benchmarks import ready  # noqa: F401  importing it is what it is for

# isort: split

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from programme.models import Edition, StaffRole
from registrations.models import Message, Registration, Webhook
from symposium.accounts.models import User

MOST_STATEMENTS, MOST_CPU_MS = 12, 150
# One row for each registration of the edition, in every table that grows with them.
FILL = {
    "outbox_outgoingmail": """
        (id, kind, about, belongs_to, occasion, is_bulk, context, state, attempts, last_error, created_at, due_at, sent_at)
        SELECT gen_random_uuid(), 'confirmed', 'registration:' || id, 'edition:' || edition_id, 'benchmark', false, '{}', 'sent', 1, '',
            created_at, created_at, created_at""",
    "registrations_checkin": """
        (id, registration_id, direction, scanned_at, received_at, gate, source)
        SELECT gen_random_uuid(), id, 'entry', created_at, created_at, '1', 'qr'""",
    "registrations_export": """
        (edition_id, profile, content, rows, reason, exported_at)
        SELECT edition_id, 'machine', 'attendance', 1, 'benchmark', created_at""",
    "registrations_webhookdelivery": """
        (id, webhook_id, registration_id, event, occasion, status, mode, happened_at, state, attempts, last_problem,
         due_at, given_up_at, sent_at)
        SELECT gen_random_uuid(), %(webhook)s, id, 'registered', '1', status, mode, created_at, 'sent', 1, '',
            created_at, created_at, created_at""",
    "registrations_visaletter": """
        (registration_id, status, passport_name, nationality, passport_number, message, asked_at)
        SELECT id, 'asked', 'Camille Exemple', 'CA', 'X000', '', created_at""",
    "registrations_changerequest": """
        (id, registration_id, status, mode, sessions, message, asked_at, answer)
        SELECT gen_random_uuid(), id, 'open', 'online', '{}', '', created_at, ''""",
    "registrations_needs": """
        (registration_id, diet, access, note, changed_at)
        SELECT id, 'vegan', '{captions}', '', created_at""",
    "registrations_arrangement": """
        (needs_id, need, answered_by_id, due_date, staff_note)
        SELECT (SELECT n.id FROM registrations_needs n WHERE n.registration_id = registrations_registration.id),
            unnest(ARRAY['diet', 'captions']), %(user)s, created_at, ''""",
    "trail_trailentry": """
        (at, source, actor_id, kind, detail, record_type, record_id, edition_id, fields, counts)
        SELECT created_at, 'staff', %(user)s, 'decided', 'confirmed', 'registrations.registration', id, edition_id,
            '{status}', '{}'""",
}


def sign_in(client: Client, edition: Edition) -> User:
    user = User.objects.create(email="benchmark@example.org", is_staff=True)
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    for role in (StaffRole.Role.ORGANIZER, StaffRole.Role.NEEDS):
        StaffRole.objects.create(user=user, edition=edition, role=role)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return user


def fill(edition: Edition, user: User, webhook: Webhook) -> None:
    known = {"edition": edition.pk, "user": user.pk, "webhook": webhook.pk}
    with connection.cursor() as cursor:
        for table, rows in FILL.items():
            cursor.execute(
                f"INSERT INTO {table} {rows} FROM registrations_registration WHERE edition_id = %(edition)s"
                " ON CONFLICT DO NOTHING",
                known,
            )
            cursor.execute(f"ANALYZE {table}")


def measure(client: Client, name: str, address: str, times: int) -> bool:
    """Print what one page costs and return whether it keeps the bounds."""
    with CaptureQueriesContext(connection) as captured:
        status = client.get(address).status_code
    times_of_statements = [float(query["time"]) for query in captured]  # now: the next request empties the list
    used, waited = [], []
    for _time in range(times):
        cpu, wall = time.process_time(), time.monotonic()
        client.get(address)
        used.append((time.process_time() - cpu) * 1000)
        waited.append((time.monotonic() - wall) * 1000)
    is_within = status == HTTPStatus.OK and len(times_of_statements) <= MOST_STATEMENTS and min(used) <= MOST_CPU_MS
    print(
        f"{name}: {status}, {len(times_of_statements)} statements, {min(used):.0f} ms of CPU, {min(waited):.0f} ms in all, "
        f"slowest statement {max(times_of_statements, default=0) * 1000:.0f} ms{'' if is_within else ', BEYOND THE BOUNDS'}"
    )
    return is_within


def pages_of(edition: Edition, message: Message) -> dict[str, str]:
    registrations = "/admin/registrations/registration/"
    narrowed = f"{registrations}?edition={edition.slug}"
    mails, trail = "/admin/outbox/outgoingmail/", "/admin/trail/trailentry/"
    one = Registration.objects.filter(edition=edition).last()
    assert one is not None
    return {
        "registrations": registrations,
        "registrations of the edition": narrowed,
        "confirmed": f"{narrowed}&status__exact=confirmed",
        "on the waiting list": f"{narrowed}&status__exact=waiting",
        "page 900": f"{narrowed}&p=900",
        "by name": f"{narrowed}&o=1",
        "search, many hits": f"{narrowed}&q=adele",
        "search, one hit": f"{narrowed}&q=adele+{one.reference}",
        "search, no hit": f"{narrowed}&q=zzzzzz",
        "mails": mails,
        "mails of the edition": f"{mails}?edition={edition.slug}",
        "mails that failed": f"{mails}?state__exact=failed",
        "mails of one kind": f"{mails}?letter=confirmed",
        "mails, page 500": f"{mails}?p=500",
        "mails, searched": f"{mails}?q={one.reference}",
        "check-ins": "/admin/registrations/checkin/",
        "check-ins of the edition": f"/admin/registrations/checkin/?edition={edition.slug}",
        "exports": "/admin/registrations/export/",
        "deliveries to webhooks": "/admin/registrations/webhookdelivery/",
        "webhooks": "/admin/registrations/webhook/",
        "letters of invitation": "/admin/registrations/visaletter/",
        "needs": "/admin/registrations/arrangement/",
        "needs to be done": f"/admin/registrations/arrangement/?edition={edition.slug}&done=no&by=me",
        "change requests": "/admin/registrations/changerequest/",
        "messages": "/admin/registrations/message/",
        "recipients of a message": f"/admin/registrations/message/{message.pk}/send/",
        "trail": trail,
        "trail of the edition": f"{trail}?edition={edition.slug}",
        "trail, searched": f"{trail}?q={one.reference}",
        "export page": f"/admin/programme/edition/{edition.pk}/export/",
        "dashboard": f"/admin/programme/edition/{edition.pk}/dashboard/",
        "report": f"/admin/programme/edition/{edition.pk}/report/",
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("edition", nargs="?", default="2027")
    parser.add_argument("--times", type=int, default=10)
    parser.add_argument("--only", default="", help="pages with this in their name")
    options = parser.parse_args()
    settings.DEBUG = False  # it keeps every statement in memory
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.SECURE_SSL_REDIRECT = False
    edition = Edition.objects.get(slug=options.edition)
    print(f"{Registration.objects.filter(edition=edition).count()} registrations")
    with transaction.atomic():
        client = Client(headers={"accept-language": "fr"})
        user = sign_in(client, edition)
        webhook = Webhook.objects.create(edition=edition, url="https://example.org/", events=["registered"])
        message = Message.objects.create(
            edition=edition, subject_fr="Salle", created_by=user, created_at=timezone.now()
        )
        fill(edition, user, webhook)
        pages = {name: address for name, address in pages_of(edition, message).items() if options.only in name}
        results = [measure(client, name, address, options.times) for name, address in pages.items()]
        transaction.set_rollback(True)
    if not all(results):
        raise SystemExit(f"At most {MOST_STATEMENTS} statements and {MOST_CPU_MS} ms of CPU are wanted.")


if __name__ == "__main__":
    main()
