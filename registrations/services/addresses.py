"""Somebody changes the address of their registration, and proves that they read what is sent to the new one."""

from datetime import datetime, timedelta

from django.core import signing
from django.db import IntegrityError, transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from registrations.models import Attendee, Registration
from registrations.services import letters
from registrations.services.entry import reopen
from symposium.lib.text import normalise_email

SALT = "registrations.new-address"
PROOF_VALID_HOURS = 24
# Who has yet to confirm their address does that first; who is no longer registered has none to change.
CHANGEABLE = frozenset(Registration.ALIVE) - {Registration.Status.PENDING}


class NotChangeable(Exception):
    """The registration is over, or its address is not confirmed yet."""


class ProofNotValid(Exception):
    """The link is too old, was used, or another address was asked for since."""


class AddressTaken(Exception):
    """Somebody registered in the edition with this address before."""


def ask(*, registration: Registration, email: str, at: datetime) -> None:
    """Write to the new address; nothing changes before it is proved.

    Whether somebody is registered with it is found out when the letter is written, after the answer has left: what is
    done here is the same for every address.

    :raises NotChangeable: the registration is over, or pending.
    """
    with transaction.atomic(durable=True):
        locked = Registration.objects.select_for_update().get(pk=registration.pk)
        if locked.status not in CHANGEABLE:
            raise NotChangeable(locked.status)
        Attendee.objects.filter(registration=locked).update(new_email=email.strip(), new_email_asked_at=at)
        letters.send(locked, letters.Kind.NEW_ADDRESS, at=at, occasion=at.isoformat())


def proof_of(registration: Registration) -> str:
    """Return what the link to the new address carries. It opens no page of the person: they may have mistyped."""
    content = [str(registration.pk), registration.issue, _digest(registration.attendee.new_email)]
    return signing.Signer(salt=SALT).sign_object(content)


def find(*, proof: str, at: datetime) -> Registration:
    """Return the registration that a link asks to change, as it is.

    :raises ProofNotValid: it asks nothing any more.
    """
    try:
        pk, issue, digest = signing.Signer(salt=SALT).unsign_object(proof)
    except signing.BadSignature as error:
        raise ProofNotValid from error
    found = Registration.objects.with_details().filter(pk=pk, issue=issue, attendee__isnull=False).first()
    if (
        found is None
        or not may_prove(found, at=at)
        or not constant_time_compare(digest, _digest(found.attendee.new_email))
    ):
        raise ProofNotValid
    return found


def may_prove(registration: Registration, *, at: datetime) -> bool:
    """Say whether an address is asked for, not too long ago."""
    asked_at = registration.attendee.new_email_asked_at
    is_asked = asked_at is not None and asked_at > at - timedelta(hours=PROOF_VALID_HOURS)
    return is_asked and registration.status in CHANGEABLE


def is_taken(registration: Registration) -> bool:
    """Say whether the address that is asked for belongs to a registration of the edition."""
    email = normalise_email(registration.attendee.new_email)
    return Attendee.objects.filter(edition=registration.edition_id, email_normalised=email).exists()


def change(*, proof: str, at: datetime) -> Registration:
    """Take the new address, with new links and a new ticket; tell both addresses. Return the registration as it is now.

    What was sent to the old address opens nothing any more: it may be in other hands, which is why people change it.

    :raises ProofNotValid: the link asks nothing any more, as at a second click.
    :raises AddressTaken: somebody registered with the address since it was asked for.
    """
    try:
        with transaction.atomic(durable=True):
            Registration.objects.select_for_update().get(pk=find(proof=proof, at=at).pk)
            registration = find(proof=proof, at=at)  # again: another click may have been before us
            _take_address(registration)
            take_new_links(registration)
            for kind in (letters.Kind.ADDRESS_CHANGED, letters.Kind.FORMER_ADDRESS):
                letters.send(registration, kind, at=at, occasion=str(registration.issue))
    except IntegrityError as error:  # of the one key that what is written here can break
        raise AddressTaken from error
    return registration


def take_new_links(registration: Registration) -> None:
    """End the links and the ticket that were sent to an address that is no longer theirs, in the caller's transaction."""
    reopen(registration)
    registration.save(
        update_fields=["issue", "key_version", "page_digest", "ticket_digest", "calendar_sequence", "link_resent_at"]
    )


def forget_unproved(*, at: datetime) -> None:
    """Delete the addresses that were asked for and not proved in time; they may be a stranger's."""
    too_old = Attendee.objects.filter(new_email_asked_at__lte=at - timedelta(hours=PROOF_VALID_HOURS))
    too_old.update(new_email="", new_email_asked_at=None)


def forget_former(*, registration_id: str) -> None:
    """Delete the old address, once the mail server took what it was told."""
    Attendee.objects.filter(registration_id=registration_id).update(former_email="")


def _take_address(registration: Registration) -> None:
    attendee = registration.attendee
    attendee.former_email, attendee.email = attendee.email, attendee.new_email
    attendee.email_normalised = normalise_email(attendee.email)
    attendee.new_email, attendee.new_email_asked_at = "", None
    attendee.undeliverable_at, attendee.undeliverable_status, attendee.temporary_bounces = None, "", 0
    attendee.fill_search_text(registration.reference)
    attendee.save(
        update_fields=[
            "email",
            "email_normalised",
            "former_email",
            "new_email",
            "new_email_asked_at",
            "undeliverable_at",
            "undeliverable_status",
            "temporary_bounces",
            "search_text",
        ]
    )


def _digest(email: str) -> str:
    return salted_hmac(SALT, normalise_email(email), algorithm="sha256").hexdigest()[:32]
