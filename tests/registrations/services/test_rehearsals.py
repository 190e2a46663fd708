"""A rehearsal: everything works in it, nothing of it gets out, and nothing of it is left."""

from datetime import time, timedelta
from io import StringIO

import pytest
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.core.management import call_command
from django.test import Client

from programme.models import Edition, StaffRole
from programme.services import pages
from programme.services.terms import load_terms
from registrations.mails.rehearsals import kept_mail, of_rehearsals
from registrations.models import ApiToken, Attendee, Export, ExportJob, ExportSchedule, Registration
from registrations.services import (
    certificates,
    export_jobs,
    links,
    messages,
    papers,
    privacy,
    report_schedule,
    webhooks,
)
from registrations.services.answers import Answers, NeedsAnswer
from registrations.services.api_tokens import editions_of
from registrations.services.cancel import cancel
from registrations.services.clone import clone_edition
from registrations.services.door import check_in
from registrations.services.letters import Kind, send
from registrations.services.metrics import metrics
from registrations.services.rehearsals import AlreadyRehearsed, NotARehearsal, rehearse, remove
from symposium.outbox.delivery import Delivered, deliver_due
from symposium.outbox.models import OutgoingMail
from symposium.trail.models import TrailEntry
from tests.factories import (
    NOW,
    AppearanceFactory,
    EditionFactory,
    FigureFactory,
    MessageFactory,
    SeatPoolFactory,
    UserFactory,
    registered,
    send_form,
    with_seats,
)
from tests.registrations.receivers import webhook_of

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def source(transactional_db):
    edition = EditionFactory(slug="2027", ordinal=3)
    SeatPoolFactory(edition=edition, mode="onsite", capacity=3)
    SeatPoolFactory(edition=edition, mode="online", capacity=2)
    with_seats(edition, 2)
    return edition


@pytest.fixture
def by(source):
    user = UserFactory(email="organizer@example.org")
    StaffRole.objects.create(user=user, edition=source, role="organizer")
    return user


@pytest.fixture
def rehearsal(source, by):
    return rehearse(source=source, people=8, by=by, at=NOW)


def logged_in(user):
    client = Client(headers={"accept-language": "en"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def counts():
    """How many rows each table has; but of the trail, which keeps that there was a rehearsal."""
    return {
        model._meta.db_table: model._base_manager.count()
        for model in apps.get_models(include_auto_created=True)
        if model not in {TrailEntry}
    }


def test_rehearsal_is_like_the_edition_and_open_at_once(source, rehearsal):
    rehearsal.refresh_from_db()

    assert (rehearsal.slug, rehearsal.status, rehearsal.ordinal) == ("2027-rehearsal", "published", 3)
    assert (rehearsal.is_rehearsal, rehearsal.is_sample, rehearsal.is_registration_open(NOW)) == (True, True, True)
    assert (rehearsal.title_fr, rehearsal.title_en) == (
        "R\u00e9p\u00e9tition \u2013 IA et m\u00e9decine",
        "Rehearsal \u2013 AI and medicine",
    )
    assert (rehearsal.starts_at, rehearsal.sessions.count()) == (source.starts_at, 1)


def test_people_are_invented_and_came_the_ordinary_way(rehearsal):
    found = Registration.objects.filter(edition=rehearsal)

    assert sorted(set(found.values_list("status", flat=True))) == ["confirmed", "waiting"]
    assert found.filter(status="confirmed").count() == 5
    emails = Attendee.objects.values_list("email", flat=True)
    assert len({email for email in emails if email.endswith("@example.org")}) == 8
    assert OutgoingMail.objects.count() >= 8


def test_edition_that_is_over_is_rehearsed_some_weeks_later(source, by):
    after = source.starts_at + timedelta(days=15)

    rehearsal = rehearse(source=source, people=0, by=by, at=after)

    assert rehearsal.starts_at - source.starts_at == timedelta(weeks=3)
    assert rehearsal.is_registration_open(after)


def test_staff_of_the_edition_has_the_same_roles(source, by):
    helper, boss = UserFactory(), UserFactory(is_superuser=True)
    StaffRole.objects.create(user=helper, edition=source, role="door")

    rehearsal = rehearse(source=source, people=0, by=boss, at=NOW)

    held = rehearsal.staff_roles.order_by("role").values_list("user", "role")
    assert list(held) == [(helper.pk, "door"), (by.pk, "organizer")]
    trail = TrailEntry.objects.filter(edition_id=rehearsal.pk).order_by("id").values_list("kind", "detail")
    assert list(trail) == [("given", "organizer"), ("given", "door"), ("added", "rehearsal")]


def test_edition_without_seats_or_english_title_is_rehearsed_as_well(by):
    source = EditionFactory(slug="x" * 50, title_en="")

    rehearsal = rehearse(source=source, people=3, by=by, at=NOW)

    assert (rehearsal.slug, len(rehearsal.slug)) == ("x" * 40 + "-rehearsal", 50)
    assert (rehearsal.title_en, rehearsal.registrations.count()) == ("", 0)


def test_one_rehearsal_at_a_time_and_none_of_a_rehearsal(source, rehearsal, by):
    with pytest.raises(AlreadyRehearsed):
        rehearse(source=source, people=1, by=by, at=NOW)
    with pytest.raises(NotARehearsal):
        rehearse(source=rehearsal, people=1, by=by, at=NOW)


def test_next_edition_is_numbered_as_if_there_were_none(source, rehearsal):
    assert clone_edition(source=source, slug="2028").ordinal == 4


# Mails


def test_no_mail_of_a_rehearsal_reaches_the_mail_server(rehearsal, source, by):
    real = registered(source, "real@example.org")
    registration = Registration.objects.filter(edition=rehearsal, status="confirmed").first()
    for kind in Kind:
        send(registration, kind, at=NOW, occasion="try")
    message = MessageFactory(edition=rehearsal)
    messages.send_test(message=message, user=by, at=NOW)
    messages.send(message=message, by=by, at=NOW)
    links.ask_for_lost(email=registration.attendee.email, at=LATER)

    for _round in range(3):
        deliver_due(clock=lambda: LATER)

    assert [sent.to for sent in mail.outbox] == [["real@example.org"]]
    states = OutgoingMail.objects.exclude(about=real.mail_about).values_list("state", flat=True)
    assert set(states) == {"kept"}


def test_report_about_a_rehearsal_would_be_kept_too(rehearsal, by):
    report = OutgoingMail(kind="report.weekly", about=f"report:{rehearsal.pk}:{by.pk}", created_at=NOW, due_at=NOW)
    other = OutgoingMail(kind="report.weekly", about=f"report:0:{by.pk}", created_at=NOW, due_at=NOW)

    assert of_rehearsals([report, other]) == {report.pk}


def test_mail_about_an_export_of_a_rehearsal_would_be_kept_too(rehearsal, source, by):
    mails = [mail_about_export(edition, by) for edition in (rehearsal, source)]

    assert of_rehearsals(mails) == {mails[0].pk}


def mail_about_export(edition, by):
    """Let a file be ready that is made again and again, and return the mail that says so."""
    chosen = {"edition": edition, "asked_by": by, "asked_at": NOW, "profile": "machine"}
    schedule = ExportSchedule.objects.create(**chosen, every=7, due_time=time(8))
    job = ExportJob.objects.create(**chosen, schedule=schedule, due_date=NOW.date(), state="running", claimed_at=NOW)
    export_jobs.finish(job=job, at=NOW)
    return OutgoingMail.objects.get(kind=export_jobs.READY, about__endswith=f":{job.pk}")


def test_mail_that_is_kept_counts_as_accepted(source, by):
    source.confirms_email = True
    source.save()
    rehearsal = rehearse(source=source, people=1, by=by, at=NOW)

    done = deliver_due(clock=lambda: LATER)

    assert done == Delivered(kept=1)
    assert rehearsal.registrations.get().hold_expires_at == LATER + timedelta(hours=1)


def test_mail_of_a_kind_that_is_gone_is_kept_too(rehearsal):
    about = rehearsal.registrations.first().mail_about
    OutgoingMail.objects.all().delete()
    OutgoingMail.objects.create(kind="of.yesterday", about=about, created_at=NOW, due_at=NOW)
    OutgoingMail.objects.create(kind="of.yesterday", about="registration:nothing", created_at=NOW, due_at=NOW)

    assert deliver_due(clock=lambda: LATER) == Delivered(kept=1, delayed=1)


def test_program_with_a_token_finds_no_rehearsal(rehearsal, source, by):
    assert list(editions_of(ApiToken(created_by=by))) == [source]


# Nobody else sees it


@pytest.mark.parametrize(
    "path",
    [
        "/en/2027-rehearsal/", "/en/2027-rehearsal/programme/", "/en/2027-rehearsal/register/", "/en/2027-rehearsal/preview.png",
        "/en/2027-rehearsal/programme/embed/", "/2027-rehearsal/schedule.json", "/2027-rehearsal/schedule.ics",
    ],
)  # fmt: skip
def test_visitors_and_staff_of_others_find_no_rehearsal(rehearsal, path):
    stranger = UserFactory()
    StaffRole.objects.create(user=stranger, edition=EditionFactory(), role="organizer")

    assert Client().get(path).status_code == 404
    assert logged_in(stranger).get(path).status_code == 404


def test_public_pages_name_no_rehearsal(rehearsal, source, by, time_machine):
    time_machine.move_to(NOW, tick=False)
    person = AppearanceFactory(edition=rehearsal, session=rehearsal.sessions.get()).person
    FigureFactory(edition=rehearsal, value=777)

    shown = "".join(
        Client().get(path).content.decode()
        for path in ("/en/", "/fr/", "/en/sitemap/", "/sitemap.xml", "/accents.css", f"/en/people/{person.slug}/")
    )

    assert "IA et m" in shown
    assert [word for word in ("rehearsal", "Rehearsal", "R\u00e9p\u00e9tition", "777") if word in shown] == []


def test_staff_see_it_with_a_mark_and_no_data_for_search_engines(rehearsal, source, time_machine):
    time_machine.move_to(NOW, tick=False)
    helper = UserFactory()
    StaffRole.objects.create(user=helper, edition=rehearsal, role="door")
    client = logged_in(helper)

    for path in ("/en/2027-rehearsal/", "/en/2027-rehearsal/register/", "/checkin/2027-rehearsal/"):
        response = client.get(path)
        page = response.content.decode()
        assert "Rehearsal \u2013 nothing here is real" in page
        assert "application/ld+json" not in page
        assert "no-store" in response["Cache-Control"]
    assert "application/ld+json" in Client().get("/en/2027/").content.decode()


def test_person_of_a_rehearsal_has_a_page_and_a_ticket_with_the_mark(rehearsal, time_machine):
    time_machine.move_to(NOW, tick=False)
    registration = Registration.objects.filter(edition=rehearsal, status="confirmed").first()

    page = Client().get(f"/en/registrations/{registration.page_token}/").content.decode()
    calendar = Client().get(f"/en/registrations/{registration.page_token}/ticket.ics").content.decode()

    assert "Rehearsal \u2013 nothing here is real" in page
    assert (":Rehearsal" in calendar) or (":R\u00e9p\u00e9tition" in calendar)


def test_letter_names_it_in_subject_and_text(rehearsal):
    for registration in Registration.objects.filter(edition=rehearsal, status="confirmed"):
        kept = kept_mail(OutgoingMail.objects.get(about=registration.mail_about))
        mark = {"fr": "R\u00e9p\u00e9tition \u2013 IA", "en": "Rehearsal \u2013 AI"}[registration.language]
        assert mark in kept.subject.replace("\xa0", " ")
        assert mark in kept.text


def test_papers_of_a_rehearsal_are_none_of_ours(rehearsal, by):
    registration = Registration.objects.filter(edition=rehearsal, status="confirmed").first()
    check_in(registration=registration, by=by, source="qr", gate="", at=NOW)
    after = rehearsal.ends_at + timedelta(days=1)

    number = certificates.number_of(registration, at=after)

    assert papers.find_paper(number=number, name=registration.attendee.family_name, at=after) is None


def test_no_figure_of_others_counts_it(rehearsal, source, by):
    after = source.ends_at + timedelta(days=400)
    following = EditionFactory(slug="2028", starts_at=after, ends_at=after + timedelta(hours=4))

    assert report_schedule.edition_before(following) == source
    assert [edition.slug for edition, _headline in pages.past_editions(at=after, apart_from=None)] == ["2027"]
    assert pages.current_edition(at=NOW) != rehearsal
    report_schedule.send_due(at=NOW)
    assert not OutgoingMail.objects.filter(about__startswith=f"report:{rehearsal.pk}:").exists()
    assert OutgoingMail.objects.filter(about__startswith=f"report:{source.pk}:").exists()
    assert "rehearsal" not in run("report", "2028") + str(metrics(at=NOW))


def run(*arguments):
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_real_names_typed_in_a_rehearsal_go_in_their_time(rehearsal):
    long_after = rehearsal.ends_at + timedelta(days=privacy.IDENTIFIED_DAYS)

    assert privacy.purge(at=long_after, dry_run=True).identified >= 5


# Removing


def test_removal_leaves_no_row(source, by):
    registered(source, "real@example.org")
    client = logged_in(by)
    before = counts()
    rehearsal = rehearse(source=source, people=8, by=by, at=NOW)
    fill(rehearsal, by, client)

    removed = remove(rehearsal=rehearsal, by=by, at=LATER)

    assert {table: (now, before[table]) for table, now in counts().items() if now != before[table]} == {}
    assert removed > 50
    last = TrailEntry.objects.order_by("id").last()
    assert (last.kind, last.detail, last.edition_id, last.counts) == (
        "deleted",
        "rehearsal",
        rehearsal.pk,
        {"rows": removed},
    )


def test_removal_takes_the_mails_of_its_own_exports_and_no_others(source, rehearsal, by):
    elsewhere = mail_about_export(source, by)
    mail_about_export(rehearsal, by)
    pk = elsewhere.about.partition(":")[2]
    Export.objects.create(pk=pk, edition=rehearsal, profile="xlsx", rows=0, exported_by=by, exported_at=NOW)

    remove(rehearsal=rehearsal, by=by, at=LATER)

    assert list(OutgoingMail.objects.filter(kind=export_jobs.READY)) == [elsewhere]


def fill(rehearsal, by, client):
    """Leave rows in every corner that a rehearsal may reach."""
    webhook_of(rehearsal, "https://hooks.example.org/")
    webhooks.send_test(webhook=rehearsal.webhooks.get(), at=NOW)
    FigureFactory(edition=rehearsal)
    confirmed, other, *_rest = Registration.objects.filter(edition=rehearsal, status="confirmed").order_by("pk")
    send_form(rehearsal, answers=Answers(load_terms(rehearsal), NeedsAnswer("No nuts", (), "")))
    check_in(registration=confirmed, by=by, source="qr", gate="", at=NOW)
    check_in(registration=confirmed, by=by, source="qr", gate="", at=NOW, session=rehearsal.sessions.get())
    cancel(registration=other, at=NOW)
    message = MessageFactory(edition=rehearsal)
    messages.send(message=message, by=by, at=NOW)
    deliver_due(clock=lambda: LATER)
    answer = client.post(f"/admin/registrations/webhook/{rehearsal.webhooks.get().pk}/secret/")
    assert "whsec_" in answer.content.decode()  # and a line in the history of the administration
    assert LogEntry.objects.exists()


def test_real_edition_is_not_removed(source, by):
    registered(source)

    with pytest.raises(NotARehearsal):
        remove(rehearsal=source, by=by, at=NOW)

    assert Registration.objects.filter(edition=source).exists()
    assert Edition.objects.filter(pk=source.pk).exists()
