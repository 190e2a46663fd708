"""What a person may ask of their data, and what time takes away."""

import io
import json
import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.management import CommandError, call_command
from django.db import connection

from programme.models import ConsentKind, Edition, StaffRole
from programme.services.terms import load_terms
from registrations.models import Arrangement, Attendee, CheckIn, Decision, Needs, Registration, Submission
from registrations.services import invariants, privacy, processing, staff
from registrations.services.answers import Answers, NeedsAnswer
from registrations.services.door import check_in
from registrations.services.move_online import move_online
from registrations.tasks import purge as purge_task
from symposium.accounts.models import User
from symposium.outbox.models import OutgoingMail
from tests.factories import NOW, EditionFactory, UserFactory
from tests.registrations.views.test_page import registered, url

MARKER = "zyx-marker"


@pytest.fixture(autouse=True)
def at_now(time_machine):
    time_machine.move_to(NOW, tick=False)


def rows_that_contain(words):
    """Return the tables in which a text stands anywhere."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text ILIKE %s', [f"%{words}%"])
            if cursor.fetchone()[0]:
                found.append(table)
    return found


def test_erasing_leaves_nothing_of_the_person_and_every_count(edition):
    registration = registered(edition, MARKER)
    check_in(registration=registration, by=None, source="qr", gate="A", at=NOW)
    LogEntry.objects.log_actions(UserFactory().pk, [registration], CHANGE, "changed", single_object=True)
    Edition.objects.filter(pk=edition.pk).update(
        starts_at=NOW - timedelta(days=2),
        ends_at=NOW - timedelta(days=1),
        registration_closes_at=NOW - timedelta(days=3),
    )
    assert rows_that_contain(MARKER) == ["registrations_attendee"]
    assert rows_that_contain(registration.reference)

    assert privacy.erase_person(email=f" {MARKER.upper()}@Example.org", at=NOW) == 1

    assert rows_that_contain(MARKER) == []
    assert rows_that_contain(registration.reference) == []
    assert Registration.objects.get().status == "confirmed"
    assert CheckIn.objects.count() == 1


def test_erasing_before_the_day_gives_the_seat_on(edition):
    edition.seat_pools.filter(mode="onsite").update(capacity=1)
    first = registered(edition, "first")
    registered(edition, "second")

    privacy.erase(registration=first, at=NOW)

    assert sorted(Registration.objects.values_list("status", flat=True)) == ["cancelled", "confirmed"]
    assert Attendee.objects.get().email == "second@example.org"
    assert not OutgoingMail.objects.filter(about=first.mail_about, kind="registration.cancelled").exists()
    assert not [finding for finding in invariants.verify() if not finding.holds]


def test_erasing_blanks_reasons_that_may_name_the_person(edition):
    edition.seat_pools.filter(mode="onsite").update(capacity=0)
    registration = registered(edition)
    staff.confirm(registration=registration, by=UserFactory(), at=NOW, overtake=True, reason="Camille asked")

    privacy.erase(registration=registration, at=NOW)

    assert Decision.objects.get().reason == "—"


def test_export_holds_everything_that_the_person_gave(edition):
    registration = registered(edition, MARKER)
    check_in(registration=registration, by=None, source="qr", gate="A", at=NOW)

    [found] = privacy.export_person(f"{MARKER}@example.org")

    assert (found["email"], found["status"], found["mode"]) == (f"{MARKER}@example.org", "confirmed", "onsite")
    assert found["seats"] == [{"of": "onsite", "held": True, "position": None, "in_a_group": False}]
    assert [scan["gate"] for scan in found["check_ins"]] == ["A"]
    assert [mail["kind"] for mail in found["mails"]] == ["registration.confirmed"]
    assert json.loads(json.dumps(found)) == found


def ended(edition, days):
    Edition.objects.filter(pk=edition.pk).update(
        starts_at=NOW - timedelta(days=days, hours=4),
        ends_at=NOW - timedelta(days=days),
        registration_closes_at=None,
        registration_opens_at=None,
    )


@pytest.mark.parametrize(
    ("status", "days", "goes"),
    [
        ("waiting", 29, False),
        ("waiting", 30, True),
        ("refused", 30, True),
        ("confirmed", 30, False),
        ("confirmed", 395, False),
        ("confirmed", 396, True),
        ("cancelled", 396, True),
    ],
)
def test_purge_keeps_each_period(edition, status, days, goes):
    registered(edition)
    Registration.objects.update(status=status)
    ended(edition, days)

    privacy.purge(at=NOW)

    assert Attendee.objects.exists() is not goes
    assert Registration.objects.count() == 1


def test_purge_takes_what_was_never_confirmed_after_a_week(edition):
    registered(edition)
    Registration.objects.update(status="expired", created_at=NOW - timedelta(days=7))
    Submission.objects.update(created_at=NOW - timedelta(days=7))

    assert privacy.purge(at=NOW, dry_run=True) == privacy.Purged(
        unconfirmed=1,
        waiting=0,
        identified=0,
        needs=0,
        visa_letters=0,
        answers=0,
        accounts=0,
        forms=1,
        replies=0,
        exports=0,
        trail=0,
        webhooks=0,
    )
    assert Attendee.objects.exists()
    purge_task()

    assert not Attendee.objects.exists()
    assert not Submission.objects.exists()
    assert privacy.purge(at=NOW) == privacy.Purged(*[0] * 12)


def test_person_downloads_and_erases_from_their_page(client, edition):
    registration = registered(edition, MARKER)

    file = client.get(url(registration, "data.json"))
    asked = client.get(url(registration, "erase/"))
    assert Attendee.objects.exists()
    erased = client.post(url(registration, "erase/"))

    assert file.json()["email"] == f"{MARKER}@example.org"
    assert "attachment" in file["Content-Disposition"]
    assert "cannot be undone" in asked.content.decode()
    assert b"Your data are erased" in erased.content
    assert client.get(url(registration)).status_code == 404


def run(*arguments, **options):
    out = io.StringIO()
    call_command(*arguments, stdout=out, **options)
    return out.getvalue()


def test_commands_answer_a_person(edition):
    registered(edition, MARKER)

    assert json.loads(run("person_export", f"{MARKER}@example.org"))[0]["edition"] == edition.slug
    assert MARKER not in run("person_erase", f"{MARKER}@example.org")
    for command in ("person_export", "person_erase"):
        with pytest.raises(CommandError):
            run(command, f"{MARKER}@example.org")


def test_command_erases_and_says_so_in_json(edition):
    registered(edition, MARKER)

    assert json.loads(run("person_erase", f"{MARKER}@example.org", json=True)) == {
        "erased": 1,
        "accounts": 0,
        "staff_accounts": 0,
        "kept_elsewhere": [],
    }


def test_command_purges_as_of_a_moment(edition):
    registered(edition)

    said = run("purge", at="2029-01-31T00:00:00+01:00", dry_run=True)
    assert (
        "Would erase: 0 unconfirmed, 0 waiting, 1 identified, 0 needs, 0 visa_letters, 0 answers, 0 accounts, 1 forms, "
        "0 replies, 0 exports, 0 trail, 0 webhooks." in said
    )
    assert json.loads(run("purge", at="2029-01-31T00:00:00+01:00", json=True))["identified"] == 1
    assert "Erased" in run("purge")


@pytest.mark.parametrize("moment", ["tomorrow", "2029-01-31T00:00:00", "2029-13-31T00:00:00Z"])
def test_command_refuses_a_moment_that_is_none(db, moment):
    with pytest.raises(CommandError, match="--at needs a moment"):
        run("purge", at=moment)


def test_purge_leaves_the_invented_people_of_a_sample(edition):
    registered(edition)
    ended(edition, 400)
    Edition.objects.filter(pk=edition.pk).update(is_sample=True)

    privacy.purge(at=NOW)

    assert Attendee.objects.exists()


def with_needs(edition, name="essai", **more):
    """Somebody who needs captions, and wants the newsletter."""
    Edition.objects.filter(pk=edition.pk).update(asks_needs=True, asks_newsletter=True)
    needs = NeedsAnswer(MARKER, ("captions",), f"{MARKER} in words")
    given = frozenset({ConsentKind.NEWSLETTER})
    return registered(edition, name, answers=Answers(load_terms(edition), needs, given), **more)


@pytest.mark.parametrize(("days", "goes"), [(6, False), (7, True)])
def test_purge_takes_needs_a_week_after_the_event(edition, days, goes):
    with_needs(edition)
    ended(edition, days)

    planned = privacy.purge(at=NOW, dry_run=True)
    assert Needs.objects.exists()
    assert privacy.purge(at=NOW) == planned

    assert planned.needs == int(goes)
    assert Needs.objects.exists() is not goes
    assert Attendee.objects.exists()


def test_countdown_names_the_needs_with_their_day(edition):
    registration = with_needs(edition)

    found = [due for due in processing.countdown(at=NOW) if due.what == "needs"]

    assert [(due.people, due.due_at) for due in found] == [(1, registration.edition.ends_at + timedelta(days=7))]


def test_erasing_and_cancelling_leave_nothing_of_needs(edition):
    registration = with_needs(edition)
    privacy.erase(registration=registration, at=NOW)
    assert rows_that_contain(MARKER) == []

    other = with_needs(edition, "other")
    staff.cancel(registration=other, by=UserFactory(), at=NOW, reason="", notify=False)
    assert rows_that_contain(MARKER) == []


def test_erasing_after_the_event_leaves_nothing_of_needs(edition):
    registration = with_needs(edition)
    ended(edition, 1)

    privacy.erase(registration=Registration.objects.get(pk=registration.pk), at=NOW)

    assert rows_that_contain(MARKER) == []


def test_person_gets_needs_consents_and_the_notice(edition):
    registration = with_needs(edition)

    found = privacy.export_registration(registration)

    needs = {"diet": MARKER, "access": ["captions"], "note": f"{MARKER} in words"}
    arranged = [
        {"need": need, "due_date": None, "done_at": None, "staff_note": ""} for need in ("diet", "captions", "note")
    ]
    assert found["needs"] == needs | {"changed_at": NOW.isoformat(), "arrangements": arranged}
    given = [(consent["to"], consent["given"], consent["at"]) for consent in found["consents"]]
    assert given == [("newsletter", True, NOW.isoformat()), ("needs", True, NOW.isoformat())]
    assert all(consent["text"].keys() == {"fr", "en"} for consent in found["consents"])
    assert "CNIL" in found["notice"]["fr"]
    assert json.loads(json.dumps(found)) == found


def test_person_who_answered_nothing_has_nothing_of_it(edition):
    found = privacy.export_registration(registered(edition))

    assert (found["needs"], found["consents"], found["notice"]) == (None, [], None)


def test_moving_online_takes_the_diets_and_leaves_the_rest(edition):
    edition.seat_pools.filter(mode="onsite").update(capacity=10)
    with_needs(edition)
    Edition.objects.filter(pk=edition.pk).update(asks_needs=True)
    registered(edition, "eats", answers=Answers(load_terms(edition), NeedsAnswer("vegan", (), "")))

    move_online(edition=edition, at=NOW)

    assert list(Needs.objects.values_list("diet", "access")) == [("", ["captions"])]
    assert sorted(arrangement.need for arrangement in Arrangement.objects.all()) == ["captions", "note"]


@pytest.mark.parametrize(("days", "goes"), [(6, False), (7, True)])
def test_purge_takes_accounts_of_which_no_address_was_proved(db, days, goes):
    joined_at = NOW - timedelta(days=days)
    never = UserFactory(is_staff=False, second_factor=False, joined_at=joined_at)
    EmailAddress.objects.update_or_create(user=never, email=never.email, defaults={"verified": False})
    proved, helper, made_by_staff = (
        UserFactory(is_staff=False, second_factor=False, joined_at=joined_at) for _account in range(3)
    )
    for user, verified in ((proved, True), (helper, False)):
        EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"verified": verified})
    StaffRole.objects.create(user=helper, edition=EditionFactory(), role="door")
    EmailAddress.objects.filter(user=made_by_staff).delete()

    assert privacy.purge(at=NOW, dry_run=True).accounts == int(goes)
    privacy.purge(at=NOW)

    assert set(User.objects.all()) == {proved, helper, made_by_staff} | (set() if goes else {never})


@pytest.mark.parametrize(
    ("language", "periods"),
    [
        ("en", ["7 days", "30 days", "13 months", "Never kept"]),
        ("fr", ["7 jours", "30 jours", "13 mois", "Jamais conservée"]),
    ],
)
def test_page_promises_the_periods_that_run(client, db, language, periods):
    page = client.get(f"/{language}/privacy/").content.decode()

    how_long = page[page.index("How long" if language == "en" else "Durée de conservation") :]
    promised = re.findall(r"<dt>(.+?)</dt>", how_long)
    assert [words.replace("\u00a0", " ") for words in promised] == periods
    days = (privacy.UNCONFIRMED_DAYS, privacy.WAITING_DAYS, round(privacy.IDENTIFIED_DAYS * 12 / 365))
    assert [int(words.split()[0]) for words in periods[:3]] == list(days)
