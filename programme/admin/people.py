"""People of the programme. They are shared by the editions, and public."""

from typing import ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TabbedTranslationAdmin

from programme.admin.shared import SharedByEditions, edition_slugs
from programme.models import Person


@admin.register(Person)
class PersonAdmin(SharedByEditions[Person], TabbedTranslationAdmin[Person]):
    appears_by: ClassVar[str] = "appearances"
    named_by = "name"
    list_display = ("name", "affiliation", "editions")
    list_display_links = ("name",)
    search_fields = ("given_name", "family_name", "affiliation_fr", "affiliation_en", "orcid")
    search_help_text = _("Name, affiliation or ORCID iD.")
    ordering = ("family_name", "given_name", "id")
    prepopulated_fields = {"slug": ("given_name", "family_name")}
    fieldsets = (
        (None, {"fields": ("given_name", "family_name", "slug")}),
        (_("What the programme says"), {"fields": ("affiliation", "biography")}),
        (_("Identifiers"), {"fields": ("orcid", "website")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Person]:
        return super().get_queryset(request).prefetch_related("appearances__edition")

    @admin.display(description=_("name"), ordering="family_name")
    def name(self, person: Person) -> str:
        return person.name

    @admin.display(description=_("editions"))
    def editions(self, person: Person) -> str:
        return edition_slugs(person.appearances.all())
