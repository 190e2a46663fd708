"""What somebody answers beside who they are and how they come: needs, consents, and to the questions of the edition.

Each in the caller's transaction.

The needs of a person stand in a row of their own; that the row is there says that its consent holds.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from programme.models import ConsentKind, Edition
from programme.services.terms import CONSENTS, Terms, consent_wording, keep, load_terms
from programme.services.texts import text_in_a_language
from registrations.models import AccessNeed, Consent, Needs, Registration
from registrations.services import questions
from registrations.services.questions import Reply

NEEDS_DAYS = 7  # after the event; the purge deletes them then
CHOSEN_ALONE = (ConsentKind.NEWSLETTER, ConsentKind.PHOTOS, ConsentKind.ATTENDEE_LIST)


class NotAsked(Exception):
    """The edition does not ask for this consent."""


@dataclass(frozen=True)
class NeedsAnswer:
    """At least one of them says something."""

    diet: str
    access: tuple[str, ...]
    note: str


@dataclass(frozen=True)
class Answers:
    """``consents`` are those that are given; who writes ``needs`` has given that of its own as well.

    ``shown_notice`` is the digest of the notice that the form had, which may have changed since it was opened.
    """

    terms: Terms
    needs: NeedsAnswer | None = None
    consents: frozenset[ConsentKind] = frozenset()
    shown_notice: str = ""
    replies: tuple[Reply, ...] = ()

    @property
    def notice_digest(self) -> str:
        return self.shown_notice if self.shown_notice in self.terms.kept else self.terms.notice.digest


@dataclass(frozen=True)
class Standing:
    """How things stand with one consent, in the words that were agreed to; without a moment it was never decided."""

    kind: ConsentKind
    words: str
    is_given: bool
    decided_at: datetime | None


@dataclass(frozen=True)
class KeptNeeds:
    """What a person reads of their needs, and when it goes."""

    diet: str
    access: list[str]
    note: str
    given_at: datetime
    deleted_at: datetime


def standing_of(registration: Registration) -> list[Standing]:
    """Return every consent that the edition asks for, and those that were given when it still did."""
    last = {consent.kind: consent for consent in registration.consents.in_force().select_related("text")}
    standings = []
    for kind in CHOSEN_ALONE:
        consent = last.get(kind)
        if consent is not None and (consent.is_given or kind in registration.edition.asked_consents):
            words = text_in_a_language(consent.text, "text")[0]
            standings.append(Standing(kind, words, consent.is_given, consent.decided_at))
        elif kind in registration.edition.asked_consents:
            standings.append(Standing(kind, str(CONSENTS[kind]), is_given=False, decided_at=None))
    return standings


def needs_of(registration: Registration) -> KeptNeeds | None:
    needs = Needs.objects.filter(registration=registration).first()
    if needs is None:
        return None
    consents = registration.consents.filter(kind=ConsentKind.NEEDS, is_given=True)
    return KeptNeeds(
        diet=needs.diet,
        access=access_words(needs.access),
        note=needs.note,
        given_at=consents.order_by("-decided_at", "-pk").values_list("decided_at", flat=True)[0],
        deleted_at=registration.edition.ends_at + timedelta(days=NEEDS_DAYS),
    )


def access_words(values: Iterable[str]) -> list[str]:
    return [str(AccessNeed(value).label) for value in values]


def keep_first(registration: Registration, answers: Answers, *, at: datetime) -> None:
    """Keep what a newcomer answers: no statement for who answers nothing, three for who answers all."""
    given = [kind for kind in CHOSEN_ALONE if kind in answers.consents]
    if answers.needs:
        given.append(ConsentKind.NEEDS)
        Needs.objects.bulk_create([_needs(registration, answers.needs, at)])
    _record(registration, given, answers.terms, is_given=True, at=at)
    keep(answers.terms.notice, known=answers.terms.kept, at=at)
    questions.keep_first(registration, answers.replies)


def keep_again(registration: Registration, answers: Answers, *, at: datetime) -> None:
    """Keep what somebody answers who comes back: the new form counts, also where it says no."""
    now = _given(registration)
    asked = [kind for kind in CHOSEN_ALONE if kind in answers.terms.edition.asked_consents]
    new = [kind for kind in asked if kind in answers.consents and kind not in now]
    over = [kind for kind in asked if kind not in answers.consents and kind in now]
    _record(registration, new, answers.terms, is_given=True, at=at)
    _record(registration, over, answers.terms, is_given=False, at=at)
    keep(answers.terms.notice, known=answers.terms.kept, at=at)
    questions.keep_again(registration, answers.replies)
    change_needs(registration, answers, at=at)


def change_needs(registration: Registration, answers: Answers, *, at: datetime) -> None:
    """Replace what somebody needs, or delete it. Whoever saw to it sees it as new."""
    kept = Needs.objects.filter(registration=registration).first()
    if answers.needs is None:
        if kept:
            _take_back_needs(registration, answers.terms, at)
        return
    new = _needs(registration, answers.needs, at)
    if kept is None:
        new.save(force_insert=True)
        _record(registration, [ConsentKind.NEEDS], answers.terms, is_given=True, at=at)
    elif (kept.diet, kept.access, kept.note) != (new.diet, new.access, new.note):
        new.pk = kept.pk
        new.save(update_fields=["diet", "access", "note", "changed_at", "done_at"])


def decide(*, registration: Registration, kind: ConsentKind, is_given: bool, at: datetime) -> None:
    """Give a consent or take it back; doing so twice changes nothing. Needs go with the consent to them.

    :raises NotAsked: the edition does not ask for it. Whatever was given can be taken back nonetheless.
    """
    terms = load_terms(registration.edition)
    if is_given and (kind not in CHOSEN_ALONE or kind not in terms.edition.asked_consents):
        raise NotAsked(kind)
    with transaction.atomic(durable=True):
        Registration.objects.select_for_update().get(pk=registration.pk)
        if kind == ConsentKind.NEEDS:
            if Needs.objects.filter(registration=registration).exists():
                _take_back_needs(registration, terms, at)
        elif (kind in _given(registration)) != is_given:
            _record(registration, [kind], terms, is_given=is_given, at=at)


def forget_needs(registrations: Iterable[Registration]) -> None:
    """Delete what people need who no longer come."""
    Needs.objects.filter(registration__in=registrations).delete()


def _given(registration: Registration) -> set[str]:
    return set(registration.consents.in_force().filter(is_given=True).values_list("kind", flat=True))


def _take_back_needs(registration: Registration, terms: Terms, at: datetime) -> None:
    forget_needs([registration])
    _record(registration, [ConsentKind.NEEDS], terms, is_given=False, at=at)


def _record(
    registration: Registration, kinds: Iterable[ConsentKind], terms: Terms, *, is_given: bool, at: datetime
) -> None:
    wordings = {kind: consent_wording(kind) for kind in kinds}
    if not wordings:
        return
    keep(*wordings.values(), known=terms.kept, at=at)
    Consent.objects.bulk_create(
        Consent(registration=registration, kind=kind, is_given=is_given, text_id=wording.digest, decided_at=at)
        for kind, wording in wordings.items()
    )


def _needs(registration: Registration, answer: NeedsAnswer, at: datetime) -> Needs:
    return Needs(
        registration=registration, diet=answer.diet, access=list(answer.access), note=answer.note, changed_at=at
    )


def needs_counts(edition: Edition) -> dict[str, int]:
    """Return how many need what, by the name of the need, for staff who are not to know who."""
    needs = Needs.objects.filter(registration__edition=edition)
    diets = needs.exclude(diet="").count()
    lists = needs.values_list("access", flat=True)
    counted = Counter(value for access in lists for value in access)
    access = {str(need.label): counted[need] for need in AccessNeed if counted[need]}
    return {_("diet"): diets, **access} if diets else access


def consent_counts(edition: Edition) -> dict[str, int]:
    given = Consent.objects.in_force().filter(is_given=True, registration__edition=edition)
    counted = Counter(given.values_list("kind", flat=True))
    return {str(kind.label): counted[kind] for kind in CHOSEN_ALONE if counted[kind]}
