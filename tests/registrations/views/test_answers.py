"""Needs, consents and the notice, from the outside: the form, the person's page, the text that is kept."""

import hashlib

import pytest
from django.test import Client

from programme.models import Edition, KeptText, LegalNotice
from registrations.models import Arrangement, Consent, Needs, Registration
from registrations.services.invariants import verify
from tests.checks import broken_invariants
from tests.factories import NOW
from tests.registrations.views.test_page import form_of, registered, url
from tests.registrations.views.test_register import ANSWERS, nonce_of, send

NEEDS = {"diet": "No nuts", "access_needs": ["captions", "wheelchair"], "needs_note": "A place near the door"}
CONSENTS = {"consent_newsletter": "on", "consent_photos": "on", "consent_attendee_list": "on"}


@pytest.fixture(autouse=True)
def at_now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def asking(edition):
    """An edition that asks for all there is."""
    everything = dict.fromkeys(("asks_needs", "asks_newsletter", "asks_photos", "asks_attendee_list"), True)
    Edition.objects.filter(pk=edition.pk).update(**everything)
    edition.refresh_from_db()
    return edition


def consents():
    return list(Consent.objects.order_by("pk").values_list("kind", "is_given"))


def test_fresh_edition_asks_nothing_and_keeps_nothing_sent_by_hand(client, edition):
    page = client.get(f"/en/{edition.slug}/register/").content.decode()
    response = send(client, edition, **NEEDS, **CONSENTS, needs_consent="on")

    for field in (*NEEDS, *CONSENTS, "needs_consent"):
        assert f'name="{field}"' not in page
    assert response.status_code == 303
    assert (Needs.objects.count(), Consent.objects.count()) == (0, 0)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_form_asks_closed_and_unticked_what_the_edition_chose(client, asking, language):
    page = client.get(f"/{language}/{asking.slug}/register/").content.decode()

    for field in (*NEEDS, *CONSENTS, "needs_consent"):
        assert f'name="{field}"' in page
    assert '<details class="more" open' not in page
    assert page.count(" checked") == 0


def test_answers_are_kept_with_moment_and_words(client, asking):
    response = send(client, asking, **NEEDS, **CONSENTS, needs_consent="on")

    assert response.status_code == 303
    needs = Needs.objects.get()
    assert (needs.diet, needs.access, needs.note) == (NEEDS["diet"], NEEDS["access_needs"], NEEDS["needs_note"])
    kinds = ("newsletter", "photos", "attendee_list", "needs")
    assert consents() == [(kind, True) for kind in kinds]
    for consent in Consent.objects.select_related("text"):
        text = consent.text
        assert text.digest == hashlib.sha256(f"{text.text_fr}\0{text.text_en}".encode()).hexdigest()
        assert (consent.decided_at, text.kept_at) == (NOW, NOW)
        assert text.text_fr != text.text_en


def test_needs_without_their_consent_are_an_error_and_stay_in_the_form(client, asking):
    response = send(client, asking, "en", **NEEDS)

    page = response.content.decode()
    assert response.status_code == 422
    assert "Tick the box, or leave your needs out" in page
    assert 'aria-describedby="e-needs_consent"' in page
    assert '<a href="#needs_consent">' in page
    assert '<details class="more" open>' in page
    assert 'value="No nuts"' in page
    assert 'value="wheelchair" checked' in page
    assert Needs.objects.count() == Registration.objects.count() == 0


@pytest.mark.parametrize(
    ("field", "value", "words", "target"),
    [
        ("access_needs", "lift", "Choose what is on the list.", "access-captions"),
        ("diet", "x" * 201, "Write it shorter: 200", "diet"),
        ("needs_note", "x" * 301, "Write it shorter: 300", "needs_note"),
    ],
)
def test_need_that_is_none_is_refused(client, asking, field, value, words, target):
    page = send(client, asking, "en", needs_consent="on", **{field: value}).content.decode()

    assert words in page
    assert f'href="#{target}"' in page
    assert f'id="{target}"' in page


def test_consent_box_alone_and_diet_online_keep_nothing(client, asking):
    send(client, asking, needs_consent="on")
    send(client, asking, email="b@example.org", attendance_mode="online", diet="No nuts", needs_consent="on")

    assert Registration.objects.count() == 2
    assert (Needs.objects.count(), consents()) == (0, [])


def test_diet_is_not_asked_where_nobody_comes(client, asking):
    asking.seat_pools.filter(mode="onsite").delete()

    page = client.get(f"/en/{asking.slug}/register/").content.decode()

    assert 'name="diet"' not in page
    assert 'name="access_needs"' in page


@pytest.mark.parametrize(("language", "words"), [("fr", "Institut Exemple"), ("en", "Example Institute")])
def test_notice_says_who_answers_and_its_text_is_kept(client, edition, language, words):
    LegalNotice.objects.create(
        id=1, controller_fr="Institut Exemple", controller_en="Example Institute", dpo_email="dpo@example.org"
    )

    page = client.get(f"/{language}/{edition.slug}/register/").content.decode()
    send(client, edition, language)

    notice = Registration.objects.get().notice
    kept = client.get(f"/{language}/privacy/{notice.digest}/").content.decode()
    for shown in (page, kept, client.get(f"/{language}/privacy/").content.decode()):
        assert words in shown
        assert "dpo@example.org" in shown
        assert "CNIL" in shown
    assert f'name="notice" value="{notice.digest}"' in page
    own = client.get(url(Registration.objects.get(), language=language)).content.decode()
    assert f"/{language}/privacy/{notice.digest}/" in own
    assert client.get(f"/en/privacy/{'0' * 64}/").status_code == 404


def test_notice_names_one_language_where_the_other_is_missing(client, edition):
    LegalNotice.objects.create(id=1, controller_fr="Institut Exemple")

    assert "Institut Exemple" in client.get(f"/en/{edition.slug}/register/").content.decode()


def test_new_notice_is_a_new_version_and_an_open_form_keeps_the_one_it_showed(client, edition):
    send(client, edition)
    old = KeptText.objects.get()
    LegalNotice.objects.create(id=1, dpo_email="dpo@example.org")

    send(client, edition, email="b@example.org", notice=old.digest)
    send(client, edition, email="c@example.org", notice="forged")

    assert (
        list(Registration.objects.order_by("created_at", "attendee__email").values_list("notice", flat=True)).count(
            old.digest
        )
        == 2
    )
    assert KeptText.objects.count() == 2


def test_asking_costs_no_statement_of_who_answers_nothing_and_three_of_who_answers_all(
    client, asking, django_assert_num_queries
):
    send(client, asking, **NEEDS, **CONSENTS, needs_consent="on")
    target = f"/fr/{asking.slug}/register/"
    nothing, everything = ({**ANSWERS, "email": f"{name}@example.org"} for name in "bc")
    everything |= NEEDS | CONSENTS | {"needs_consent": "on"}
    forms = [form | {"nonce": nonce_of(client.get(target))} for form in (nothing, everything)]

    with django_assert_num_queries(12):
        assert client.post(target, forms[0]).status_code == 303
    with django_assert_num_queries(15):
        assert client.post(target, forms[1]).status_code == 303


def test_known_address_changes_nothing_of_its_answers(client, asking):
    send(client, asking, **NEEDS, needs_consent="on")

    send(client, asking, diet="Everything", needs_consent="on", **CONSENTS)

    assert Needs.objects.get().diet == "No nuts"
    assert consents() == [("needs", True)]


def test_coming_back_counts_what_the_new_form_says(client, asking):
    send(client, asking, consent_newsletter="on", consent_photos="on", **NEEDS, needs_consent="on")
    client.post(url(Registration.objects.get(), "cancel/"))
    assert not Needs.objects.exists()

    send(client, asking, consent_photos="on", consent_attendee_list="on", diet="Vegan", needs_consent="on")

    assert Needs.objects.get().diet == "Vegan"
    assert consents()[3:] == [("attendee_list", True), ("newsletter", False), ("needs", True)]


def test_page_shows_consents_and_takes_each_back_in_one_click(client, asking):
    send(client, asking, consent_photos="on")
    registration = Registration.objects.get()

    before = client.get(url(registration)).content.decode()
    for _time in range(2):
        assert client.post(url(registration, "consents/photos/")).status_code == 303
    after = client.get(url(registration)).content.decode()

    assert "Agreed on Monday" in before
    assert before.count("You have not agreed.") == 2
    assert "Taken back on Monday" in after
    assert consents() == [("photos", True), ("photos", False)]


def test_page_lets_a_consent_be_given_later(client, asking):
    registration = registered(asking)

    response = client.post(url(registration, "consents/newsletter/"), {"is_given": "yes"})

    assert response["Location"] == url(registration)
    assert consents() == [("newsletter", True)]


def test_consent_needs_no_cookie_and_nothing_but_post(asking):
    registration = registered(asking)
    strict = Client(enforce_csrf_checks=True)

    assert strict.post(url(registration, "consents/photos/"), {"is_given": "yes"}).status_code == 303
    assert strict.get(url(registration, "consents/photos/")).status_code == 405
    assert strict.post("/en/registrations/nobody/consents/photos/").status_code == 404


@pytest.mark.parametrize("kind", ["photos", "needs", "everything"])
def test_consent_that_is_not_asked_cannot_be_given(client, edition, kind):
    registration = registered(edition)

    assert client.post(url(registration, f"consents/{kind}/"), {"is_given": "yes"}).status_code == 404
    assert consents() == []


def test_what_was_given_is_shown_and_taken_back_after_the_edition_stopped_asking(client, asking):
    send(client, asking, consent_photos="on")
    Edition.objects.update(asks_photos=False, asks_newsletter=False, asks_attendee_list=False)
    registration = Registration.objects.get()

    page = client.get(url(registration)).content.decode()
    client.post(url(registration, "consents/photos/"))

    assert page.count("Take it back") == 1
    assert consents() == [("photos", True), ("photos", False)]
    assert "What you agree to" not in client.get(url(registration)).content.decode()


def test_page_shows_needs_until_when_and_deletes_them(client, asking):
    send(client, asking, **NEEDS, needs_consent="on")
    registration = Registration.objects.get()

    page = client.get(url(registration)).content.decode()
    for _time in range(2):
        client.post(url(registration, "consents/needs/"))

    for words in ("No nuts", "Wheelchair place", "A place near the door", "You agreed on Monday", "27 May"):
        assert words in page
    assert (Needs.objects.count(), consents()) == (0, [("needs", True), ("needs", False)])
    assert "No nuts" not in client.get(url(registration)).content.decode()


def test_page_says_of_each_need_whether_it_is_taken_care_of(client, asking):
    send(client, asking, **NEEDS, needs_consent="on")
    Arrangement.objects.filter(need="captions").update(done_at=NOW, staff_note="On both <screens>.")

    page = client.get(url(Registration.objects.get())).content.decode()

    assert "This is taken care of. On both &lt;screens&gt;." in page
    assert page.count("This is still to be arranged.") == 3


def test_need_sent_twice_in_one_form_is_one(client, asking):
    send(client, asking, access_needs=["captions", "captions"], needs_consent="on")

    assert [arrangement.need for arrangement in Arrangement.objects.all()] == ["captions"]
    assert broken_invariants() == []


def test_need_that_nobody_sees_to_and_one_that_nobody_has_are_found(client, asking):
    send(client, asking, **NEEDS, needs_consent="on")
    Arrangement.objects.filter(need="diet").update(need="guide")

    finding = next(one for one in verify() if not one.holds)

    needs = Needs.objects.get().pk
    assert finding.invariant == "what people need is what is arranged for"
    assert sorted(finding.rows) == [(needs, "diet"), (needs, "guide")]


def test_edit_form_changes_needs_and_makes_them_new_again(client, asking):
    send(client, asking, **NEEDS, needs_consent="on")
    Arrangement.objects.update(done_at=NOW)
    registration = Registration.objects.get()

    page = client.get(url(registration, "edit/")).content.decode()
    unchanged = client.post(url(registration, "edit/"), form_of(registration, **NEEDS, needs_consent="on"))
    assert Arrangement.objects.filter(done_at=NOW).count() == 4
    changed = {"diet": "Vegan", "access_needs": ["large_print", "captions"], "needs_consent": "on"}
    client.post(url(registration, "edit/"), form_of(registration, **changed))

    assert 'value="No nuts"' in page
    assert 'id="needs_consent" checked' in page
    assert unchanged.status_code == 303
    needs = Needs.objects.get()
    assert (needs.diet, needs.access, needs.note) == ("Vegan", ["large_print", "captions"], "")
    done = needs.arrangements.order_by("need").values_list("need", "done_at")
    assert list(done) == [("captions", NOW), ("diet", None), ("large_print", None)]
    assert consents() == [("needs", True)]


def test_edit_form_gives_and_takes_needs(client, asking):
    registration = registered(asking)

    client.post(url(registration, "edit/"), form_of(registration))
    assert consents() == []
    client.post(url(registration, "edit/"), form_of(registration, diet="Vegan", needs_consent="on"))
    assert Needs.objects.get().diet == "Vegan"
    client.post(url(registration, "edit/"), form_of(registration))

    assert (Needs.objects.count(), consents()) == (0, [("needs", True), ("needs", False)])


def test_going_online_leaves_the_diet_behind(client, asking):
    send(client, asking, **NEEDS, needs_consent="on")
    registration = Registration.objects.get()

    client.post(
        url(registration, "edit/"), form_of(registration, attendance_mode="online", **NEEDS, needs_consent="on")
    )

    assert (Needs.objects.get().diet, Needs.objects.get().access) == ("", ["captions", "wheelchair"])
    assert broken_invariants() == []


def test_hostile_needs_are_shown_literally(client, asking):
    send(client, asking, diet="<script>alert(1)</script>", needs_note="=1+1 <b>", needs_consent="on")

    page = client.get(url(Registration.objects.get())).content.decode()

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "=1+1 &lt;b&gt;" in page
    assert "<script>alert(1)" not in page
