"""A world in which every page has something to show: an edition and a registration in each state, names of every length."""

from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

from allauth.account.models import EmailAddress
from django.core.cache import cache

from programme.models import AccessCode, Appearance, ConsentKind, Edition, Session, StaffRole
from programme.services.terms import load_terms
from registrations.management.sample_world import world as sample
from registrations.models import ChangeRequest, ColumnSet, ExportJob, Registration, Webhook
from registrations.services.answers import Answers, NeedsAnswer
from registrations.services.cancel import cancel
from registrations.services.merge import merge
from registrations.services.questions import Reply
from registrations.services.rehearsals import rehearse
from registrations.services.unsubscribing import token_of, unsubscribe
from registrations.services.webhooks import send_test
from symposium.outbox.models import OutgoingMail
from tests.factories import (
    ApiTokenFactory,
    AppearanceFactory,
    EditionFactory,
    MessageFactory,
    PersonFactory,
    QuestionFactory,
    SeatPoolFactory,
    SessionFactory,
    UserFactory,
    asked_letter,
    members_of,
    registration_of,
    send_form,
    send_group,
)

LONG_NAME = {"given_name": "Marie-Christine", "family_name": "de la Rochefoucauld-Montbel"}
NINE = 9
BEFORE_THE_LAST = 11


def build(at):
    """Return what a table of pages needs to name: editions, registrations, people and accounts."""
    cache.clear()
    sample.build(seed=1, people=12, at=at, with_accounts=False)
    coming = Edition.objects.upcoming(at).get()
    world = SimpleNamespace(at=at, coming=coming, talk=_write_sessions(coming), **_editions(at))
    world.registrations = _registrations(world)
    world.question = world.asking.questions.filter(kind="one").get()
    world.message = MessageFactory(edition=coming)
    world.paused = MessageFactory(edition=world.cancelled, state="paused", send_at=at)
    world.webhook = Webhook.objects.create(
        edition=coming, url="https://hooks.example.org/symposium", events=["confirmed"]
    )
    world.token = ApiTokenFactory(edition=coming, created_at=at, expires_at=at + timedelta(days=90))
    world.delivery = send_test(webhook=world.webhook, at=at)
    world.unsubscribing, world.unsubscribed = (token_of(world.registrations[name]) for name in ("confirmed", "online"))
    unsubscribe(registration=world.registrations["online"], at=at)
    world.person = Appearance.objects.filter(session=world.talk).first().person
    for name, user in _accounts(world).items():
        setattr(world, name, user)
    chosen = {"asked_by": world.admin, "reason": "Badges", "profile": "xlsx", "columns": ["email", "q_0"]}
    world.export_job, world.export_done = (
        ExportJob.objects.create(edition=coming, asked_at=at, claimed_at=at, **state, **chosen)
        for state in ({"state": "running", "total": 20_000, "rows": 8_000}, {"state": "done", "finished_at": at})
    )
    world.column_set = ColumnSet.objects.create(edition=coming, name="Badges", columns=["email", "q_0"])
    world.rehearsal = rehearse(source=coming, people=2, by=world.admin, at=at)
    world.kept = OutgoingMail.objects.get(about=world.rehearsal.registrations.earliest("pk").mail_about)
    OutgoingMail.objects.filter(pk=world.kept.pk).update(state=OutgoingMail.State.KEPT)
    return world


def _write_sessions(edition):
    """Give the edition a session with one speaker and one with nine, whose titles exist in one language only."""
    alone = SessionFactory(edition=edition, slug="alone", position=50, title_fr="", title_en="Machines that doubt")
    AppearanceFactory(session=alone, person=PersonFactory(slug="one", **LONG_NAME), affiliation_fr="Inserm")
    many = SessionFactory(
        edition=edition, slug="nine", position=51, title_fr="Neuf voix", title_en="", starts_at=edition.starts_at
    )
    for _number in range(NINE):
        AppearanceFactory(session=many, affiliation_fr="Université d'Exemple, laboratoire d'informatique médicale")
    AppearanceFactory(session=many, role="moderator", person=PersonFactory(orcid="0000-0002-1825-0097", **LONG_NAME))
    SeatPoolFactory(edition=edition, session=many, mode="", capacity=0)
    return many


def _editions(at):
    times = {
        "starts_at": at + timedelta(days=400),
        "ends_at": at + timedelta(days=400, hours=4),
        "registration_opens_at": at - timedelta(days=1),
        "registration_closes_at": at + timedelta(days=399),
    }
    later = {"registration_opens_at": at + timedelta(days=9)}
    earlier = {"registration_closes_at": at - timedelta(hours=1)}
    different = {
        "full": {},
        "soon": later,
        "closed": earlier,
        "postponed": {"status": "postponed"},
        "cancelled": {"status": "cancelled"},
        "confirming": {"confirms_email": True},
        "approving": {"requires_approval": True},
        "inviting": {"requires_code": True},
        "grouping": {"largest_group": 6},
        "wondering": {"coming_question": "silent", "coming_question_days": 500},
        "asking": {"asks_needs": True, "asks_newsletter": True, "asks_photos": True, "asks_attendee_list": True},
        "writing": {"offers_visa_letters": True},
    }
    editions = {name: EditionFactory(slug=f"{name}-one", **{**times, **more}) for name, more in different.items()}
    for name, edition in editions.items():
        SessionFactory(edition=edition)
        SeatPoolFactory(edition=edition, mode="onsite", capacity=1 if name == "full" else 100)
    for name in ("asking", "grouping"):
        _ask(editions[name], editions[name].ends_at.date() + timedelta(days=30))
    AccessCode.objects.create(edition=editions["inviting"], code="SPEAKERS-27", label="Speakers", uses_allowed=12)
    return editions


def _ask(edition, day):
    """Ask a question of each kind, those by text once the place is confirmed."""
    texts = {
        "one": ("Quel repas prenez-vous ?", "Which meal will you take?", "Servi à 13 h, debout.", "Served at 1 pm."),
        "several": ("Quels jours venez-vous ?", "On which days do you come?", "", ""),
        "text": ("Par quel train arrivez-vous ?", "By which train do you arrive?", "", ""),
        "long_text": (
            "Que voulez-vous entendre ?",
            "What would you like to hear?",
            "En quelques lignes.",
            "A few lines.",
        ),
    }
    options = {"one": ["Fish", "Rice and beans"], "several": ["Monday", "Tuesday", "Wednesday"]}
    for kind, (title_fr, title_en, help_fr, help_en) in texts.items():
        QuestionFactory(
            edition=edition,
            kind=kind,
            stage="registration" if kind in options else "confirmed",
            is_required=kind in {"one", "text"},
            title_fr=title_fr,
            title_en=title_en,
            help_text_fr=help_fr,
            help_text_en=help_en,
            deletion_date=day,
            options=options.get(kind),
        )


def _registrations(world):
    """One in each status; those that a page makes disappear are there once for each language."""

    def register(edition, name, *, at=world.at, **fields):
        email = f"{name}@example.org"
        send_form(edition, email, at=at, **{**LONG_NAME, **fields})
        return registration_of(edition, email)

    nine = (world.talk,)
    needs = NeedsAnswer("No nuts", ("captions", "wheelchair"), "A place near the door")
    photos = frozenset({ConsentKind.PHOTOS})
    meal, days = world.asking.questions.filter(stage="registration").order_by("position")
    replies = (
        Reply(meal.pk, options=(meal.options.order_by("position")[1].pk,)),
        Reply(days.pk, options=tuple(days.options.order_by("position").values_list("pk", flat=True)[:2])),
    )
    found = {
        "asking": register(
            world.asking, "asking", answers=Answers(load_terms(world.asking), needs, photos, replies=replies)
        ),
        "travelling": register(world.writing, "travelling"),
        "merged": register(world.writing, "merged", at=world.at + timedelta(seconds=1)),
        "invited": register(world.writing, "invited"),
        "confirmed": register(world.coming, "confirmed", sessions=(*nine, Session.objects.get(slug="alone"))),
        "asked": register(world.wondering, "asked"),
        "online": register(world.coming, "online", mode="online"),
        "too-late": register(world.closed, "too-late", at=world.at - timedelta(hours=2)),
        "hoping": register(world.closed, "hoping", at=world.at - timedelta(hours=2)),
        "cancelled": register(world.coming, "gone"),
        "pending": register(world.confirming, "pending"),
        "expired": register(world.confirming, "expired"),
        "requested": register(world.approving, "requested"),
        "refused": register(world.approving, "refused"),
        "erased-fr": register(world.coming, "erased-fr"),
        "erased-en": register(world.coming, "erased-en"),
    }
    world.arrangement = found["asking"].needs.arrangements.get(need="diet")
    world.change_request = ChangeRequest.objects.create(
        registration=found["hoping"], mode="online", message="My train is cancelled.", asked_at=world.at
    )
    asked_letter(found["invited"], status="issued", issued_at=world.at)
    for number in range(BEFORE_THE_LAST + 2):
        found["waiting"] = register(world.full, f"waiting{number}")
    register(world.full, "last")
    _wait_together(world, found)
    cancel(registration=found["cancelled"], at=world.at)
    travelling, merged = found["travelling"], found["merged"]
    merge(one=travelling, other=merged, address_of=travelling, notify=False, reason="", by=UserFactory(), at=world.at)
    Registration.objects.filter(pk=found["asked"].pk).update(confirmed_at=world.at - timedelta(days=200))
    for status in ("expired", "refused"):
        Registration.objects.filter(pk=found[status].pk).update(status=status)
    return found


def _wait_together(world, found):
    """A group of three that found two seats left."""
    world.grouping.seat_pools.update(capacity=3)
    send_form(world.grouping, "before@example.org", at=world.at)
    send_group(world.grouping, 3, at=world.at, **LONG_NAME)
    found["in a group"] = members_of(world.grouping, 3)[1]


def _accounts(world):
    member = UserFactory(is_staff=False, second_factor=False, email="online@example.org", name="Camille Essai")
    secured = UserFactory(is_staff=False, email="secured@example.org")
    newcomer = UserFactory(is_staff=False, second_factor=False)
    helper = UserFactory(is_staff=False)
    for edition in (world.coming, world.soon):
        StaffRole.objects.create(user=helper, edition=edition, role="door")
    admin = UserFactory(is_superuser=True)
    for user in (member, secured, newcomer):
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    EmailAddress.objects.create(user=member, email=f"{uuid4().hex}@example.org", verified=False)
    return {"member": member, "secured": secured, "newcomer": newcomer, "helper": helper, "admin": admin}
