"""One occurrence of the symposium."""

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Self
from zoneinfo import ZoneInfo

from django.contrib.postgres.expressions import ArraySubquery
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, JSONObject
from django.utils.translation import gettext_lazy as _

from programme.models.notices import ConsentKind, KeptText, LegalNotice
from programme.models.questions import Question
from programme.models.validators import (
    validate_accent_dark,
    validate_accent_light,
    validate_edition_slug,
    validate_https,
    validate_time_zone,
)

if TYPE_CHECKING:
    from symposium.accounts.models import User

SMALLEST_GROUP, LARGEST_GROUP = 2, 10
# More than are ever in force at once; whatever is not among them is looked up when it is needed.
TEXTS_IN_USE = 50


class EditionQuerySet(models.QuerySet["Edition"]):
    def public(self) -> Self:
        """Everything a visitor may see."""
        return self.exclude(status=Edition.Status.DRAFT).filter(is_rehearsal=False)

    def upcoming(self, at: datetime) -> Self:
        return self.public().exclude(status=Edition.Status.ARCHIVED).filter(ends_at__gt=at).order_by("starts_at", "id")

    def past(self, at: datetime) -> Self:
        return (
            self.public().filter(Q(ends_at__lte=at) | Q(status=Edition.Status.ARCHIVED)).order_by("-starts_at", "-id")
        )

    def with_terms(self) -> Self:
        """With what its form says beside the offer, in the same query: see ``programme.services.terms``."""
        columns = {name: name for name in ("controller_fr", "controller_en", "dpo_email")}
        newest = KeptText.objects.order_by("-kept_at", "digest").values("digest")[:TEXTS_IN_USE]
        questions = Question.objects.filter(edition=OuterRef("pk"), is_switched_on=True)
        return self.annotate(
            legal_notice=Subquery(LegalNotice.objects.annotate(row=JSONObject(**columns)).values("row")[:1]),
            kept_texts=ArraySubquery(newest),
            question_rows=ArraySubquery(questions.in_order().as_rows()),
        )

    def taking_groups(self) -> Self:
        """Those whose form for groups there is, open or not."""
        return self.filter(largest_group__isnull=False, requires_approval=False)

    def giving_on_seats(self, at: datetime) -> Self:
        """Those in which a freed seat goes to the waiting list at this moment."""
        until = Coalesce("seats_given_until", "starts_at")
        return self.filter(status=Edition.Status.PUBLISHED).alias(until=until).filter(until__gt=at)

    def for_role(self, user: "User", *roles: str) -> Self:
        """Those in which ``user`` has one of the roles; a superuser has them all."""
        if not user.is_active:
            return self.none()
        if user.is_superuser:
            return self
        return self.filter(staff_roles__user=user, staff_roles__role__in=roles).distinct()


class Edition(models.Model):
    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        POSTPONED = "postponed", _("postponed")
        CANCELLED = "cancelled", _("cancelled")
        ARCHIVED = "archived", _("archived")

    class DatePrecision(models.TextChoices):
        MONTH = "month", _("only the month")
        DAY = "day", _("the day")
        TIME = "time", _("the day and the time")

    class ComingQuestion(models.TextChoices):
        """Who loses their seat when people are asked whether they are still coming."""

        NOBODY = "none", _("do not ask")
        NOES = "noes", _("ask; who says no frees their seat")
        SILENT = "silent", _("ask; who says no, or does not answer, frees their seat")

    slug = models.SlugField(
        _("short name in addresses"),
        unique=True,
        validators=[validate_edition_slug],
        help_text=_("For example 2027: the page is then at /fr/2027/. Changing it breaks links already sent."),
    )
    ordinal = models.PositiveSmallIntegerField(_("number of the edition"), help_text=_("1 for the first edition."))
    title = models.CharField(_("title"), max_length=200)
    lead = models.TextField(_("introduction"), blank=True, help_text=_("Two or three sentences under the title."))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT)
    is_sample = models.BooleanField(
        _("sample"), default=False, help_text=_("Its registrants are invented; its counts are marked as a sample.")
    )

    time_zone = models.CharField(_("time zone"), max_length=40, default="Europe/Paris", validators=[validate_time_zone])
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    date_precision = models.CharField(
        _("what is known of the date"), max_length=5, choices=DatePrecision, default=DatePrecision.TIME
    )
    venue = models.CharField(_("venue"), max_length=200, blank=True)
    address = models.CharField(_("address"), max_length=300, blank=True)
    city = models.CharField(_("city"), max_length=100, blank=True)
    access_information = models.TextField(
        _("practical information"), blank=True, help_text=_("How to come, where to enter, wheelchair access.")
    )
    joining_instructions = models.TextField(
        _("joining instructions"), blank=True, help_text=_("Shown to people confirmed online, with the link.")
    )
    joining_url = models.URLField(_("link for people online"), blank=True)

    registration_opens_at = models.DateTimeField(_("registration opens"), null=True, blank=True)
    registration_closes_at = models.DateTimeField(_("registration closes"), null=True, blank=True)
    seats_given_until = models.DateTimeField(
        _("freed seats are given on until"),
        null=True,
        blank=True,
        help_text=_("After this moment a cancelled seat stays empty. Empty: until the edition begins."),
    )
    confirms_email = models.BooleanField(
        _("ask people to confirm their address"),
        default=False,
        help_text=_("A seat is then held for an hour, and kept once the person has followed the link."),
    )
    requires_approval = models.BooleanField(
        _("approve each registration"), default=False, help_text=_("Nobody holds a seat before an organizer said yes.")
    )
    requires_code = models.BooleanField(
        _("ask for an invitation code"),
        default=False,
        db_default=False,
        help_text=_("Nobody registers without one of the codes below. Staff and the door are not asked."),
    )
    largest_group = models.PositiveSmallIntegerField(
        _("people in a group, at most"),
        null=True,
        blank=True,
        validators=[MinValueValidator(SMALLEST_GROUP), MaxValueValidator(LARGEST_GROUP)],
        help_text=_(
            "From 2 to 10: one person may then register so many together, who all get seats or all wait. Empty: everybody "
            "registers alone. Not offered while each registration is approved."
        ),
    )
    # What the form asks beside who comes and how: nothing, unless somebody has said so.
    asks_needs = models.BooleanField(
        _("ask for diet and access needs"),
        default=False,
        db_default=False,
        help_text=_(
            "Read by the role “diet and access needs” alone, everybody else sees numbers. Deleted a week after the event."
        ),
    )
    asks_newsletter = models.BooleanField(_("ask who wants the newsletter"), default=False, db_default=False)
    asks_photos = models.BooleanField(_("ask who agrees to photographs"), default=False, db_default=False)
    asks_attendee_list = models.BooleanField(
        _("ask who agrees to a list of attendees"), default=False, db_default=False
    )
    offers_visa_letters = models.BooleanField(
        _("write letters of invitation for a visa"),
        default=False,
        db_default=False,
        help_text=_("People with a place on site ask for one on their page; you issue or decline each."),
    )
    signatory_name = models.CharField(
        _("who signs"), max_length=150, blank=True, default="", db_default="", help_text=_("Given name and name.")
    )
    signatory_function = models.CharField(
        _("function of who signs"), max_length=200, blank=True, default="", db_default=""
    )
    organizer_address = models.TextField(
        _("address of the organizer"),
        blank=True,
        default="",
        db_default="",
        help_text=_("As on a letter, line by line, with the country."),
    )
    reminder_days = models.PositiveSmallIntegerField(_("reminder, days before"), default=2)
    coming_question = models.CharField(
        _("ask people on site"), max_length=6, choices=ComingQuestion, default=ComingQuestion.NOBODY, db_default="none"
    )
    coming_question_days = models.PositiveSmallIntegerField(
        _("asked, days before"),
        default=3,
        db_default=3,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
        help_text=_("At the hour at which the edition begins. Whoever gets their seat later is not asked."),
    )
    silence_ends_at = models.DateTimeField(
        _("seats without an answer are freed on"),
        null=True,
        blank=True,
        help_text=_(
            "Only if you choose so above, and never sooner than a day after the mail has left. Empty: at noon on the day before."
        ),
    )
    survey_url = models.URLField(
        _("address of the survey"),
        blank=True,
        default="",
        db_default="",
        validators=[validate_https],
        help_text=_(
            "Begins with https://. Sent once after the edition to who was present, and to who was confirmed online. Empty: "
            "nobody is asked."
        ),
    )
    survey_days = models.PositiveSmallIntegerField(
        _("survey, days after the end"), default=1, db_default=1, validators=[MaxValueValidator(60)]
    )
    contact_email = models.EmailField(_("contact address"), blank=True)
    accent_light = models.CharField(
        _("accent colour, light"), max_length=7, default="#12604a", validators=[validate_accent_light]
    )
    accent_dark = models.CharField(
        _("accent colour, dark"), max_length=7, default="#82cdb1", validators=[validate_accent_dark]
    )
    # The beginning that people were last told before the one that holds, or that no longer holds while it is postponed.
    previous_starts_at = models.DateTimeField(_("began before"), null=True, blank=True, editable=False)
    moved_online_at = models.DateTimeField(_("moved online"), null=True, blank=True, editable=False)
    calendar_sequence = models.PositiveIntegerField(_("changes of time or place"), default=0, editable=False)
    # Written by registrations.services.webhooks: whoever registers reads this row anyway, and asks no further without.
    has_webhooks = models.BooleanField(default=False, db_default=False, editable=False)
    # Made and removed by registrations.services.rehearsals. Its people are invented, so it is a sample as well.
    is_rehearsal = models.BooleanField(_("rehearsal"), default=False, db_default=False, editable=False)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = EditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["draft", "published", "postponed", "cancelled", "archived"]),
                name="edition_status",
            ),
            models.CheckConstraint(
                condition=Q(date_precision__in=["month", "day", "time"]), name="edition_date_precision"
            ),
            models.CheckConstraint(
                condition=Q(coming_question__in=["none", "noes", "silent"]), name="edition_coming_question"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="edition_ends_after_start",
                violation_error_message=_("An edition ends after it begins."),
            ),
            models.CheckConstraint(
                condition=Q(registration_closes_at__isnull=True)
                | Q(registration_opens_at__isnull=True)
                | Q(registration_closes_at__gt=F("registration_opens_at")),
                name="edition_registration_window",
                violation_error_message=_("Registration closes after it opens."),
            ),
            models.CheckConstraint(
                condition=Q(is_rehearsal=False) | Q(is_sample=True), name="edition_rehearsal_is_sample"
            ),
            models.CheckConstraint(
                condition=Q(largest_group__isnull=True) | Q(largest_group__range=(SMALLEST_GROUP, LARGEST_GROUP)),
                name="edition_largest_group",
            ),
        ]

    def __str__(self) -> str:
        return self.slug

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def local_start(self) -> datetime:
        return self.starts_at.astimezone(self.zone)

    @property
    def local_end(self) -> datetime:
        return self.ends_at.astimezone(self.zone)

    @property
    def previous_start(self) -> datetime | None:
        return self.previous_starts_at and self.previous_starts_at.astimezone(self.zone)

    @property
    def is_rescheduled(self) -> bool:
        """Whether it takes place on another date than was once announced."""
        return self.previous_starts_at is not None and self.status in {self.Status.PUBLISHED, self.Status.ARCHIVED}

    @property
    def is_public(self) -> bool:
        """Whether a visitor may see it: what ``EditionQuerySet.public`` asks of many."""
        return self.status != self.Status.DRAFT and not self.is_rehearsal

    @property
    def is_moved_online(self) -> bool:
        return self.moved_online_at is not None

    @property
    def takes_groups(self) -> bool:
        return self.largest_group is not None and not self.requires_approval

    @property
    def asked_consents(self) -> tuple[ConsentKind, ...]:
        return tuple(kind for kind in ConsentKind if getattr(self, f"asks_{kind.value}"))

    @property
    def day(self) -> date:
        return self.local_start.date()

    @property
    def seats_are_given_until(self) -> datetime:
        return self.seats_given_until or self.starts_at

    def gives_on_seats(self, at: datetime) -> bool:
        """Whether a freed seat goes to the waiting list at this moment."""
        return self.status == self.Status.PUBLISHED and at < self.seats_are_given_until

    @property
    def coming_asked_at(self) -> datetime:
        return self.starts_at - timedelta(days=self.coming_question_days)

    @property
    def silences_end_at(self) -> datetime:
        """When the seats of those who did not answer are freed, where the edition frees them."""
        noon_before = datetime.combine(self.day - timedelta(days=1), time(12), self.zone)
        return self.silence_ends_at or noon_before

    def asks_who_is_coming(self, at: datetime) -> bool:
        """Whether people on site may say at this moment that they come, or not."""
        is_asking = self.status == self.Status.PUBLISHED and self.coming_question != self.ComingQuestion.NOBODY
        return is_asking and self.coming_asked_at <= at < self.starts_at

    def is_over(self, at: datetime) -> bool:
        return at >= self.ends_at

    def has_begun(self, at: datetime) -> bool:
        return at >= self.starts_at

    def takes_changes(self, at: datetime) -> bool:
        """Whether people still change by themselves what they registered; later they ask the organizers."""
        closes_at = min(self.registration_closes_at or self.starts_at, self.starts_at)
        return at < closes_at

    def registration_state(self, at: datetime) -> str:
        """Return ``open``, ``soon``, ``closed``, ``postponed`` or ``cancelled``."""
        if self.status in {self.Status.POSTPONED, self.Status.CANCELLED}:
            return self.status
        closes_at = min(self.registration_closes_at or self.ends_at, self.ends_at)  # whatever was typed: over is over
        if self.status != self.Status.PUBLISHED or at >= closes_at:
            return "closed"
        if self.registration_opens_at is None:
            return "closed"
        return "open" if at >= self.registration_opens_at else "soon"

    def is_registration_open(self, at: datetime) -> bool:
        return self.registration_state(at) == "open"
