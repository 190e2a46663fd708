"""What the form of a group may say."""

from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from programme.models.editions import SMALLEST_GROUP
from programme.services.terms import Terms
from registrations.forms.registration import MeantAddressForm, ModeForm, PersonForm, SentForm, speak_of_another
from registrations.forms.summary import SummaryForm
from registrations.services.answers import Answers
from registrations.services.attendees import Identity
from registrations.services.offer import Offer
from registrations.services.register import Application
from symposium.lib.text import normalise_email

OF_THEMSELVES = {
    "given_name": "given-name",
    "family_name": "family-name",
    "email": "email",
    "affiliation": "organization",
}


class MemberForm(MeantAddressForm, PersonForm, SummaryForm):
    """One person of the group. The first is whoever fills it in; of the others, one without a name and all is nobody."""

    field_order = ["given_name", "family_name", "email", "affiliation", "profile"]

    def __init__(self, data: Any, *, number: int) -> None:
        super().__init__(data, prefix=f"person{number}", empty_permitted=number > 1, use_required_attribute=False)
        self.number = number
        if number > 1:
            speak_of_another(self)

    def has_changed(self) -> bool:
        return bool({"given_name", "family_name", "email", "affiliation"} & set(self.changed_data))

    @property
    def is_somebody(self) -> bool:
        return self.number == 1 or self.has_changed()

    @property
    def is_always_open(self) -> bool:
        return self.number <= SMALLEST_GROUP

    @property
    def is_filled_in(self) -> bool:
        return any(self[name].value() for name in self.fields)

    @property
    def autocomplete(self) -> dict[str, str]:
        return OF_THEMSELVES if self.number == 1 else dict.fromkeys(OF_THEMSELVES, "off")

    @property
    def title(self) -> str:
        return _("You") if self.number == 1 else _("Person %(number)s") % {"number": self.number}

    @property
    def summary(self) -> list[tuple[str, str]]:
        return [(target, f"{self.title}, {words}") for target, words in super().summary]


class GroupForm(ModeForm, SentForm):
    """Several people, who attend alike. Sessions, needs and consents are for each to say on their own page."""

    field_order = ["code", "attendance_mode", "country"]
    code_used_up = gettext_lazy(
        "This code does not allow so many registrations any more. Write to whoever gave it to you."
    )

    def __init__(self, data: Any = None, *, offer: Offer, terms: Terms, **kwargs: Any) -> None:
        super().__init__(data, offer=offer, **kwargs)
        self.terms = terms
        largest = offer.edition.largest_group or SMALLEST_GROUP
        self.members = [MemberForm(data, number=number) for number in range(1, largest + 1)]
        if not offer.edition.requires_code:
            del self.fields["code"]

    def clean(self) -> dict[str, Any]:
        for member in self.members:
            member.full_clean()
        if len(self.people) < SMALLEST_GROUP:
            self.members[1].add_error("family_name", _("A group has two people at least: write who comes with you."))
        seen: set[str] = set()
        for member in self.people:
            email = normalise_email(member.cleaned_data.get("email", ""))
            if email and email in seen:
                member.add_error("email", _("This address is there twice: each person needs one of their own."))
            seen.add(email)
        return super().clean() or self.cleaned_data

    def is_valid(self) -> bool:
        return super().is_valid() and all(member.is_valid() for member in self.members)

    @property
    def people(self) -> list[MemberForm]:
        return [member for member in self.members if member.is_somebody]

    @property
    def summary(self) -> list[tuple[str, str]]:
        return super().summary + [line for member in self.members for line in member.summary]

    @property
    def is_refused(self) -> bool:
        return bool(self.errors or self.summary)

    def applications(self) -> list[Application]:
        """Return everybody, first who fills it in."""
        data = self.cleaned_data
        answers = Answers(self.terms, shown_notice=data["notice"])
        return [
            Application(
                identity=Identity(one["email"], one["given_name"], one["family_name"], one["affiliation"]),
                mode=data["attendance_mode"],
                profile=one["profile"],
                country=data["country"],
                language=str(get_language()),
                answers=answers,
                code=data.get("code"),
            )
            for one in (member.cleaned_data for member in self.people)
        ]
