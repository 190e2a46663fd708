"""The rows of the programme page: sessions, and under each the people in it."""

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet, inlineformset_factory
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programme.models import Appearance, Edition, Session
from programme.services.people import KnownPeople, SeveralPeople
from programme.services.running_order import in_running_order
from programme.services.slugs import free_slug
from registrations.admin.moments import LocalMomentField, MomentsForm
from symposium.lib.text import fold

MOST_SESSIONS = 100
MOST_PEOPLE = 60
BLANK_PEOPLE = 2
LAST_POSITION = 30_000  # well below what the column holds
# The browser's own controls: no script, and the keyboard of a telephone that fits.
NATIVE: dict[str, Any] = {
    "date_attrs": {"type": "date"},
    "time_attrs": {"type": "time"},
    "date_format": "%Y-%m-%d",
    "time_format": "%H:%M:%S",
}


class EndWidget(forms.SplitDateTimeWidget):
    """Leaves the day empty where it is that of the beginning."""

    begins_on: date | None = None

    def decompress(self, value: Any) -> tuple[date | None, time | None]:
        day, clock = super().decompress(value)
        return (None if day == self.begins_on else day, clock)


class EndField(LocalMomentField):
    """A moment, or a time alone, on the day that the form knows."""

    def compress(self, data_list: Any) -> Any:
        is_time_alone = bool(data_list) and data_list[0] in self.empty_values and data_list[1] is not None
        return data_list[1] if is_time_alone else super().compress(data_list)


class StoredRow(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """Asks the database nothing about a row that is as it is stored: most of a long page is."""

    def _post_clean(self) -> None:
        if self.instance.pk is None or self.has_changed():
            super()._post_clean()  # type: ignore[misc]  # Django's, not in the stubs


class SessionRow(StoredRow, MomentsForm):
    starts_at = LocalMomentField(
        label=gettext_lazy("Begins"), required=False, widget=forms.SplitDateTimeWidget(**NATIVE)
    )
    ends_at = EndField(
        label=gettext_lazy("Ends"),
        required=False,
        widget=EndWidget(**NATIVE),
    )
    position = forms.IntegerField(
        label=gettext_lazy("Order"), required=False, min_value=0, max_value=LAST_POSITION, widget=forms.NumberInput()
    )

    class Meta:
        model = Session
        fields = ("title_fr", "title_en", "kind", "starts_at", "ends_at", "room_fr", "room_en", "position")
        labels = {
            "title_fr": gettext_lazy("Title in French"),
            "title_en": gettext_lazy("Title in English"),
            "room_fr": gettext_lazy("Room in French"),
            "room_en": gettext_lazy("Room in English"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title_fr"].required = False  # one of the two languages is enough
        starts_at = self.instance.starts_at
        self.fields["ends_at"].widget.begins_on = starts_at and timezone.localdate(starts_at)
        if self.instance.pk is None:
            self.initial["position"] = None

    @property
    def what(self) -> object:
        """Return what two rows must not share; breaks without a time may be called alike."""
        session = self.instance
        is_some_break = session.kind == Session.Kind.PAUSE and session.starts_at is None
        return self if is_some_break else (session.title_fr, session.title_en, session.kind, session.starts_at)

    def clean_position(self) -> int:
        position: int | None = self.cleaned_data["position"]
        return self.instance.position if position is None else position

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not (data.get("title_fr") or data.get("title_en")):
            self.add_error("title_fr", _("Give the session a title, in one language at least."))
        if data.get("ends_at") and self._has_no_last_day():
            self._end_on_the_first_day(data)
        return data

    def _has_no_last_day(self) -> bool:
        day, _clock = self["ends_at"].data
        return not day

    def _end_on_the_first_day(self, data: dict[str, Any]) -> None:
        """Read a time alone as one of the day of the beginning, which may be another day than before."""
        ends_at, starts_at = data.pop("ends_at"), data.get("starts_at")
        if starts_at is None:
            if "starts_at" not in self.errors:
                self.add_error("ends_at", _("Say when the session begins, too."))
            return
        day = timezone.localdate(starts_at)
        if isinstance(ends_at, datetime) and timezone.localdate(ends_at) == day:
            data["ends_at"] = ends_at  # as it is stored
            return
        clock = timezone.localtime(ends_at).time() if isinstance(ends_at, datetime) else ends_at
        self._end_at(data, day, clock)

    def _end_at(self, data: dict[str, Any], day: date, clock: time) -> None:
        field: LocalMomentField = self.fields["ends_at"]  # type: ignore[assignment]
        try:
            data["ends_at"] = field.compress((day, clock))
        except ValidationError as error:
            self.add_error("ends_at", error)
            return
        if "ends_at" not in self.changed_data:
            self.changed_data.append("ends_at")


class PersonRow(StoredRow):
    """Somebody in a session. A new row names a person of the list, or one who is new."""

    who = forms.CharField(label=gettext_lazy("Somebody who is known"), required=False, max_length=260)
    given_name = forms.CharField(label=gettext_lazy("New person: given name"), required=False, max_length=100)
    family_name = forms.CharField(label=gettext_lazy("New person: family name"), required=False, max_length=100)

    class Meta:
        model = Appearance
        fields = ("role", "position")
        labels = {"position": gettext_lazy("Order")}

    def __init__(self, *args: Any, known: KnownPeople, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = known
        self.fields["position"].required = False
        if self.instance.pk is not None:
            for name in ("who", "given_name", "family_name"):
                del self.fields[name]
            return
        del self.fields["position"]  # at the end
        self.initial["role"] = Appearance.Role.SPEAKER
        self.fields["who"].widget.attrs |= {"list": "known-people", "autocomplete": "off"}

    def clean_position(self) -> int:
        position: int | None = self.cleaned_data["position"]
        return self.instance.position if position is None else position

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if "who" in self.fields and self.has_changed():
            self._look_for(data)
        return data

    def _look_for(self, data: dict[str, Any]) -> None:
        who, family_name = data.get("who"), data.get("family_name")
        if bool(who) == bool(family_name):
            self.add_error("who", _("Choose somebody from the list, or type the family name of a new person."))
            return
        try:
            found = self.known.find(who or f"{data.get('given_name', '')} {family_name}")
        except SeveralPeople:
            self.add_error("who", _("Several people have this name: choose one of them from the list."))
            return
        if found is not None:
            self.instance.person = found
        elif who:
            self.add_error("who", _("Nobody of this name is known. Type it as that of a new person."))

    @property
    def identity(self) -> tuple[object, str]:
        """Return what two rows must not share: the person, by name while they are new, and the role."""
        new = fold(f"{self.cleaned_data.get('given_name', '')} {self.cleaned_data.get('family_name', '')}")
        return self.instance.person_id or new, self.cleaned_data["role"]


class PersonRows(BaseInlineFormSet):  # type: ignore[type-arg]  # not subscriptable at run time
    """The people of one session, who were read with those of all the others."""

    def __init__(self, *args: Any, appearances: list[Appearance], **kwargs: Any) -> None:
        self.appearances = appearances
        super().__init__(*args, **kwargs)

    def get_queryset(self) -> Any:
        return self.appearances

    def clean(self) -> None:
        super().clean()
        before = {(form.instance.person_id, form.initial["role"]) for form in self.initial_forms}
        seen: set[tuple[object, str]] = set()
        for form in self._kept_forms():
            # A role that another row still has in the database cannot be given before that row is saved.
            is_taken_over = form.instance.pk and "role" in form.changed_data and form.identity in before
            if is_taken_over or form.identity in seen:
                raise ValidationError(_("The same person has the same role twice."))
            seen.add(form.identity)

    @property
    def has_new(self) -> bool:
        return self.is_bound and any(form.has_changed() for form in self.extra_forms)

    def _kept_forms(self) -> list[Any]:
        kept = [form for form in self.forms if form.is_valid() and form not in self.deleted_forms]
        return [form for form in kept if form.instance.pk or form.has_changed()]

    def save_new(self, form: Any, commit: bool = True) -> Appearance:  # noqa: FBT001, FBT002  as Django has it
        appearance = form.instance
        if appearance.person_id is None:
            names = {name: form.cleaned_data[name] for name in ("given_name", "family_name")}
            appearance.person = form.known.add(**names)
        appearance.edition_id = self.instance.edition_id
        appearance.position = max((other.position for other in self.appearances), default=0) + 1
        self.appearances.append(appearance)
        saved: Appearance = super().save_new(form, commit)
        return saved


class SessionRows(BaseInlineFormSet):  # type: ignore[type-arg]  # not subscriptable at run time
    """The sessions of an edition in their running order; each row carries the rows of its people."""

    def __init__(self, *args: Any, known: KnownPeople, **kwargs: Any) -> None:
        self.known = known
        super().__init__(*args, **kwargs)
        edition: Edition = self.instance
        self.sessions = in_running_order(list(edition.sessions.all()))
        self.people: dict[int | None, list[Appearance]] = {}
        for appearance in sorted(edition.appearances.all(), key=lambda one: (one.position, one.pk)):
            self.people.setdefault(appearance.session_id, []).append(appearance)

    def get_queryset(self) -> Any:
        return self.sessions

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.people = PEOPLE_ROWS(
            self.data if self.is_bound else None,
            instance=form.instance,
            prefix=f"{form.prefix}-people",
            appearances=self.people.get(form.instance.pk, []),
            form_kwargs={"known": self.known},
        )

    @property
    def rows_of_people(self) -> list[Any]:
        """Return the rows of people under each session that stays or is new."""
        forms: list[Any] = self.forms
        return [form.people for form in forms if self._is_kept(form)]

    def _is_kept(self, form: Any) -> bool:
        is_deleted = self.can_delete and self._should_delete_form(form)  # type: ignore[attr-defined]  # Django's own
        return not is_deleted and (form.instance.pk is not None or form.has_changed())

    def clean(self) -> None:
        """Find a session that is typed twice, be it by sending the page twice."""
        super().clean()
        seen = set()
        forms: list[Any] = self.forms
        for form in forms:
            if not form.is_valid() or not self._is_kept(form):
                continue
            if form.what in seen and form.instance.pk is None:
                raise ValidationError(
                    _("%(title)s stands in the programme already."), params={"title": form.instance.title}
                )
            seen.add(form.what)

    def is_valid(self) -> bool:
        """A new session with people alone is half of one, and says that its title is missing."""
        new: list[Any] = self.extra_forms if self.is_bound else []
        for form in new:
            if form.people.has_changed():
                form.empty_permitted = False
        return super().is_valid() and all(people.is_valid() for people in self.rows_of_people)

    def save_new(self, form: Any, commit: bool = True) -> Session:  # noqa: FBT001, FBT002  as Django has it
        session: Session = form.instance
        taken = {other.slug for other in self.sessions}
        title = form.cleaned_data["title_fr"] or form.cleaned_data["title_en"]
        session.slug = free_slug(title, otherwise="session", taken=taken)
        if form.cleaned_data["position"] == 0:
            session.position = max((other.position for other in self.sessions), default=0) + 1
        self.sessions.append(session)
        saved: Session = super().save_new(form, commit)
        return saved


PEOPLE_ROWS = inlineformset_factory(
    Session, Appearance, form=PersonRow, formset=PersonRows, fk_name="session", extra=BLANK_PEOPLE,
    max_num=MOST_PEOPLE, absolute_max=MOST_PEOPLE, can_delete_extra=False,
)  # fmt: skip


def session_rows(*, extra: int, can_delete: bool) -> Any:
    """Return the class of the rows, with as many empty ones below."""
    return inlineformset_factory(
        Edition, Session, form=SessionRow, formset=SessionRows, extra=extra, max_num=MOST_SESSIONS,
        absolute_max=MOST_SESSIONS, can_delete=can_delete, can_delete_extra=False,
    )  # fmt: skip
