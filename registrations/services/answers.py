"""What somebody answers beside who they are and how they come: needs, consents, and to the questions of the edition.

Each in the caller's transaction.

The needs of a person stand in a row of their own; that the row is there says that its consent holds. Each need has an
arrangement below it for as long as it is asked for.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from programme.models import ConsentKind, Edition
from programme.services.terms import CONSENTS, Terms, consent_wording, keep, load_terms
from programme.services.texts import text_in_a_language
from registrations.models import Arrangement, Consent, Needs, Registration
from registrations.models.needs import DIET, NEEDS
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

    arrangements: list[Arrangement]
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
        arrangements=in_order(needs.arrangements.all()),
        given_at=consents.order_by("-decided_at", "-pk").values_list("decided_at", flat=True)[0],
        deleted_at=registration.edition.ends_at + timedelta(days=NEEDS_DAYS),
    )


def in_order(arrangements: Iterable[Arrangement]) -> list[Arrangement]:
    """Return them as the form asks for them."""
    return sorted(arrangements, key=lambda arrangement: list(NEEDS).index(arrangement.need))


def keep_first(registration: Registration, answers: Answers, *, at: datetime) -> None:
    """Keep what a newcomer answers: no statement for who answers nothing, three for who answers all."""
    given = [kind for kind in CHOSEN_ALONE if kind in answers.consents]
    if answers.needs:
        given.append(ConsentKind.NEEDS)
        _create_needs(_needs(registration, answers.needs, at))
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
    """Replace what somebody needs, or delete it. Whoever saw to what is asked for in other words sees it as new."""
    kept = Needs.objects.filter(registration=registration).first()
    if answers.needs is None:
        if kept:
            _take_back_needs(registration, answers.terms, at)
        return
    new = _needs(registration, answers.needs, at)
    if kept is None:
        _create_needs(new)
        _record(registration, [ConsentKind.NEEDS], answers.terms, is_given=True, at=at)
    elif kept.asked != new.asked:
        new.pk = kept.pk
        new.save(update_fields=["diet", "access", "note", "changed_at"])
        _arrange_anew(new, before=kept.asked)


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


def forget_diets(registrations: Iterable[Registration]) -> None:
    """Delete what people eat who come to no table any more; what they need online stays."""
    needs = Needs.objects.filter(registration__in=registrations).exclude(diet="")
    needs.filter(access=[], note="").delete()
    Arrangement.objects.filter(needs__in=needs, need=DIET).delete()
    needs.update(diet="")


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


def _create_needs(needs: Needs) -> None:
    Needs.objects.bulk_create([needs])
    _arrange(needs, needs.asked)


def _arrange(needs: Needs, names: Iterable[str]) -> None:
    Arrangement.objects.bulk_create(Arrangement(needs=needs, need=name) for name in names)


def _arrange_anew(needs: Needs, *, before: dict[str, str]) -> None:
    """Drop what is asked for no more, add what is new; what is asked for in other words is to be done again."""
    asked, arrangements = needs.asked, Arrangement.objects.filter(needs=needs)
    reworded = [name for name in asked if name in before and asked[name] != before[name]]
    arrangements.exclude(need__in=asked).delete()
    arrangements.filter(need__in=reworded).update(done_at=None)
    _arrange(needs, [name for name in asked if name not in before])


def needs_counts(edition: Edition) -> dict[str, int]:
    """Return how many need what, by the name of the need, for staff who are not to know who."""
    counts = Arrangement.objects.filter(needs__registration__edition=edition).counts()
    return {str(NEEDS[need]): count for need, count in counts.items()}


def consent_counts(edition: Edition) -> dict[str, int]:
    given = Consent.objects.in_force().filter(is_given=True, registration__edition=edition)
    counted = Counter(given.values_list("kind", flat=True))
    return {str(kind.label): counted[kind] for kind in CHOSEN_ALONE if counted[kind]}
