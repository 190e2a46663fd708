"""Changing the address of a registration: proved at the new one, told to the old one, with new links."""

import re
from datetime import timedelta

import pytest
from django.core import mail, signing

from programme.models import Edition
from registrations.models import Attendee, Registration
from registrations.services import addresses, admission, privacy
from registrations.services.cancel import cancel
from symposium.outbox.delivery import deliver_due
from tests.checks import broken_invariants, check_looks, letters_of
from tests.factories import NOW, EditionFactory, SeatPoolFactory, registered, send_form

NEW = "ada@elsewhere.example.org"


@pytest.fixture(autouse=True)
def at_now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def ada(edition):
    return registered(edition)


def deliver():
    mail.outbox = []
    deliver_due(clock=lambda: NOW)
    return {message.to[0]: message for message in mail.outbox}


def asked(registration, email=NEW, at=NOW):
    """Ask, and return the proof that the mail to the new address holds."""
    addresses.ask(registration=registration, email=email, at=at)
    return addresses.proof_of(again(registration))


def again(registration):
    return Registration.objects.with_details().get(pk=registration.pk)


def test_asking_changes_nothing(ada):
    before = (ada.page_token, ada.ticket_token, ada.attendee.email)

    asked(ada)

    now = again(ada)
    assert (now.page_token, now.ticket_token, now.attendee.email) == before


def test_change_brings_new_links_and_tells_both(ada, edition):
    old_page, old_ticket = ada.page_token, ada.ticket_token
    deliver()
    proof = asked(ada)
    assert set(deliver()) == {NEW}

    changed = addresses.change(proof=proof, at=NOW)

    assert (changed.attendee.email, changed.status) == (NEW, "confirmed")
    assert not Registration.objects.with_token("page", old_page).exists()
    assert admission.find_by_code(edition, old_ticket) is None
    assert admission.find_by_code(edition, changed.ticket_token) == changed
    letters = deliver()
    assert set(letters) == {NEW, "ada@example.org"}
    assert changed.page_token in letters[NEW].body
    assert changed.page_token not in letters["ada@example.org"].body
    assert NEW not in str(letters["ada@example.org"].message())
    assert again(ada).attendee.former_email == ""
    assert broken_invariants() == []


def test_mail_to_the_new_address_tells_a_stranger_nothing(ada):
    asked(ada)

    message = deliver()[NEW]

    text = message.body + message.alternatives[0].content + message.subject
    assert addresses.proof_of(again(ada)) in text

    for private in (ada.page_token, ada.ticket_token, ada.reference, "Ada", "ada@example.org"):
        assert private not in text


@pytest.mark.parametrize("language", ["fr", "en"])
def test_mails_are_whole_in_both_languages(ada, edition, language):
    Edition.objects.update(contact_email="contact@example.org")
    Registration.objects.update(language=language)
    deliver()
    proof = asked(ada)
    messages = [deliver()[NEW]]
    addresses.change(proof=proof, at=NOW)
    messages.append(deliver()["ada@example.org"])

    for message in messages:
        html = message.alternatives[0].content
        check_looks(html, language)
        assert message.reply_to == ["contact@example.org"]
        for text in (message.subject, message.body, html):
            assert "None" not in text
            assert "{{" not in text
        links = set(re.findall(r"http://testserver/\S+", message.body))
        assert all(link.startswith(f"http://testserver/{language}/registrations/new-address/") for link in links)
        assert set(re.findall(r'href="([^"]*)"', html)) == links


def test_address_of_somebody_else_is_answered_alike_and_gets_nothing(ada, edition):
    registered(edition, NEW, given_name="Grace")
    deliver()

    proof = asked(ada)

    assert deliver() == {}
    assert letters_of(ada) == ["confirmed", "new_address"]  # dropped when it was written
    with pytest.raises(addresses.AddressTaken):
        addresses.change(proof=proof, at=NOW)
    assert again(ada).attendee.email == "ada@example.org"


def test_address_registered_in_another_edition_is_free(ada):
    other = EditionFactory()
    SeatPoolFactory(edition=other)
    registered(other, NEW)

    assert addresses.change(proof=asked(ada), at=NOW).attendee.email == NEW


def test_second_click_changes_nothing(ada):
    proof = asked(ada)
    page = addresses.change(proof=proof, at=NOW).page_token

    with pytest.raises(addresses.ProofNotValid):
        addresses.change(proof=proof, at=NOW)

    assert again(ada).page_token == page


def test_later_wish_replaces_the_earlier(ada):
    first = asked(ada, "typo@example.org")
    second = asked(ada)

    with pytest.raises(addresses.ProofNotValid):
        addresses.find(proof=first, at=NOW)
    assert addresses.find(proof=second, at=NOW) == ada


@pytest.mark.parametrize("hours", [addresses.PROOF_VALID_HOURS, 1000])
def test_proof_ends_after_a_day(ada, hours):
    proof = asked(ada)
    assert addresses.find(proof=proof, at=NOW + timedelta(hours=addresses.PROOF_VALID_HOURS - 1)) == ada

    with pytest.raises(addresses.ProofNotValid):
        addresses.find(proof=proof, at=NOW + timedelta(hours=hours))


def test_proof_that_is_none_of_ours(ada):
    proof = asked(ada)
    forged = signing.Signer(key="another key", salt=addresses.SALT).sign_object([str(ada.pk), 1, "0"])

    for odd in (proof[:-1], forged, "x", ""):
        with pytest.raises(addresses.ProofNotValid):
            addresses.find(proof=odd, at=NOW)


def test_proof_of_who_was_erased_or_has_cancelled(ada, edition):
    gone, left = asked(ada), registered(edition, "left@example.org")
    cancelled = asked(left, "left@elsewhere.example.org")
    privacy.erase(registration=ada, at=NOW)
    cancel(registration=left, at=NOW)

    for proof in (gone, cancelled):
        with pytest.raises(addresses.ProofNotValid):
            addresses.change(proof=proof, at=NOW)
    assert NEW not in deliver()


def test_letters_overtaken_are_dropped(ada):
    """Whoever is erased between the click and the letter is not written to, at either address."""
    addresses.change(proof=asked(ada), at=NOW)
    Attendee.objects.update(former_email="")

    assert set(deliver()) == {NEW}
    addresses.ask(registration=again(ada), email="third@example.org", at=NOW)
    privacy.erase(registration=ada, at=NOW)
    assert deliver() == {}


@pytest.mark.parametrize("status", ["pending", "cancelled", "refused", "expired"])
def test_ask_of_who_has_no_address_to_change(ada, status):
    Registration.objects.filter(pk=ada.pk).update(status=status, hold_expires_at=NOW)

    with pytest.raises(addresses.NotChangeable):
        addresses.ask(registration=ada, email=NEW, at=NOW)


def test_waiting_person_keeps_their_rank(edition):
    edition.seat_pools.filter(mode="onsite").update(capacity=0)
    waiting = registered(edition)

    changed = addresses.change(proof=asked(waiting), at=NOW)

    assert (changed.status, changed.claims.get().position) == ("waiting", 1)
    assert "new ticket" not in deliver()[NEW].body


def test_old_address_is_free_again(ada, edition):
    addresses.change(proof=asked(ada), at=NOW)

    send_form(edition, "ada@example.org")

    assert Registration.objects.count() == 2


def test_address_that_was_never_proved_is_forgotten(ada):
    asked(ada)
    assert privacy.export_person("ada@example.org")[0]["new_email_not_proved"] == NEW

    privacy.purge(at=NOW + timedelta(hours=addresses.PROOF_VALID_HOURS - 1))
    assert again(ada).attendee.new_email == NEW
    privacy.purge(at=NOW + timedelta(hours=addresses.PROOF_VALID_HOURS))

    assert (again(ada).attendee.new_email, again(ada).attendee.new_email_asked_at) == ("", None)
