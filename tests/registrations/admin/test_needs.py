"""What people need and agree to, in the administration: who sees names, who numbers, and what is written down."""

import re
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.core.exceptions import PermissionDenied

from programme.models import Edition, LegalNotice, StaffRole
from registrations.exports.answers import consents_response, needs_response
from registrations.models import Arrangement, Consent, Export, Registration
from symposium.trail.models import TrailEntry
from tests.factories import NOW, EditionFactory, SeatPoolFactory, UserFactory, registered, somebodys_needs
from tests.registrations.admin.conftest import staff
from tests.registrations.admin.forms import send

LIST = "/admin/registrations/arrangement/"
FORM = "arrangement_form"
REGISTRATIONS = "/admin/registrations/registration/"


@pytest.fixture
def serving(edition):
    return staff(edition, "needs")


@pytest.fixture
def needs(edition):
    return somebodys_needs(registered(edition, given_name="Ada", family_name="Lovelace"))


@pytest.fixture
def captions(needs):
    return needs.arrangements.get(need="captions")


def export(client, address, action, thing, **changes):
    data = {"action": action, "_selected_action": [thing.pk], "apply": "1", "profile": "machine", "reason": "caterer"}
    return client.post(address, data | changes)


def test_list_shows_names_and_needs_and_leaves_an_entry(serving, needs, edition):
    elsewhere = EditionFactory()
    SeatPoolFactory(edition=elsewhere)
    somebodys_needs(registered(elsewhere, family_name="Hidden"))

    page = serving.get(LIST).content.decode()

    for words in ("Ada Lovelace", "No nuts", "captions", "Near the door", "on site, confirmed"):
        assert words in page
    assert "Hidden" not in page
    seen = TrailEntry.objects.get(kind="viewed")
    assert (seen.actor_id, seen.edition_id, seen.counts) == (serving.user.pk, edition.pk, {"rows": 3})


def test_list_without_rows_leaves_no_entry_and_narrows(serving, needs):
    Arrangement.objects.update(done_at=NOW)

    assert "Ada" not in serving.get(f"{LIST}?done=no").content.decode()
    assert not TrailEntry.objects.filter(kind="viewed").exists()
    assert "Ada" in serving.get(f"{LIST}?done=yes").content.decode()
    assert "Ada" in serving.get(f"{LIST}?edition={needs.registration.edition.slug}").content.decode()


@pytest.mark.parametrize("role", ["organizer", "exporter", "door", "reader"])
def test_other_roles_see_no_list(edition, needs, role):
    client = staff(edition, role)

    assert client.get(LIST).status_code == 403
    assert not TrailEntry.objects.filter(kind="viewed").exists()


def test_page_of_one_says_who_sees_to_it_by_when_and_done(serving, captions):
    address = f"{LIST}{captions.pk}/change/"
    page = serving.get(address).content.decode()
    typed = {"answered_by": serving.user.pk, "due_date": "2027-05-01", "staff_note": "Table 3", "is_done": "on"}

    for _time in range(2):
        assert send(serving, address, FORM, **typed).status_code == 302

    captions.refresh_from_db()
    assert "No nuts · Near the door" in page
    assert TrailEntry.objects.filter(kind="viewed").first().record_id == str(captions.pk)
    assert (captions.answered_by, captions.due_date.isoformat(), captions.done_at) == (serving.user, "2027-05-01", NOW)
    assert set(LogEntry.objects.values_list("object_repr", flat=True)) == {f"arrangement {captions.pk}"}
    assert Arrangement.objects.filter(done_at=None, answered_by=None, staff_note="").count() == 2
    for words in (serving.user.email, "Table 3"):
        assert words in serving.get(LIST).content.decode()
    send(serving, address, FORM, answered_by="", due_date="", is_done=None)
    captions.refresh_from_db()
    assert (captions.answered_by, captions.due_date, captions.done_at) == (None, None, None)


def test_only_need_of_somebody_has_no_other(serving, edition):
    needs = somebodys_needs(registered(edition), diet="", note="")

    page = serving.get(f"{LIST}{needs.arrangements.get().pk}/change/").content.decode()

    assert page.count('<div class="readonly">—</div>') == 1


def test_list_narrows_to_what_is_overdue_and_to_who_is_charged(serving, needs):
    def shows(**narrowed):
        return "Ada" in serving.get(LIST, narrowed).content.decode()

    assert (shows(by="me"), shows(by="nobody"), shows(by="odd"), shows(done="overdue")) == (False, True, True, False)
    Arrangement.objects.update(due_date=NOW.date() - timedelta(days=1), answered_by=serving.user)

    assert (shows(by="me"), shows(by="nobody"), shows(done="overdue")) == (True, False, True)
    Arrangement.objects.update(due_date=NOW.date())
    assert not shows(done="overdue")


def test_what_is_overdue_is_counted_for_those_who_may_read_it(serving, organizer, needs, edition):
    Arrangement.objects.update(due_date=NOW.date() - timedelta(days=1))
    dashboard = f"/admin/programme/edition/{edition.pk}/dashboard/"
    words = "iet and access needs overdue"

    assert words not in organizer.get(dashboard).content.decode()
    assert words not in organizer.get("/admin/").content.decode()
    first_page = serving.get("/admin/").content.decode()
    assert f"{edition.slug}, 3 needs<" in first_page
    StaffRole.objects.create(user=serving.user, edition=edition, role="organizer")
    assert f"{LIST}?edition={edition.slug}&amp;done=overdue" in serving.get(dashboard).content.decode()
    Arrangement.objects.update(done_at=NOW)
    assert words not in serving.get("/admin/").content.decode()
    assert words in serving.get(dashboard).content.decode()


def test_several_are_marked_as_done_at_once(serving, needs):
    before = NOW - timedelta(days=1)
    needs.arrangements.filter(need="note").update(done_at=before)
    chosen = list(needs.arrangements.exclude(need="captions").values_list("pk", flat=True))

    page = serving.post(LIST, {"action": "mark_done", "_selected_action": chosen}, follow=True)

    assert "1 need is marked as done." in page.content.decode()
    assert dict(needs.arrangements.values_list("need", "done_at")) == {"diet": NOW, "captions": None, "note": before}
    assert TrailEntry.objects.get(kind="changed", record_id=str(min(chosen))).fields == ["done_at"]


def test_several_are_seen_to_by_whoever_takes_them(serving, needs):
    colleague = staff(needs.registration.edition, "needs").user
    needs.arrangements.filter(need="diet").update(answered_by=colleague)
    needs.arrangements.filter(need="note").update(answered_by=serving.user)
    chosen = list(needs.arrangements.values_list("pk", flat=True))

    page = serving.post(LIST, {"action": "assign_to_me", "_selected_action": chosen}, follow=True)

    assert "You now see to 2 more needs." in page.content.decode()
    assert set(needs.arrangements.values_list("answered_by", flat=True)) == {serving.user.pk}
    assert [entry.fields for entry in TrailEntry.objects.filter(kind="changed")] == [["answered_by"]] * 2


def test_need_stays_with_a_superuser_who_took_it(superuser, captions):
    superuser.post(LIST, {"action": "assign_to_me", "_selected_action": [captions.pk]})

    page = send(superuser, f"{LIST}{captions.pk}/change/", FORM, is_done="on")

    captions.refresh_from_db()
    assert page.status_code == 302
    assert (captions.answered_by, captions.done_at) == (superuser.user, NOW)


def test_head_of_the_list_counts_what_is_still_to_be_done(serving, needs, edition):
    somebodys_needs(registered(edition, "bob@example.org"), access=["wheelchair"], note="")
    mine, foreign = EditionFactory(), EditionFactory()
    StaffRole.objects.create(user=serving.user, edition=mine, role="needs")
    for elsewhere in (mine, foreign):
        SeatPoolFactory(edition=elsewhere)
        somebodys_needs(registered(elsewhere), access=["wheelchair"], note="")
    needs.arrangements.filter(need="note").update(done_at=NOW)

    page, narrowed = (serving.get(LIST, {"edition": slug}).content.decode() for slug in ("", edition.slug))

    counted = [re.findall(r"<b>(\d)</b> ([\w ]+)<", found) for found in (page, narrowed)]
    assert counted[0] == [("3", "Diet"), ("1", "Captions"), ("2", "Wheelchair place")]
    assert counted[1] == [("2", "Diet"), ("1", "Captions"), ("1", "Wheelchair place")]
    assert f'href="?edition={edition.slug}&amp;need__exact=diet&amp;done=no"' in narrowed
    assert "Nothing is left" not in page


def test_head_of_the_list_says_that_nothing_is_left(serving, needs):
    Arrangement.objects.update(done_at=NOW)

    assert "Nothing is left to be done." in serving.get(LIST).content.decode()


def test_empty_list_says_so_once(serving):
    page = serving.get(LIST).content.decode()

    assert "There is nothing here yet." in page
    assert "Nothing is left to be done." not in page


def test_list_begins_with_what_is_due_first_and_ends_with_what_is_done(serving, needs):
    diet, captions, note = needs.arrangements.order_by("pk")
    Arrangement.objects.filter(pk=diet.pk).update(done_at=NOW, due_date=NOW.date() - timedelta(days=9))
    Arrangement.objects.filter(pk=note.pk).update(due_date=NOW.date() - timedelta(days=1))

    rows = serving.get(LIST).context["cl"].result_list

    assert list(rows) == [note, captions, diet]


def test_list_of_three_people_costs_as_much_as_of_one(serving, needs, edition, django_assert_max_num_queries):
    with django_assert_max_num_queries(25) as one:
        serving.get(LIST)
    for name in ("b", "c"):
        somebodys_needs(registered(edition, f"{name}@example.org")).arrangements.update(answered_by=serving.user)

    with django_assert_max_num_queries(len(one)):
        serving.get(LIST)


def test_colleague_of_another_edition_is_not_charged(serving, captions):
    elsewhere = staff(EditionFactory(), "needs")
    StaffRole.objects.create(user=serving.user, edition=EditionFactory(), role="needs")

    page = serving.post(f"{LIST}{captions.pk}/change/", {"answered_by": elsewhere.user.pk}).content.decode()

    assert "not one of the available choices" in page


def test_nobody_outside_the_role_is_charged_with_needs(serving, captions, organizer):
    page = serving.post(f"{LIST}{captions.pk}/change/", {"answered_by": organizer.user.pk}).content.decode()

    assert "not one of the available choices" in page
    captions.refresh_from_db()
    assert captions.answered_by is None


@pytest.mark.parametrize(
    ("profile", "rows"),
    [
        (
            "machine",
            [
                "onsite,confirmed,diet,'=1+1,,,2027-05-01,,Table 3,Claire",
                "onsite,confirmed,wheelchair,,wheelchair,,,,,",
                "onsite,confirmed,note,,,Near the door,,,,",
            ],
        ),
        (
            "excel-fr",
            [
                "presentiel;confirmee;régime alimentaire;'=1+1;;;2027-05-01;;Table 3;Claire",
                "presentiel;confirmee;emplacement pour fauteuil roulant;;emplacement pour fauteuil roulant;;;;;",
                "presentiel;confirmee;autre besoin;;;Near the door;;;;",
            ],
        ),
    ],
)
def test_file_of_needs_is_recorded_with_its_reason(serving, edition, profile, rows):
    needs = somebodys_needs(registered(edition), diet="=1+1", access=["wheelchair"])
    seen_to = {"answered_by": UserFactory(name="Claire"), "due_date": "2027-05-01", "staff_note": "Table 3"}
    needs.arrangements.filter(need="diet").update(**seen_to)
    chosen = list(needs.arrangements.values_list("pk", flat=True))

    asked = serving.post(LIST, {"action": "export_needs", "_selected_action": chosen})
    response = export(serving, LIST, "export_needs", needs, profile=profile, _selected_action=chosen)

    lines = b"".join(response).decode().splitlines()
    assert "with names. Delete it" in asked.content.decode()
    assert [
        "".join(line.partition("onsite" if profile == "machine" else "presentiel")[1:]) for line in lines[1:]
    ] == rows
    kept = Export.objects.get()
    assert (kept.content, kept.profile, kept.rows, kept.reason) == ("needs", profile, 3, "caterer")
    told = TrailEntry.objects.get(kind="exported")
    assert (told.detail, told.actor_id, told.counts) == ("needs", serving.user.pk, {"rows": 3})


def test_file_of_the_chosen_needs_says_nothing_of_the_others(serving, needs, captions):
    Arrangement.objects.update(answered_by=serving.user, done_at=NOW)

    lines = b"".join(export(serving, LIST, "export_needs", captions)).decode().splitlines()

    assert len(lines) == 2
    assert lines[1].endswith(f"captions,,captions,,,{NOW.isoformat()},,{serving.user.email}")
    assert Export.objects.get().rows == 1


def test_file_of_needs_needs_a_reason(serving, captions):
    assert b"What for" in export(serving, LIST, "export_needs", captions, reason="").content
    assert not Export.objects.exists()


def test_organizer_reads_numbers_and_no_name(organizer, needs, edition):
    page = organizer.get(f"/admin/programme/edition/{edition.pk}/change/").content.decode()

    assert "diet: 1 · captions: 1 · another need: 1" in page
    assert "newsletter: 1" in page
    assert "No nuts" not in page
    assert not TrailEntry.objects.filter(kind="viewed").exists()


def test_numbers_of_an_edition_without_answers_are_a_dash(organizer, superuser, edition):
    page = organizer.get(f"/admin/programme/edition/{edition.pk}/change/").content.decode()

    assert page.count('<div class="readonly">—</div>') == 2
    assert superuser.get("/admin/programme/edition/add/").status_code == 200


def test_numbers_without_a_diet_name_the_rest(organizer, edition):
    somebodys_needs(registered(edition), diet="", note="")

    assert ">captions: 1<" in organizer.get(f"/admin/programme/edition/{edition.pk}/change/").content.decode()


@pytest.mark.parametrize("role", ["organizer", "exporter"])
def test_file_of_consents_holds_those_that_hold_now(edition, needs, role):
    client = staff(edition, role)

    asked = client.post(REGISTRATIONS, {"action": "export_consents", "_selected_action": [needs.registration_id]})
    lines = b"".join(export(client, REGISTRATIONS, "export_consents", needs.registration)).decode().splitlines()

    assert "one row for each consent" in asked.content.decode()
    assert lines[0] == "edition,registration_code,given_name,family_name,email,language,consent,given_at"
    reference = needs.registration.reference
    assert lines[1:] == [f"{edition.slug},{reference},Ada,Lovelace,ada@example.org,en,newsletter,{NOW.isoformat()}"]
    assert Export.objects.get().content == "consents"
    Consent.objects.create(
        registration=needs.registration,
        kind="newsletter",
        is_given=False,
        text=Consent.objects.first().text,
        decided_at=NOW,
    )
    excel = b"".join(export(client, REGISTRATIONS, "export_consents", needs.registration, profile="excel-fr"))
    assert excel.decode("utf-8-sig").splitlines() == [
        "edition;code_inscription;prenom;nom;courriel;langue;accord;donne_le"
    ]


def test_files_are_refused_where_the_role_is_of_another_edition(serving, captions):
    StaffRole.objects.update(edition=EditionFactory())

    assert len(b"".join(export(serving, LIST, "export_needs", captions)).splitlines()) == 1
    for response in (needs_response, consents_response):
        rows = Arrangement.objects.all() if response is needs_response else Registration.objects.all()
        with pytest.raises(PermissionDenied):
            response(rows, "machine", by=serving.user, at=NOW, reason="")
    assert not Export.objects.exists()


def test_registration_page_of_staff_shows_and_changes_no_need(organizer, needs, edition):
    Edition.objects.update(asks_needs=True)
    address = f"{REGISTRATIONS}{needs.registration_id}/change/"
    form = {"given_name": "Ada", "family_name": "Byron", "profile": "researcher", "attendance_mode": "onsite"}

    page = organizer.get(address).content.decode()
    organizer.post(address, form)

    needs.refresh_from_db()
    assert "No nuts" not in page
    assert needs.registration.attendee.family_name == "Byron"
    assert needs.diet == "No nuts"


def test_superuser_writes_who_answers_once(superuser, organizer):
    address = "/admin/programme/legalnotice/"
    form = {"controller_fr": "Institut", "controller_en": "Institute", "dpo_email": "dpo@example.org"}

    assert superuser.post(f"{address}add/", form).status_code == 302
    assert superuser.get(f"{address}add/").status_code == 403
    assert superuser.post(f"{address}1/change/", form | {"dpo_email": "new@example.org"}).status_code == 302

    assert LegalNotice.objects.get().dpo_email == "new@example.org"
    assert TrailEntry.objects.filter(record_type="programme.legalnotice").count() == 2
    assert organizer.get(address).status_code == 403
