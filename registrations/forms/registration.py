"""What a form may say. Whether it can be done is the business of the services."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from programme.models import AttendanceMode, ConsentKind, Question, Session
from programme.services.terms import CONSENTS, Terms, load_terms
from registrations.forms.fields import AddressField, CountryField
from registrations.forms.questions import QuestionsForm
from registrations.forms.summary import SummaryForm
from registrations.forms.texts import validate_readable
from registrations.models import AccessNeed, Needs, Profile, Registration
from registrations.services.answers import CHOSEN_ALONE, Answers, NeedsAnswer
from registrations.services.attendees import Identity
from registrations.services.change import Wish
from registrations.services.offer import Offer
from registrations.services.register import Application
from symposium.lib import countries, nonces
from symposium.lib.addresses import probably_meant
from symposium.lib.text import normalise_email

PROFILE_NAMES = {
    Profile.RESEARCHER: pgettext_lazy("profile", "Research"),
    Profile.CLINICIAN: pgettext_lazy("profile", "Care"),
    Profile.STUDENT: pgettext_lazy("profile", "Studies"),
    Profile.INDUSTRY: pgettext_lazy("profile", "Industry"),
    Profile.INSTITUTION: pgettext_lazy("profile", "Institution"),
    Profile.PRESS: pgettext_lazy("profile", "Press"),
    Profile.OTHER: pgettext_lazy("profile", "Other"),
}
MISSING_OF_ANOTHER = {
    "email": _("Write the e-mail address of this person."),
    "family_name": _("Write the family name of this person."),
    "profile": _("Choose what describes this person best."),
}


def speak_of_another(form: forms.Form) -> None:
    """Where somebody else fills in who a person is, do not call it theirs."""
    for name in MISSING_OF_ANOTHER.keys() & form.fields.keys():
        form.fields[name].error_messages["required"] = MISSING_OF_ANOTHER[name]


class LostMailForm(forms.Form):
    email = AddressField(label=_("E-mail address"))


class NewAddressForm(LostMailForm):
    """``present`` is the address of the registration, which its owner sees on the page."""

    def __init__(self, *args: Any, present: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.present = present

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        if normalise_email(email) == normalise_email(self.present):
            raise ValidationError(_("Your registration has this address already."))
        return email


class PersonForm(forms.Form):
    """Who somebody is."""

    given_name = forms.CharField(
        label=_("Given name"),
        max_length=100,
        required=False,
        validators=[validate_readable],
        error_messages={"max_length": _("Write a shorter given name: 100 characters at most.")},
    )
    family_name = forms.CharField(
        label=_("Family name"),
        max_length=100,
        validators=[validate_readable],
        error_messages={
            "required": _("Write your family name."),
            "max_length": _("Write a shorter name: 100 characters at most."),
        },
    )
    affiliation = forms.CharField(
        label=_("Affiliation"),
        max_length=200,
        required=False,
        validators=[validate_readable],
        error_messages={"max_length": _("Write a shorter affiliation: 200 characters at most.")},
    )
    profile = forms.ChoiceField(
        label=_("Profile"),
        choices=PROFILE_NAMES.items(),
        error_messages={
            "required": _("Choose what describes you best."),
            "invalid_choice": _("Choose a profile of the list."),
        },
    )


class ModeForm(SummaryForm):
    """How somebody attends, and from which country."""

    country = CountryField(label=_("Country"), required=False)
    attendance_mode = forms.ChoiceField(
        label=_("Attendance"),
        error_messages={"required": _("Choose one of the answers."), "invalid_choice": _("Choose one of the answers.")},
    )

    def __init__(self, *args: Any, offer: Offer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer = offer
        self.fields["attendance_mode"].choices = [(pool.mode, pool.mode) for pool in offer.modes]  # type: ignore[attr-defined]

    @property
    def country_options(self) -> str:
        return countries.options(str(get_language()), str(self["country"].value() or "")[:2])

    @property
    def first_controls(self) -> dict[str, str]:
        first = self.offer.modes[0].mode if self.offer.modes else AttendanceMode.ONSITE
        return {**super().first_controls, "attendance_mode": f"mode-{first}"}


class PlaceForm(PersonForm, ModeForm, QuestionsForm):
    """Who somebody is and what they want to attend; used to register and to change."""

    sessions = forms.MultipleChoiceField(
        label=_("Sessions"), required=False, error_messages={"invalid_choice": _("Choose sessions of the list.")}
    )
    field_order = ["code", "email", "given_name", "family_name", "affiliation", "country", "profile"]

    def __init__(self, *args: Any, offer: Offer, **kwargs: Any) -> None:
        super().__init__(*args, offer=offer, **kwargs)
        self.fields["sessions"].choices = [(session.slug, session.slug) for session in offer.sessions]  # type: ignore[attr-defined]

    @property
    def chosen_sessions(self) -> tuple[Session, ...]:
        return tuple(session for session in self.offer.sessions if session.slug in self.cleaned_data["sessions"])

    @property
    def is_on_site(self) -> bool:
        return any(pool.mode == AttendanceMode.ONSITE for pool in self.offer.modes)

    @property
    def first_controls(self) -> dict[str, str]:
        return {
            **super().first_controls,
            "sessions": "sessions-1",
            "access_needs": f"access-{AccessNeed.CAPTIONS}",
        }


class OptionalAnswers(forms.Form):
    """What an edition may ask beside. Nobody has to answer; what this edition does not ask is no field of the form."""

    diet = forms.CharField(
        label=_("Diet"),
        max_length=200,
        required=False,
        validators=[validate_readable],
        error_messages={"max_length": _("Write it shorter: 200 characters at most.")},
    )
    access_needs = forms.MultipleChoiceField(
        label=_("Access"),
        choices=AccessNeed.choices,
        required=False,
        error_messages={"invalid_choice": _("Choose what is on the list.")},
    )
    needs_note = forms.CharField(
        label=_("Anything else you need"),
        max_length=300,
        required=False,
        validators=[validate_readable],
        error_messages={"max_length": _("Write it shorter: 300 characters at most.")},
    )
    needs_consent = forms.BooleanField(label=_("Your agreement"), required=False)
    consent_newsletter = forms.BooleanField(label=CONSENTS[ConsentKind.NEWSLETTER], required=False)
    consent_photos = forms.BooleanField(label=CONSENTS[ConsentKind.PHOTOS], required=False)
    consent_attendee_list = forms.BooleanField(label=CONSENTS[ConsentKind.ATTENDEE_LIST], required=False)

    NEEDS = ("diet", "access_needs", "needs_note", "needs_consent")
    needs_wording = CONSENTS[ConsentKind.NEEDS]

    def ask_only(self, kinds: Iterable[ConsentKind]) -> None:
        asked = set(kinds)
        unasked = [f"consent_{kind.value}" for kind in CHOSEN_ALONE if kind not in asked]
        for name in (*unasked, *(() if ConsentKind.NEEDS in asked else self.NEEDS)):
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("attendance_mode") == AttendanceMode.ONLINE and "diet" in data:
            data["diet"] = ""  # nobody is served a meal at home
        if self.needs_answer and not data.get("needs_consent"):
            self.add_error(
                "needs_consent", _("Tick the box, or leave your needs out: without it we may not keep them.")
            )
        return data

    @property
    def needs_answer(self) -> NeedsAnswer | None:
        diet, access, note = (self.cleaned_data.get(name) for name in ("diet", "access_needs", "needs_note"))
        if not (diet or access or note):
            return None
        return NeedsAnswer(diet or "", tuple(access or ()), note or "")

    @property
    def asks_needs(self) -> bool:
        return "needs_consent" in self.fields

    @property
    def has_needs(self) -> bool:
        """Whether there is something to see: answers, or what is wrong with them."""
        return any(self[name].value() or name in self.errors for name in self.NEEDS)

    @property
    def consent_fields(self) -> list[forms.BoundField]:
        names = (f"consent_{kind.value}" for kind in CHOSEN_ALONE)
        return [self[name] for name in names if name in self.fields]

    @property
    def has_consents(self) -> bool:
        return any(field.value() for field in self.consent_fields)


class MeantAddressForm(LostMailForm):
    """An address that looks mistyped is asked about once."""

    # The address we have asked about: sent again unchanged, it is meant.
    email_asked = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)

    suggestion: str | None = None
    is_for_another = False

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        meant = probably_meant(email)
        if meant and email != self.data.get(self.add_prefix("email_asked")):
            self.suggestion = meant
            raise ValidationError(
                _("Did you mean %(address)s? If your address is right as it is, send the form again."),
                params={"address": meant},
            )
        return email

    @property
    def address_asked_about(self) -> str:
        """The address of which the form shown asks whether it is meant, or has asked in the other language."""
        return (self["email"].value() if self.suggestion else self.initial.get("email_asked")) or ""


class SentForm(forms.Form):
    """What the form of a newcomer carries beside their answers."""

    nonce = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
    code = forms.CharField(
        label=_("Invitation code"),
        max_length=60,
        error_messages={
            "required": _("Write the code of your invitation."),
            "max_length": _("This code is too long."),
        },
    )
    # A trap: nobody sees it, no browser fills it, and a script that fills whatever it finds falls into it.
    website = forms.CharField(required=False, label=_("Leave this field empty"))
    # The privacy notice that the form showed.
    notice = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    code_used_up = _("This code has been used as often as it may. Write to whoever gave it to you.")

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            # Said, where a pretended « thank you » would leave a person with an odd browser without a place. The form
            # shown again has the field empty.
            self.ask_again()
        return ""

    def ask_again(self) -> None:
        self.add_error(None, _("Please read your answers once more, then send the form again."))

    @property
    def nonce_value(self) -> str:
        """The nonce that the form shown carries: the one of ours it was sent with, or a new one."""
        sent = self.data.get("nonce") or self.initial.get("nonce") or ""
        return sent if nonces.is_ours(sent) else nonces.new()


class RegistrationForm(MeantAddressForm, PlaceForm, OptionalAnswers, SentForm):
    def __init__(
        self,
        *args: Any,
        offer: Offer,
        terms: Terms | None = None,
        questions: Sequence[Question] = (),
        **kwargs: Any,
    ) -> None:
        """Without ``terms`` somebody else fills it in, who can consent to nothing."""
        super().__init__(*args, offer=offer, **kwargs)
        self.ask(questions)
        self.terms = terms
        self.ask_only(offer.edition.asked_consents if terms else ())
        if not (terms and offer.edition.requires_code):
            del self.fields["code"]

    def application(self) -> Application:
        data = self.cleaned_data
        return Application(
            identity=Identity(data["email"], data["given_name"], data["family_name"], data["affiliation"]),
            mode=data["attendance_mode"],
            profile=data["profile"],
            country=data["country"],
            language=str(get_language()),
            sessions=self.chosen_sessions,
            answers=self._answers(self.terms) if self.terms else None,
            code=data.get("code"),
        )

    def _answers(self, terms: Terms) -> Answers:
        data = self.cleaned_data
        given = frozenset(kind for kind in CHOSEN_ALONE if data.get(f"consent_{kind.value}"))
        shown = data["notice"]
        return Answers(terms, needs=self.needs_answer, consents=given, shown_notice=shown, replies=self.replies)


class ChangeForm(PlaceForm, OptionalAnswers):
    """Consents but that to needs are given and taken back on the person's page."""

    is_for_themselves = True

    def __init__(self, *args: Any, offer: Offer, questions: Sequence[Question] = (), **kwargs: Any) -> None:
        super().__init__(*args, offer=offer, **kwargs)
        self.ask(questions)
        shows_needs = self.is_for_themselves and offer.edition.asks_needs
        self.ask_only([ConsentKind.NEEDS] if shows_needs else [])

    @classmethod
    def initial_of(cls, registration: Registration) -> dict[str, Any]:
        attendee = registration.attendee
        return {
            "given_name": attendee.given_name,
            "family_name": attendee.family_name,
            "affiliation": attendee.affiliation,
            "country": registration.country,
            "profile": registration.profile,
            "attendance_mode": registration.mode,
            "sessions": [claim.pool.session.slug for claim in registration.claims.all() if claim.pool.session],
            **cls._needs_of(registration),
        }

    @classmethod
    def _needs_of(cls, registration: Registration) -> dict[str, Any]:
        if not (cls.is_for_themselves and registration.edition.asks_needs):
            return {}
        needs = Needs.objects.filter(registration=registration).first()
        if needs is None:
            return {}
        return {"diet": needs.diet, "access_needs": needs.access, "needs_note": needs.note, "needs_consent": True}

    def wish(self, registration: Registration) -> Wish:
        data = self.cleaned_data
        identity = Identity(registration.attendee.email, data["given_name"], data["family_name"], data["affiliation"])
        return Wish(
            identity=identity,
            mode=data["attendance_mode"],
            profile=data["profile"],
            country=data["country"],
            sessions=self.chosen_sessions,
            answers=Answers(load_terms(registration.edition), self.needs_answer) if self.asks_needs else None,
            replies=self.replies,
        )
