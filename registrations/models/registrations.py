"""A person's place in an edition, what it holds, and, apart from it, who the person is."""

import uuid
from typing import TYPE_CHECKING, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_lazy as _

from programme.models import RESERVED, AttendanceMode, Edition, KeptText, Question, SeatPool
from symposium.lib import tokens
from symposium.lib.text import fold
from symposium.outbox.models import OutgoingMail

if TYPE_CHECKING:
    from symposium.accounts.models import User


# What mails about a registration begin with in the outbox, before its key.
_ABOUT = "registration:"


class Profile(models.TextChoices):
    RESEARCHER = "researcher", _("research")
    CLINICIAN = "clinician", _("care")
    STUDENT = "student", _("studies")
    INDUSTRY = "industry", _("industry")
    INSTITUTION = "institution", _("institution")
    PRESS = "press", _("press")
    OTHER = "other", _("other")


def mails_of_edition(edition_id: int) -> str:
    """Return what all letters to the people of an edition belong to, as the outbox names it."""
    return f"edition:{edition_id}"


def mails_of_registration(key: uuid.UUID) -> str:
    """Return what the letters to one person of an edition are about, as the outbox names it."""
    return f"{_ABOUT}{key}"


def registration_key(mail: OutgoingMail) -> str:
    """Return the key of the registration that a mail is about; nothing, where it is about anything else."""
    return mail.about.removeprefix(_ABOUT) if mail.about.startswith(_ABOUT) else ""


class RegistrationQuerySet(models.QuerySet["Registration"]):
    def confirmed(self) -> Self:
        return self.filter(status=Registration.Status.CONFIRMED)

    def waiting(self) -> Self:
        return self.filter(status=Registration.Status.WAITING)

    def unanswered(self) -> Self:
        """Those on site who have not said whether they are still coming; speakers and guests on reserved seats are not asked."""
        return (
            self.confirmed().filter(mode=AttendanceMode.ONSITE, coming_answer="").exclude(claims__pool__mode=RESERVED)
        )

    def wanting_messages(self) -> Self:
        """Less those who are erased, want no messages, or whom no mail reaches."""
        return self.filter(attendee__isnull=False, attendee__unsubscribed_at=None, attendee__undeliverable_at=None)

    def for_staff(self, user: "User", *roles: str) -> Self:
        """Those of the editions in which ``user`` has one of the roles."""
        return self.filter(edition__in=Edition.objects.for_role(user, *roles))

    def with_token(self, purpose: tokens.Purpose, value: str) -> Self:
        """The one that this page or ticket token belongs to, if any."""
        digest = tokens.digest_of(value)
        return self.filter(**{f"{purpose}_digest": digest}) if digest else self.none()

    def of_addresses(self, addresses: list[str]) -> Self:
        """Everything registered with these normalised addresses, the latest edition first, as a page lists it."""
        return (
            self.filter(attendee__email_normalised__in=addresses)
            .select_related("edition", "attendee")
            .order_by("-edition__starts_at", "-created_at", "pk")
        )

    def matching(self, words: str) -> Self:
        """Those whose names, address, affiliation or reference hold each of the words, whatever accents and capitals."""
        found = self
        for word in fold(words).split():
            found = found.filter(attendee__search_text__contains=word)
        return found

    def naming_mails(self) -> Self:
        """Annotate ``about``: what the mails to them are about, as the outbox names it."""
        return self.alias(about=Concat(Value(_ABOUT), Cast("pk", models.CharField())))

    def not_written(self, kind: str, occasion: str = "") -> Self:
        """Those for whom the outbox has no mail of this kind and occasion, sent or not."""
        mails = OutgoingMail.objects.filter(about=OuterRef("about"), kind=kind, occasion=occasion)
        return self.naming_mails().filter(~Exists(mails))

    def with_details(self) -> Self:
        return self.select_related("edition", "attendee").prefetch_related("claims__pool__session")

    def knowing_questions(self) -> Self:
        """Annotate ``has_questions``, so that only an edition that asks something is read for what it asks."""
        return self.annotate(has_questions=Exists(Question.objects.filter(edition=OuterRef("edition"))))


class Registration(models.Model):
    """It says nothing of who the person is: see ``Attendee``."""

    class Status(models.TextChoices):
        PENDING = "pending", _("address to be confirmed")
        REQUESTED = "requested", _("awaiting approval")
        CONFIRMED = "confirmed", _("confirmed")
        WAITING = "waiting", _("on the waiting list")
        CANCELLED = "cancelled", _("cancelled")
        REFUSED = "refused", _("refused")
        EXPIRED = "expired", _("expired")

    class Coming(models.TextChoices):
        YES = "yes", _("says that they come")
        NO = "no", _("says that they do not come")

    ALIVE = (Status.PENDING, Status.REQUESTED, Status.CONFIRMED, Status.WAITING)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="registrations", verbose_name=_("edition"))
    status = models.CharField(_("status"), max_length=9, choices=Status)
    mode = models.CharField(_("attendance"), max_length=6, choices=AttendanceMode)
    profile = models.CharField(_("profile"), max_length=11, choices=Profile)
    country = models.CharField(_("country"), max_length=2, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=[("fr", _("French")), ("en", _("English"))])
    reference = models.CharField(_("reference"), max_length=16, unique=True, null=True, editable=False)  # noqa: DJ001  unique
    # A new issue is a new ticket and a new link: after a cancellation undone by registering again, or a change of address.
    issue = models.PositiveSmallIntegerField(default=1, editable=False)
    key_version = models.CharField(max_length=8, editable=False)
    page_digest = models.CharField(max_length=64, unique=True, null=True, editable=False)  # noqa: DJ001  unique
    ticket_digest = models.CharField(max_length=64, unique=True, null=True, editable=False)  # noqa: DJ001  unique
    # Calendars take a file for newer by it: one more at each change of what the person's own file says.
    calendar_sequence = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    created_at = models.DateTimeField(_("registered"))
    confirmed_at = models.DateTimeField(_("confirmed on"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled on"), null=True, blank=True)
    hold_expires_at = models.DateTimeField(_("seat held until"), null=True, blank=True)
    link_resent_at = models.DateTimeField(_("link sent again"), null=True, blank=True)
    # The sessions it held or waited for when it was cancelled or expired, so that coming back asks for them again.
    released_sessions = ArrayField(models.BigIntegerField(), default=list, blank=True, editable=False)
    # What they said when they were asked a few days before; a new date, or a new ticket, asks anew.
    coming_answer = models.CharField(
        _("still coming"), max_length=3, choices=Coming, blank=True, default="", db_default="", editable=False
    )
    coming_answered_at = models.DateTimeField(_("answered"), null=True, blank=True, editable=False)
    # Somebody else registered them with a group: the questions of the form await them on a page of their own.
    is_to_be_asked = models.BooleanField(_("questions to answer"), default=False, db_default=False, editable=False)
    is_walk_in = models.BooleanField(_("registered at the door"), default=False)
    # Where a person had two: the one that was kept, whose place, scans and sessions are theirs now.
    merged_into = models.ForeignKey(
        "self", models.PROTECT, related_name="merged", null=True, blank=True, editable=False,
        verbose_name=_("merged with"),
    )  # fmt: skip
    # Empty for whom staff registered: they have seen no form.
    notice = models.ForeignKey(
        KeptText, models.PROTECT, related_name="registrations", null=True, blank=True, editable=False, db_index=False,
        verbose_name=_("privacy notice"),
    )  # fmt: skip

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    status__in=["pending", "requested", "confirmed", "waiting", "cancelled", "refused", "expired"]
                ),
                name="registration_status",
            ),
            models.CheckConstraint(condition=Q(mode__in=["onsite", "online"]), name="registration_mode"),
            models.CheckConstraint(condition=Q(profile__in=Profile.values), name="registration_profile"),
            models.CheckConstraint(condition=Q(language__in=["fr", "en"]), name="registration_language"),
            models.CheckConstraint(
                condition=Q(coming_answer="", coming_answered_at__isnull=True)
                | Q(coming_answer__in=["yes", "no"], coming_answered_at__isnull=False),
                name="registration_coming_answer",
            ),
            models.CheckConstraint(
                condition=~Q(status="pending") | Q(hold_expires_at__isnull=False), name="registration_pending_expires"
            ),
        ]
        indexes = [
            models.Index(fields=["edition", "status"], name="registration_by_status"),
            models.Index(fields=["edition", "-created_at"], name="registration_by_date"),
            # Read by expire_holds; nearly every registration is out of it.
            models.Index(
                fields=["edition", "hold_expires_at"], condition=Q(status="pending"), name="registration_holds"
            ),
        ]

    def __str__(self) -> str:
        return self.reference or f"registration {self.pk}"

    def issue_tokens(self) -> None:
        """Set the digests and key version for the current issue; the caller saves."""
        self.key_version = tokens.current_key_version()
        self.page_digest = tokens.digest_of(self.page_token)
        self.ticket_digest = tokens.digest_of(self.ticket_token)

    def edition_claim(self) -> "Claim":
        """Return what somebody alive holds or waits for in the edition as a whole."""
        return self.claims.select_related("pool").get(pool__session__isnull=True)

    def as_it_stands(self) -> "Registration":
        """Return the one it was merged with, as long as that one is alive; else itself."""
        kept = self.merged_into
        return kept if kept and kept.is_alive else self

    @property
    def is_alive(self) -> bool:
        return self.status in self.ALIVE

    @property
    def page_token(self) -> str:
        return tokens.token("page", self.pk, self.issue, self.key_version)

    @property
    def ticket_token(self) -> str:
        return tokens.token("ticket", self.pk, self.issue, self.key_version)

    @property
    def mail_about(self) -> str:
        return mails_of_registration(self.pk)

    @property
    def mail_belongs_to(self) -> str:
        return mails_of_edition(self.edition_id)


class Attendee(models.Model):
    """The personal data of one registration. Erasing somebody deletes this row and changes no count."""

    registration = models.OneToOneField(
        Registration, models.CASCADE, related_name="attendee", verbose_name=_("registration")
    )
    # Repeated here, so that the database itself keeps one address to one registration in each edition.
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="attendees", verbose_name=_("edition"))
    email = models.EmailField(_("e-mail"))
    email_normalised = models.CharField(max_length=254, editable=False)
    # An address they want instead and have not proved yet; and the one before this, until it was told.
    new_email = models.EmailField(_("new e-mail"), blank=True, default="", db_default="", editable=False)
    new_email_asked_at = models.DateTimeField(null=True, blank=True, editable=False)
    former_email = models.EmailField(_("former e-mail"), blank=True, default="", db_default="", editable=False)
    given_name = models.CharField(_("given name"), max_length=100, blank=True)
    family_name = models.CharField(_("family name"), max_length=100)
    affiliation = models.CharField(_("affiliation"), max_length=200, blank=True)
    unsubscribed_at = models.DateTimeField(_("wants no messages since"), null=True, blank=True, editable=False)
    # Since when mails to the address come back, and the status of the last one; and how many did that might have arrived later.
    undeliverable_at = models.DateTimeField(_("undeliverable since"), null=True, blank=True, editable=False)
    undeliverable_status = models.CharField(
        _("why undeliverable"), max_length=11, blank=True, default="", db_default="", editable=False
    )
    temporary_bounces = models.PositiveSmallIntegerField(
        _("mails delayed or given up"), default=0, db_default=0, editable=False
    )
    # When they sent the questions for confirmed people, whatever they answered.
    questions_answered_at = models.DateTimeField(_("questions answered"), null=True, blank=True, editable=False)
    # Names, address, affiliation and reference without accents and case; written by the services with the fields.
    search_text = models.TextField(editable=False)

    class Meta:
        verbose_name = _("attendee")
        verbose_name_plural = _("attendees")
        constraints = [
            models.UniqueConstraint(fields=["edition", "email_normalised"], name="attendee_once_an_edition"),
            models.CheckConstraint(
                condition=Q(undeliverable_at__isnull=True, undeliverable_status="")
                | (Q(undeliverable_at__isnull=False) & ~Q(undeliverable_status="")),
                name="attendee_undeliverable_status",
            ),
        ]

    def __str__(self) -> str:
        return f"attendee of {self.registration_id}"

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()

    def fill_search_text(self, reference: str | None) -> None:
        parts = [self.given_name, self.family_name, self.given_name, self.email, self.affiliation, reference or ""]
        self.search_text = fold(" ".join(parts))


class ClaimQuerySet(models.QuerySet["Claim"]):
    def held(self) -> Self:
        return self.filter(is_held=True)

    def waiting(self) -> Self:
        return self.filter(is_held=False)

    def eligible(self) -> Self:
        """Waiting, and able to take a seat now; in the order in which they get one."""
        return self.filter(is_held=False, is_eligible=True).order_by("position")


class Claim(models.Model):
    """A registration's hold on one pool: held, or waiting with its position.

    A claim on a session is eligible once the registration holds its seat in the edition.
    """

    registration = models.ForeignKey(
        Registration, models.CASCADE, related_name="claims", verbose_name=_("registration")
    )
    pool = models.ForeignKey(SeatPool, models.PROTECT, related_name="claims", verbose_name=_("seats"))
    is_held = models.BooleanField(_("holds a seat"))
    position = models.PositiveIntegerField(_("position"), null=True, blank=True)
    is_eligible = models.BooleanField(default=True)
    # Those who wait in one group stand side by side and get their seats together, or none does.
    group = models.ForeignKey(
        "registrations.Group", models.PROTECT, related_name="claims", null=True, blank=True, verbose_name=_("group")
    )

    objects = ClaimQuerySet.as_manager()

    class Meta:
        verbose_name = _("claim on a seat")
        verbose_name_plural = _("claims on seats")
        constraints = [
            models.UniqueConstraint(fields=["registration", "pool"], name="claim_once_a_pool"),
            models.UniqueConstraint(
                fields=["pool", "position"], condition=Q(position__isnull=False), name="claim_position_once"
            ),
            models.CheckConstraint(
                condition=Q(is_held=True, position__isnull=True) | Q(is_held=False, position__isnull=False),
                name="claim_held_or_waiting",
            ),
        ]
        indexes = [
            # Read by promotions and ranks.
            models.Index(fields=["pool", "position"], condition=Q(is_held=False, is_eligible=True), name="claim_queue"),
        ]

    def __str__(self) -> str:
        return f"claim of {self.registration_id} on pool {self.pool_id}"


class Submission(models.Model):
    """A form that was sent, and the first answer it got: the same form sent again gets that answer."""

    nonce = models.CharField(primary_key=True, max_length=43)
    edition = models.ForeignKey(Edition, models.CASCADE, related_name="submissions")
    answer = models.CharField(max_length=9)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("form sent")
        verbose_name_plural = _("forms sent")

    def __str__(self) -> str:
        return f"form {self.nonce[:6]}"
