"""Two registrations of one person in an edition become one."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

from django.db import transaction

from programme.models import ConsentKind
from registrations.models import Answer, Attendee, CheckIn, Claim, Consent, Decision, Needs, Registration
from registrations.services import addresses, answers, letters, seats, staff, visa_letters
from registrations.services.cancel import withdraw
from symposium.accounts.models import User
from symposium.trail import writing as trail

Status = Registration.Status
# A place that depends on an address not yet confirmed is none to compare with.
MERGEABLE = frozenset(Status.values) - {Status.PENDING}
OF_THE_ROW = {"id", "registration", "edition"}


class NotMergeable(Exception):
    """They are not two registrations of one edition, neither is alive, or one is erased, merged or not confirmed yet."""


class BothEntered(Exception):
    """Each came in by the same door without leaving before the other: these may be two people."""


def better_first(one: Registration, other: Registration) -> tuple[Registration, Registration]:
    """Return the one whose place is kept and the other: who is alive, holds a seat (best a reserved one), or is first."""
    seats_of = {registration.pk: _seat_of(registration) for registration in (one, other)}
    is_one_list = len({seat.pool_id for seat in seats_of.values() if seat}) == 1

    def worth(registration: Registration) -> tuple[object, ...]:
        seat = seats_of[registration.pk]
        if seat is None:
            return (True,)
        place = seat.position or 0 if is_one_list else 0
        is_public = not seat.pool.is_reserved
        return (
            False,
            not seat.is_held,
            is_public,
            not seat.is_eligible,
            place,
            registration.created_at,
            registration.pk,
        )

    kept, lost = sorted((one, other), key=worth)
    return kept, lost


def merge(
    *,
    one: Registration,
    other: Registration,
    address_of: Registration,
    notify: bool,
    reason: str,
    by: User,
    at: datetime,
) -> Registration:
    """Keep the better place with the name and the address of ``address_of``, and cancel the other; return what is kept.

    What was scanned, agreed to and needed goes to the one that is kept, and so do sessions and a letter of invitation
    that it lacks. The seats of the other go to who waits. One letter, if any. Merging the same two again changes nothing.

    Where the address changes, what was sent to the former one opens nothing any more, and the letter with the new links
    leaves whatever ``notify`` says.

    :raises NotMergeable: see there.
    :raises BothEntered: see there.
    """
    with transaction.atomic(durable=True):
        edition = one.edition
        seats.lock_pools(edition)
        found = Registration.objects.filter(edition=edition, attendee__isnull=False, pk__in=[one.pk, other.pk])
        pair = list(found.select_related("attendee").order_by("pk").select_for_update(of=("self",)))
        _check(pair)
        if merged := next((each for each in pair if each.merged_into_id), None):
            return next(each for each in pair if each != merged)
        for registration in pair:
            registration.edition = edition
        kept, lost = better_first(*pair)
        counts = _carry_over(lost, kept, at)
        is_address_new = address_of.pk == lost.pk
        if is_address_new:
            _exchange_people(kept.attendee, lost.attendee)
            addresses.take_new_links(kept)
        lost = withdraw(lost, at=at, status=Status.CANCELLED, kind=None)
        lost.merged_into = kept
        lost.save(update_fields=["merged_into"])
        lost.merged.update(merged_into=kept)
        _record(kept, lost, reason, counts, by, at)
        if notify or is_address_new:
            occasion = f"{lost.pk}-{lost.issue}"
            letters.send(kept, letters.Kind.MERGED, at=at, occasion=occasion, is_address_new=is_address_new)
    return kept


def _check(pair: Sequence[Registration]) -> None:
    if len(pair) != 2 or not any(each.is_alive for each in pair):
        raise NotMergeable
    merged_into = {each.merged_into_id for each in pair} - {None}
    if merged_into - {each.pk for each in pair} or any(each.status not in MERGEABLE for each in pair):
        raise NotMergeable


def _seat_of(registration: Registration) -> Claim | None:
    return registration.claims.filter(pool__session__isnull=True).select_related("pool").first()


def _carry_over(lost: Registration, kept: Registration, at: datetime) -> dict[str, int]:
    """Return how much of each was carried, but for needs: only the role that serves them knows who has any."""
    counts = {
        "check_ins": _carry_check_ins(lost, kept),
        "sessions": _carry_sessions(lost, kept),
        "answers_carried": _carry_answers(lost, kept),
        "consents": _carry_consents(lost, kept),
        "visa_letters_carried": visa_letters.carry(lost, kept, at=at),
    }
    _carry_needs(lost, kept)  # after the consents, which decide
    return counts


def _carry_check_ins(lost: Registration, kept: Registration) -> int:
    scans = CheckIn.objects.filter(registration__in=[lost, kept]).order_by("session_id", "received_at", "id")
    for before, after in pairwise(scans):
        if before.session_id == after.session_id and before.direction == after.direction == CheckIn.Direction.ENTRY:
            raise BothEntered
    return CheckIn.objects.filter(registration=lost).update(registration=kept)


def _carry_sessions(lost: Registration, kept: Registration) -> int:
    """Give the sessions to the one that is kept; of two claims on the same seats the better stays."""
    of_sessions = Claim.objects.filter(pool__session__isnull=False).select_related("pool").order_by("pool__session_id")
    mine = {claim.pool_id: claim for claim in of_sessions.filter(registration=kept)}
    moved = 0
    for claim in of_sessions.filter(registration=lost):
        own = mine.get(claim.pool_id)
        if own is not None and (not own.is_held, own.position or 0) < (not claim.is_held, claim.position or 0):
            continue
        if own is not None:
            seats.release([own])
        claim.registration = kept
        claim.save(update_fields=["registration"])
        moved += 1
    if kept.status == Status.CONFIRMED:
        seats.make_sessions_eligible(kept)
    return moved


def _carry_answers(lost: Registration, kept: Registration) -> int:
    if kept.is_to_be_asked and not lost.is_to_be_asked:  # they have sent the form themselves
        kept.is_to_be_asked = False
        kept.save(update_fields=["is_to_be_asked"])
    answered = Answer.objects.filter(registration=kept).values("question")
    return Answer.objects.filter(registration=lost).exclude(question__in=answered).update(registration=kept)


def _carry_consents(lost: Registration, kept: Registration) -> int:
    """Add the last word on each matter, with its own moment; what stands with the other stays there as it was.

    Return how many there are, but for the one to needs.
    """
    own = {consent.kind: consent.decided_at for consent in kept.consents.in_force()}
    later = [one for one in lost.consents.in_force() if one.kind not in own or own[one.kind] < one.decided_at]
    Consent.objects.bulk_create(
        Consent(
            registration=kept,
            kind=consent.kind,
            is_given=consent.is_given,
            text_id=consent.text_id,
            decided_at=consent.decided_at,
        )
        for consent in later
    )
    return sum(consent.kind != ConsentKind.NEEDS for consent in later)


def _carry_needs(lost: Registration, kept: Registration) -> None:
    """Keep what was written last; where the last word took the consent to it back, keep nothing."""
    own = Needs.objects.filter(registration=kept).first()
    theirs = Needs.objects.filter(registration=lost).first()
    if not kept.consents.in_force().filter(kind=ConsentKind.NEEDS, is_given=True).exists():
        answers.forget_needs([kept])
    elif theirs is not None and (own is None or own.changed_at < theirs.changed_at):
        answers.forget_needs([kept])
        theirs.registration = kept
        theirs.save(update_fields=["registration"])


def _exchange_people(one: Attendee, other: Attendee) -> None:
    """Exchange who they are, with all that is known of each address."""
    names = [
        field.attname
        for field in Attendee._meta.concrete_fields  # noqa: SLF001  Django's public way to the fields
        if field.name not in OF_THE_ROW
    ]
    for name in names:
        mine, theirs = getattr(one, name), getattr(other, name)
        setattr(one, name, theirs)
        setattr(other, name, mine)
    Attendee.objects.filter(pk=other.pk).update(email_normalised=f"{other.pk}")  # the key is unique in the edition
    for attendee in (one, other):
        attendee.fill_search_text(attendee.registration.reference)
        attendee.save()


def _record(
    kept: Registration, lost: Registration, reason: str, counts: dict[str, int], by: User, at: datetime
) -> None:
    staff.record(lost, Decision.Action.MERGE, reason, by, at)
    trail.write(
        trail.entry(
            kind=trail.Kind.CHANGED,
            by=by,
            at=at,
            record=kept,
            edition_id=kept.edition_id,
            detail=Decision.Action.MERGE.value,
            counts=counts,
        )
    )
