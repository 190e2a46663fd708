"""The administration as a whole: its name, its table of contents, its languages."""

from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, pgettext_lazy
from django.views.i18n import set_language

# By what people do, where Django would group by app. A model that is not named here has pages, but no entry.
CONTENTS = (
    (_("Editions"), ("programme.Edition", "programme.Question")),
    (
        _("Registrations"),
        (
            "registrations.Registration",
            "registrations.ChangeRequest",
            "registrations.CheckIn",
            "registrations.Arrangement",
            "registrations.VisaLetter",
            "registrations.Export",
        ),
    ),
    (_("Programme"), ("programme.Person", "programme.Organisation", "programme.Figure")),
    (pgettext_lazy("letters", "Mail"), ("registrations.Message", "outbox.OutgoingMail")),
    (_("Other software"), ("registrations.ApiToken", "registrations.Webhook", "registrations.WebhookDelivery")),
    (_("Accounts"), ("accounts.User", "programme.StaffRole")),
    (_("Data protection"), ("trail.TrailEntry", "programme.LegalNotice")),
    (_("Accessibility"), ("programme.AccessibilityAudit", "programme.AccessibilityPlan")),
)

# Of Django's own pages; our catalogue says them anew, since its French is word for word (« Ajouter un objet Session »).
SAID_ANEW = (
    gettext_noop("Add another %(verbose_name)s"),
    gettext_noop("Go"),
    gettext_noop("Changed {fields}."),
    gettext_noop("This object doesn’t have a change history. It probably wasn’t added via this admin site."),  # noqa: RUF001
    gettext_noop("Cannot delete %(name)s"),
    gettext_noop(
        "Deleting the %(object_name)s '%(escaped_object)s' would require deleting the following protected related objects:"
    ),
    gettext_noop(
        'Are you sure you want to delete the %(object_name)s "%(escaped_object)s"? All of the following related items '
        "will be deleted:"
    ),
)


def _not_here(request: HttpRequest, **_ids: str) -> HttpResponse:
    """Stand in for Django's way to the page of any record by its number, which no record of ours has."""
    raise Http404


class SymposiumSite(AdminSite):
    site_title = "Symposium"
    site_header = "Symposium"
    index_title = _("Administration")
    empty_value_display = "—"

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Lead in whoever is signed in already: ``symposium.urls`` has sent everybody else to the login of everybody.

        Never Django's own form: with one account open, it takes the password of another, without its second factor
        and however often it is wrong.
        """
        return HttpResponseRedirect(reverse("admin:index"))

    def password_change(  # type: ignore[override]  # as with login, a way and no page
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Lead to the page of everybody, which counts wrong passwords and tells the owner of a new one."""
        return HttpResponseRedirect(reverse("account_change_password"))

    def get_urls(self) -> list[URLResolver | URLPattern]:
        # Only a POST changes the language; it comes back to the page it was sent from.
        return [
            path("language/", set_language, name="language"),
            path("r/<path:content_type_id>/<path:object_id>/", self.admin_view(_not_here), name="view_on_site"),
            *super().get_urls(),
        ]

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        return {**super().each_context(request), "languages": settings.LANGUAGES}

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        if app_label is not None:
            return list(super().get_app_list(request, app_label))
        apps = self._build_app_dict(request)
        models = {f"{app}.{entry['object_name']}": entry for app in apps for entry in apps[app]["models"]}
        return [
            {
                "name": name,
                "app_label": labels[0].partition(".")[0],
                "app_url": found[0]["admin_url"],
                "models": found,
            }
            for name, labels in CONTENTS
            if (found := [models[label] for label in labels if label in models])
        ]
