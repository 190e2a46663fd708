"""The door: whom it lets in, what it says, who may stand there."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from programme.models import Edition, SeatPool, StaffRole
from registrations.models import CheckIn, Claim, Registration
from registrations.services import admission, door
from registrations.services.attendees import Identity, new_attendee
from registrations.services.cancel import cancel
from registrations.services.entry import enter
from registrations.views import door as views
from symposium.lib.limits import Budget
from tests.factories import EditionFactory, SeatPoolFactory, SessionFactory, UserFactory

pytestmark = pytest.mark.django_db

DAY = datetime(2027, 5, 20, 11, 52, tzinfo=UTC)  # 13 h 52 in Paris
EARLIER = DAY - timedelta(days=30)


@pytest.fixture(autouse=True)
def _on_the_day():
    with time_machine.travel(DAY, tick=False):
        yield


@pytest.fixture
def helper(edition):
    user = UserFactory(is_staff=False)
    StaffRole.objects.create(user=user, edition=edition, role="door")
    return user


@pytest.fixture
def page(client, edition, helper):
    """The page of the door as its helper sees it, in French unless said otherwise."""
    client.force_login(helper)

    def send(language="fr", **data):
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        response = client.post(f"/checkin/{edition.slug}/", data) if data else client.get(f"/checkin/{edition.slug}/")
        response.text_shown = unescape(" ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split()))
        return response

    return send


def register(edition, given="Camille", family="Essai", affiliation="", mode="onsite", sessions=(), **fields):
    registration = Registration(
        edition=edition,
        mode=mode,
        profile="researcher",
        language="fr",
        reference=f"SYM-TEST-{Registration.objects.count():04}",
        created_at=EARLIER,
        **fields,
    )
    registration.issue_tokens()
    enter(registration, edition.seat_pools.get(mode=mode, session=None), sessions, at=EARLIER)
    email = f"p{Registration.objects.count()}@example.org"
    new_attendee(registration, Identity(email, given, family, affiliation)).save()
    return registration


def state_of(response):
    found = re.search(r'role="status" data-state="(\w+)"', response.content.decode())
    return found and found[1]


class TestAccess:
    @pytest.mark.parametrize("role", ["door", "organizer"])
    def test_door_and_organizer_of_the_edition_may_open_it(self, client, edition, role):
        user = UserFactory()
        StaffRole.objects.create(user=user, edition=edition, role=role)
        client.force_login(user)

        assert client.get(f"/checkin/{edition.slug}/").status_code == 200

    @pytest.mark.parametrize("role", ["exporter", "reader", "needs"])
    @pytest.mark.parametrize("method", ["get", "post"])
    def test_other_roles_are_refused(self, client, edition, role, method):
        user = UserFactory()
        StaffRole.objects.create(user=user, edition=edition, role=role)
        client.force_login(user)
        came = register(edition)

        response = getattr(client, method)(f"/checkin/{edition.slug}/", {"q": came.reference})

        assert response.status_code == 403
        assert not CheckIn.objects.exists()

    def test_the_role_in_another_edition_is_refused(self, client, edition, helper):
        other = EditionFactory()
        client.force_login(helper)

        assert client.get(f"/checkin/{other.slug}/").status_code == 403

    def test_anonymous_is_led_to_the_login(self, client, edition):
        response = client.get(f"/checkin/{edition.slug}/")

        assert response.status_code == 302
        assert response["Location"].endswith(f"/account/login/?next=/checkin/{edition.slug}/")

    def test_an_unknown_edition_is_not_found(self, client, helper):
        client.force_login(helper)

        assert client.get("/checkin/1999/").status_code == 404

    def test_somebody_disabled_is_out_at_the_next_request(self, client, edition, helper):
        client.force_login(helper)
        helper.is_active = False
        helper.save()

        assert client.get(f"/checkin/{edition.slug}/").status_code == 302

    def test_other_methods_are_refused(self, client, edition, helper):
        client.force_login(helper)

        assert client.put(f"/checkin/{edition.slug}/").status_code == 405


class TestTicket:
    @pytest.mark.parametrize("form", ["url", "foreign url", "token", "lower", "reference", "spaced reference"])
    def test_every_form_of_a_ticket_lets_in_once(self, page, edition, helper, form):
        came = register(edition)
        typed = {
            "url": f"{settings.PUBLIC_ORIGIN}/t/{came.ticket_token}/",
            "foreign url": f"https://old.example.org/t/{came.ticket_token.lower()}?x=1",
            "token": f"  {came.ticket_token} ",
            "lower": came.ticket_token.lower(),
            "reference": came.reference.lower(),
            "spaced reference": came.reference.replace("-", " "),
        }[form]

        response = page(q=typed, gate="A")

        assert (response.status_code, state_of(response)) == (200, "ok")
        entry = CheckIn.objects.get()
        assert (entry.registration, entry.session, entry.direction) == (came, None, "entry")
        assert (entry.source, entry.gate, entry.scanned_by) == ("qr", "A", helper)
        assert (entry.scanned_at, entry.received_at) == (DAY, DAY)

    def test_says_who_came_and_to_which_sessions(self, page, edition):
        held, full = (
            SeatPoolFactory(
                edition=edition, mode="", session=SessionFactory(edition=edition, title_fr=title), capacity=n
            )
            for title, n in (("Gouverner", 5), ("Complet", 0))
        )
        came = register(edition, sessions=[held, full])

        response = page(q=came.ticket_token)

        assert "Camille Essai" in response.text_shown
        assert "Gouverner" in response.text_shown
        assert "Complet" not in response.text_shown

    def test_says_that_somebody_is_registered_online(self, page, edition):
        came = register(edition, mode="online")

        assert "Registered online" in page(q=came.ticket_token, language="en").text_shown

    def test_a_second_scan_says_since_when_and_by_which_gate(self, page, edition):
        came = register(edition)
        page(q=came.ticket_token, gate="Nord")

        response = page(q=came.ticket_token, gate="Sud", language="en")

        assert state_of(response) == "twice"
        assert "Already scanned" in response.text_shown
        assert "In since 1:52 pm, gate Nord" in response.text_shown
        assert CheckIn.objects.count() == 1

    def test_a_second_scan_without_a_gate_and_on_another_day_names_the_day(self, page, edition, client, helper):
        came = register(edition)
        page(q=came.ticket_token)
        with_gate = register(edition)
        page(q=with_gate.ticket_token, gate="Nord")
        assert "In since 1:52 pm " in page(q=came.ticket_token, language="en").text_shown

        with time_machine.travel(DAY + timedelta(days=1), tick=False):
            client.force_login(helper)  # the session of yesterday is over
            shown = page(q=came.ticket_token, language="en").text_shown
            shown_with_gate = page(q=with_gate.ticket_token, language="en").text_shown

        assert "In since Thursday 20 May 2027, 1:52 pm " in shown
        assert "In since Thursday 20 May 2027, 1:52 pm, gate Nord" in shown_with_gate

    def test_the_same_form_sent_twice_is_one_entry_and_one_answer(self, page, edition):
        came = register(edition)
        nonce = re.search(r'name="nonce" value="([^"]+)"', page().content.decode())[1]

        answers = [state_of(page(q=came.ticket_token, nonce=nonce)) for _time in range(2)]

        assert answers == ["ok", "ok"]
        assert CheckIn.objects.count() == 1

    def test_one_form_used_for_two_people_lets_both_in(self, page, edition):
        nonce = "9f0f6a0e-6d52-4c55-8f2c-1f3f0e9a1b11"

        answers = [state_of(page(q=register(edition).ticket_token, nonce=nonce)) for _person in range(2)]

        assert answers == ["ok", "ok"]
        assert CheckIn.objects.count() == 2

    def test_a_ticket_of_another_edition_is_unknown(self, page):
        other = EditionFactory()
        SeatPoolFactory(edition=other)
        foreign = register(other)

        for typed in (foreign.ticket_token, foreign.reference):
            assert state_of(page(q=typed)) == "unknown"
        assert not CheckIn.objects.exists()

    def test_a_page_link_and_an_old_ticket_are_unknown(self, page, edition):
        came = register(edition)
        old = came.ticket_token
        came.issue += 1
        came.issue_tokens()
        came.save()

        for typed in (came.page_token, old, f"{settings.PUBLIC_ORIGIN}/t/nonsense/"):
            assert state_of(page(q=typed)) == "unknown"

    def test_a_waiting_ticket_says_its_rank(self, page, edition):
        SeatPool.objects.filter(edition=edition, mode="onsite").update(capacity=0)
        register(edition)
        second = register(edition)

        response = page(q=second.ticket_token, language="en")

        assert state_of(response) == "waiting"
        assert "Waiting list, number 2 of 2" in response.text_shown
        assert not CheckIn.objects.exists()

    def test_a_waiting_ticket_without_a_rank_says_that_it_waits(self, page, edition):
        SeatPool.objects.filter(edition=edition, mode="onsite").update(capacity=0)
        came = register(edition)
        Claim.objects.update(is_eligible=False)

        assert "Waiting list" in page(q=came.ticket_token, language="en").text_shown

    def test_a_cancelled_ticket_is_refused(self, page, edition):
        came = register(edition)
        cancel(registration=came, at=EARLIER)

        response = page(q=came.ticket_token, language="en")

        assert state_of(response) == "cancelled"
        assert "This registration was cancelled." in response.text_shown

    @pytest.mark.parametrize(
        ("status", "words"),
        [
            ("pending", "The address was never confirmed"),
            ("requested", "has not approved"),
            ("expired", "not confirmed in time"),
            ("refused", "did not accept"),
        ],
    )
    def test_every_other_state_keeps_out_and_says_why(self, page, edition, status, words):
        came = register(edition)
        Registration.objects.filter(pk=came.pk).update(status=status, hold_expires_at=DAY)

        response = page(q=came.ticket_token, language="en")

        assert state_of(response) == status
        assert words in response.text_shown
        assert not CheckIn.objects.exists()


class TestSearch:
    @pytest.mark.parametrize("typed", ["elodie", "ÉLODIE", "oeuvray élo", "Œuvray", "hopital"])
    def test_a_name_is_found_without_accents(self, page, edition, typed):
        register(edition, "Élodie", "Œuvray", "Hôpital d'essai")
        register(edition, "Noé", "Autre")

        response = page(q=typed, language="en")

        assert "Élodie Œuvray" in response.text_shown
        assert "Noé Autre" not in response.text_shown
        assert "1 person found" in response.text_shown
        assert not CheckIn.objects.exists()

    @pytest.mark.parametrize(("language", "words"), [("en", "Too many attempts"), ("fr", "Trop de tentatives")])
    def test_a_helper_searches_so_often_and_tickets_go_on(self, page, edition, monkeypatch, language, words):
        monkeypatch.setattr(views, "SEARCHES", Budget("door-searches", most=1, seconds=600))
        came, other = register(edition), register(edition)

        first, second = (page(q="essai", language=language) for _search in range(2))

        assert (first.status_code, second.status_code) == (200, 429)
        assert words in second.text_shown
        assert state_of(page(q=came.ticket_token)) == "ok"
        assert state_of(page(registration=other.pk, q="essai")) == "ok"

    def test_the_button_beside_a_name_lets_in(self, page, edition, helper):
        came = register(edition)
        content = page(q="essai", gate="B").content.decode()
        form = content[content.index('<ul class="hits">') :]
        sent = dict(re.findall(r'name="(nonce|gate|registration)" value="([^"]*)"', form))

        response = page(**sent)

        assert state_of(response) == "ok"
        entry = CheckIn.objects.get()
        assert (entry.registration, entry.source, entry.gate, entry.scanned_by) == (came, "search", "B", helper)

    def test_the_button_is_there_for_those_alone_who_may_enter(self, page, edition):
        SeatPool.objects.filter(edition=edition, mode="onsite").update(capacity=2)
        inside, outside, waiting = (register(edition, family=f"Essai {word}") for word in ("in", "out", "wait"))
        door.check_in(registration=inside, by=None, source="qr", gate="", at=DAY)

        response = page(q="essai", language="en")

        content = response.content.decode()
        assert f'value="{outside.pk}"' in content
        assert f'value="{inside.pk}"' not in content
        assert f'value="{waiting.pk}"' not in content
        assert "In since 1:52 pm" in response.text_shown
        assert "On the waiting list" in response.text_shown

    def test_whoever_left_may_enter_again(self, edition):
        came = register(edition)
        door.check_in(registration=came, by=None, source="qr", gate="", at=EARLIER)
        CheckIn.objects.create(registration=came, direction="exit", scanned_at=DAY, received_at=DAY, source="qr")

        (hit,) = admission.search(edition, "essai")

        assert (hit.entered_at, hit.may_enter) == (None, True)

    def test_somebody_of_another_edition_is_neither_found_nor_let_in(self, page, edition):
        other = EditionFactory()
        SeatPoolFactory(edition=other)
        foreign = register(other)

        assert "Nobody is found by “essai”" in page(q="essai", language="en").text_shown
        assert state_of(page(registration=foreign.pk)) == "unknown"
        assert not CheckIn.objects.exists()

    def test_signs_of_a_pattern_mean_themselves(self, page, edition):
        register(edition)

        for typed in ("%", "_", "\\"):
            assert "Camille" not in page(q=typed).text_shown

    def test_a_long_list_is_cut_and_says_so(self, page, edition):
        SeatPool.objects.filter(edition=edition, mode="onsite").update(capacity=None)
        for number in range(admission.HITS_AT_MOST + 1):
            register(edition, family=f"Essai {number}")

        response = page(q="essai", language="en")

        assert response.text_shown.count("Not in yet") == admission.HITS_AT_MOST
        assert "type more of the name" in response.text_shown

    @pytest.mark.parametrize("people", [1, 3])
    def test_a_search_costs_the_same_for_one_and_for_many(self, edition, people, django_assert_num_queries):
        for _person in range(people):
            register(edition)

        with django_assert_num_queries(2):
            assert len(admission.search(edition, "essai")) == people


class TestPage:
    def test_get_changes_nothing_and_focuses_the_field(self, page, edition, django_assert_num_queries):
        register(edition)

        response = page()

        assert response.status_code == 200
        assert re.search(r'<input type="search" id="q" name="q"[^>]* autofocus', response.content.decode())
        assert 'method="post"' in response.content.decode()
        assert "<script" not in response.content.decode()
        assert "no-store" in response["Cache-Control"]
        assert state_of(response) is None
        assert not CheckIn.objects.exists()

    def test_counts_people_and_not_scans(self, page, edition):
        talk = SessionFactory(edition=edition)
        first, second, online = register(edition), register(edition), register(edition, mode="online")
        door.check_in(registration=first, by=None, source="qr", gate="", at=DAY)
        door.check_in(registration=second, by=None, source="qr", gate="", at=DAY, session=talk)
        left_at = DAY + timedelta(minutes=30)
        CheckIn.objects.create(
            registration=first, direction="exit", scanned_at=left_at, received_at=left_at, source="qr"
        )
        door.check_in(registration=first, by=None, source="qr", gate="", at=DAY + timedelta(hours=1))
        other = EditionFactory()
        SeatPoolFactory(edition=other)
        door.check_in(registration=register(other), by=None, source="qr", gate="", at=DAY)

        assert admission.counts(edition) == admission.Counts(entered=1, expected=2)
        assert "1 entry of 2 expected" in page(language="en").text_shown
        assert online.status == "confirmed"

    def test_the_gate_is_remembered(self, page, edition):
        page(q="", gate="Porte <b>")

        assert 'name="gate" value="Porte &lt;b&gt;"' in page().content.decode()

    @pytest.mark.parametrize("typed", ["", "   "])
    def test_nothing_typed_answers_nothing(self, page, typed):
        response = page(q=typed)

        assert (response.status_code, state_of(response)) == (200, None)

    @pytest.mark.parametrize(
        "data", [{"q": "\x00"}, {"q": "x" * 100_000}, {"gate": "x" * 41}, {"registration": "x"}, {"nonce": "x"}]
    )
    def test_odd_input_is_refused(self, page, data):
        response = page(language="en", **data)

        assert response.status_code == 422
        assert "Not readable" in response.text_shown

    def test_hostile_names_are_shown_literally(self, page, edition):
        hostile = '<script>alert("1")</script>'
        came = register(edition, hostile, "{{ 7|add:7 }}", "javascript:alert(1) =1+1")
        escaped = "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; {{ 7|add:7 }}"

        for response in (page(q="script"), page(q=came.ticket_token), page(q=came.ticket_token)):
            assert escaped in response.content.decode()
            assert "<script" not in response.content.decode()
        assert "“&lt;img src=x&gt;”" in page(q="<img src=x>", language="en").content.decode()

    @pytest.mark.parametrize(("language", "tag"), [("fr", '<html lang="fr"'), ("en", '<html lang="en"')])
    def test_the_page_is_in_the_language_of_the_visitor(self, page, language, tag):
        assert tag in page(language=language).content.decode()

    def test_csrf_is_asked_for(self, edition, helper):
        client = Client(enforce_csrf_checks=True)
        client.force_login(helper)

        assert client.post(f"/checkin/{edition.slug}/", {"q": "x"}).status_code == 403


def test_an_edition_of_any_status_has_a_door(client, edition, helper):
    client.force_login(helper)
    for status in Edition.Status.values:
        Edition.objects.filter(pk=edition.pk).update(status=status)

        assert client.get(f"/checkin/{edition.slug}/").status_code == 200
