"""One of everything, and somebody of every role: what the matrix of roles walks through."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.test import Client

from programme.models import LegalNotice, StaffRole
from programme.services.accessibility import CACHE_KEY, State
from registrations.models import Attendee, ChangeRequest, CheckIn, Export, ExportJob, Webhook, WebhookDelivery
from registrations.services import reserved, staff
from registrations.services.unsubscribing import token_of
from registrations.services.webhooks import send_test
from symposium.outbox.models import OutgoingMail
from symposium.trail.models import TrailEntry
from tests.factories import (
    NOW,
    AccessibilityAuditFactory,
    AccessibilityPlanFactory,
    ApiTokenFactory,
    AppearanceFactory,
    DocumentFactory,
    EditionFactory,
    FigureFactory,
    MessageFactory,
    OrganisationFactory,
    PartnershipFactory,
    PersonFactory,
    QuestionFactory,
    SeatPoolFactory,
    SessionFactory,
    UserFactory,
    application,
    asked_letter,
    members_of,
    registered,
    send_group,
    somebodys_needs,
)

# Two days before: the door is open to helpers, and registration still open to everybody.
DAY = NOW + timedelta(days=78, hours=1)
ROLES = (
    "anonymous",
    "attendee",
    "organizer",
    "elsewhere",  # an organizer of another edition
    "exporter",
    "door",
    "reader",
    "needs",
    "superuser",
    "disabled",  # an organizer whose account is no longer active
)


@dataclass
class World:
    """``things`` stand for ``<object_id>`` in the administration, ``words`` for what other addresses name."""

    users: dict
    things: dict = field(default_factory=dict)
    words: dict = field(default_factory=dict)
    registrations: tuple = ()
    cookies: dict = field(default_factory=dict)
    client: Client = field(
        default_factory=lambda: Client(headers={"accept-language": "en"}, raise_request_exception=False)
    )

    def sign_everybody_in(self):
        for role, user in self.users.items():
            self.client.cookies.clear()
            self.client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
            self.cookies[role] = self.client.cookies[settings.SESSION_COOKIE_NAME].value

    def browser(self, role):
        """A browser in which somebody of the role has just signed in, and which has asked for nothing yet.

        It is one for all: a new one looks for all static files first, which takes longer than its request.
        """
        cache.clear()
        cache.set(CACHE_KEY, State.NOT.value, None)  # or each foot would look for it anew
        self.client.cookies.clear()
        if role in self.cookies:
            self.client.cookies[settings.SESSION_COOKIE_NAME] = self.cookies[role]
        return self.client


def make_users(edition, other):
    users = {role: UserFactory(email=f"{role}@example.org") for role in ROLES if role not in {"anonymous", "attendee"}}
    users["attendee"] = UserFactory(email="attendee@example.org", is_staff=False, second_factor=False)
    users["superuser"].is_superuser = True
    users["disabled"].is_active = False
    for role in ("organizer", "exporter", "door", "reader", "needs"):
        StaffRole.objects.create(user=users[role], edition=edition, role=role)
    StaffRole.objects.create(user=users["elsewhere"], edition=other, role="organizer")
    StaffRole.objects.create(user=users["disabled"], edition=edition, role="organizer")
    for user in users.values():
        user.save()
    return users


def make_world():
    edition, other = EditionFactory(slug="here", offers_visa_letters=True), EditionFactory(slug="there")
    SeatPoolFactory(edition=edition, mode="onsite", capacity=2)
    SeatPoolFactory(edition=other, mode="onsite")
    users = make_users(edition, other)
    session = SessionFactory(edition=edition, slug="first", starts_at=edition.starts_at, ends_at=edition.ends_at)
    person = AppearanceFactory(session=session, person=PersonFactory(slug="somebody")).person
    PartnershipFactory(edition=edition)
    DocumentFactory(edition=edition)
    confirmed, cancelled, kept, waiting = (registered(edition, f"{name}@example.org") for name in "abcd")
    staff.cancel(registration=cancelled, by=users["organizer"], at=NOW, reason="", notify=False)
    edition.requires_approval = True
    requested = registered(edition, "e@example.org")
    edition.requires_approval = False
    send_group(edition, 2)
    member, _other = members_of(edition, 2)
    Attendee.objects.filter(registration=waiting).update(undeliverable_at=NOW, undeliverable_status="5.1.1")
    mail = OutgoingMail.objects.get(about=confirmed.mail_about)
    OutgoingMail.objects.filter(pk=mail.pk).update(state="failed")
    role = StaffRole.objects.get(user=users["reader"])
    webhook = Webhook.objects.create(edition=edition, url="https://hooks.example.org/", events=["confirmed"])
    delivery = send_test(webhook=webhook, at=NOW)
    WebhookDelivery.objects.filter(pk=delivery.pk).update(state="failed")
    things = {
        "accounts_user": UserFactory(),
        "outbox_outgoingmail": mail,
        "programme_accessibilityaudit": AccessibilityAuditFactory(),
        "programme_accessibilityplan": AccessibilityPlanFactory(),
        "programme_edition": edition,
        "programme_figure": FigureFactory(edition=edition),
        "programme_legalnotice": LegalNotice.objects.create(id=1, dpo_email="dpo@example.org"),
        "programme_organisation": OrganisationFactory(),
        "programme_person": PersonFactory(slug="unused"),
        "programme_question": QuestionFactory(edition=edition, stage="confirmed"),
        "programme_staffrole": role,
        "registrations_changerequest": ChangeRequest.objects.create(registration=kept, mode="onsite", asked_at=NOW),
        "registrations_apitoken": ApiTokenFactory(edition=edition, created_by=users["organizer"]),
        "registrations_checkin": CheckIn.objects.create(
            registration=confirmed, scanned_at=NOW, received_at=NOW, source="qr"
        ),
        "registrations_export": Export.objects.create(edition=edition, profile="machine", rows=1, exported_at=NOW),
        "registrations_message": MessageFactory(edition=edition),
        "registrations_arrangement": somebodys_needs(confirmed).arrangements.get(need="diet"),
        "registrations_registration": kept,
        "registrations_visaletter": asked_letter(confirmed),
        "registrations_webhookdelivery": delivery,  # before the one whose name its own begins with
        "registrations_webhook": webhook,
        "trail_trailentry": TrailEntry.objects.get(),
    }
    words = {
        "content_type_id": ContentType.objects.get_for_model(edition).pk,
        "edition": edition.slug,
        "job_id": ExportJob.objects.create(
            edition=edition, asked_by=users["exporter"], asked_at=NOW, profile="machine", reason="Badges"
        ).pk,
        "kind": "newsletter",
        "language": "fr",
        "mail_id": mail.pk,
        "people/<slug:slug>": person.slug,
        "slug": session.slug,
        "t/<str:token>": confirmed.ticket_token,
        "token": confirmed.page_token,
        "u/<str:token>": token_of(confirmed),
    }
    SeatPoolFactory(edition=edition, mode="reserved")
    speaker = reserved.add(edition=edition, application=application("f@example.org"), by=users["organizer"], at=NOW)
    return World(users, things, words, (confirmed, cancelled, kept, waiting, requested, member, speaker))
