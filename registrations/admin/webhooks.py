"""Programs elsewhere that an edition tells: made here by its organizers, with a log of what each was told."""

from functools import partial
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from programme.admin.permissions import ByRole, ReadOnly, Role, editions_of
from programme.services.dates import moment_in
from registrations.admin.filters import EditionFilter
from registrations.models import Webhook, WebhookDelivery
from registrations.services import webhook_delivery, webhooks
from symposium.administration.pages import show_page
from symposium.lib import outgoing


class WebhookForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    events = forms.MultipleChoiceField(
        label=gettext_lazy("Is told when"), choices=Webhook.Event.choices, widget=forms.CheckboxSelectMultiple
    )

    def clean_url(self) -> str:
        """Say at once what each delivery would find out anew."""
        url: str = self.cleaned_data["url"]
        try:
            outgoing.find(url)
        except outgoing.NotPublic as error:
            raise forms.ValidationError(_("This host is in a private network: nothing is sent there.")) from error
        except outgoing.UnknownHost as error:
            raise forms.ValidationError(_("Nobody knows this host: look at how it is written.")) from error
        except outgoing.BadAddress as error:
            raise forms.ValidationError(_("Write an address that begins with https://, without a password.")) from error
        return url


@admin.register(Webhook)
class WebhookAdmin(ByRole[Webhook]):
    form = WebhookForm
    named_by = "host"
    list_display = ("receiver", "edition", "told_when", "is_active", "given_up")
    list_filter = (EditionFilter, "is_active")
    list_select_related = ("edition",)
    ordering = ("-created_at", "id")
    fields = ("edition", "url", "events", "is_active")
    change_form_template = "admin/registrations/webhook/change_form.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Webhook]:
        # Counted by an index of their own, and not among all that was ever told.
        failed = WebhookDelivery.objects.failed().filter(webhook=OuterRef("pk")).order_by().values("webhook")
        given_up = Coalesce(Subquery(failed.values(count=Count("pk"))), 0)
        return super().get_queryset(request).annotate(given_up=given_up)

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<uuid:object_id>/secret/", wrap(partial(secret_page, self)), name="registrations_webhook_secret"),
            path(
                "<uuid:object_id>/test/",
                wrap(require_POST(partial(send_test, self))),
                name="registrations_webhook_test",
            ),
            *super().get_urls(),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Webhook | None = None) -> tuple[str, ...]:
        return ("edition",) if obj else ()

    def formfield_for_foreignkey(self, db_field, request, **kwargs):  # type: ignore[no-untyped-def]  # as Django has it
        # The edition: it is the only foreign key of the form.
        editions = editions_of(request, Role.ORGANIZER).order_by("-starts_at", "id")
        return super().formfield_for_foreignkey(db_field, request, **{**kwargs, "queryset": editions})

    def has_delete_permission(self, request: HttpRequest, obj: Webhook | None = None) -> bool:
        # None asks for the bulk deletion, which would not tell the edition.
        return obj is not None and super().has_delete_permission(request, obj)

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[Any], dict[str, int], set[str], list[str]]:
        """Count what goes along where Django would list it, and ask who may delete it: nobody deletes from the log alone."""
        told = WebhookDelivery.objects.filter(webhook__in=objs).count()
        return [one.host for one in objs], {str(WebhookDelivery._meta.verbose_name_plural): told}, set(), []  # noqa: SLF001

    def save_model(self, request: HttpRequest, obj: Webhook, form: Any, change: bool) -> None:  # noqa: FBT001  as Django has it
        webhooks.save(webhook=obj)

    def delete_model(self, request: HttpRequest, obj: Webhook) -> None:
        webhooks.delete(webhook=obj)

    def response_add(self, request: HttpRequest, obj: Webhook, post_url_continue: str | None = None) -> HttpResponse:
        """Go on to the secret: without it the receiver cannot know who writes."""
        super().response_add(request, obj, post_url_continue)  # for its message
        return HttpResponseRedirect(reverse("admin:registrations_webhook_secret", args=[obj.pk]))

    @admin.display(description=gettext_lazy("webhook"))
    def receiver(self, webhook: Webhook) -> str:
        return webhook.host

    @admin.display(description=gettext_lazy("is told when"))
    def told_when(self, webhook: Webhook) -> str:
        return ", ".join(str(Webhook.Event(event).label) for event in webhook.events)

    @admin.display(description=gettext_lazy("given up"), ordering="given_up")
    def given_up(self, webhook: Webhook) -> int:
        return webhook.given_up  # type: ignore[attr-defined,no-any-return]  # counted for the list


def secret_page(model_admin: WebhookAdmin, request: HttpRequest, object_id: str) -> HttpResponse:
    """Ask before a new secret is made, and show it in the answer to that alone."""
    webhook = get_object_or_404(model_admin.get_queryset(request), pk=object_id)
    secret = None
    if request.method == "POST":
        secret = webhooks.new_secret(webhook=webhook)
        model_admin.log_fields(request, webhook, "secret_issue")
    context = {
        "title": _("Secret of the webhook"),
        "webhook": webhook,
        "secret": secret,
    }
    return show_page(model_admin, request, "admin/registrations/webhook/secret.html", context)


def send_test(model_admin: WebhookAdmin, request: HttpRequest, object_id: str) -> HttpResponse:
    webhook = get_object_or_404(model_admin.get_queryset(request), pk=object_id)
    delivery = webhooks.send_test(webhook=webhook, at=timezone.now())
    words = _("The test leaves within some seconds. Load this page again to see what became of it.")
    model_admin.message_user(request, words, messages.SUCCESS)
    return HttpResponseRedirect(reverse("admin:registrations_webhookdelivery_change", args=[delivery.pk]))


class EditionOfDeliveryFilter(EditionFilter):
    edition_path = "webhook__edition"
    roles = (Role.ORGANIZER,)


class WebhookFilter(admin.SimpleListFilter):
    title = gettext_lazy("webhook")
    parameter_name = "webhook"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, str]]:
        found = Webhook.objects.filter(edition__in=editions_of(request, Role.ORGANIZER)).select_related("edition")
        return [(str(one.pk), f"{one.host} ({one.edition})") for one in found.order_by("-created_at", "pk")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[WebhookDelivery]) -> QuerySet[WebhookDelivery]:
        chosen = self.value()
        return queryset.filter(webhook=UUID(chosen)) if chosen and chosen in dict(self.lookup_choices) else queryset


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(ReadOnly[WebhookDelivery]):
    edition_path = "webhook__edition"
    named_by = "receiver"
    list_display = ("moment", "event", "receiver", "registration", "state", "attempts", "answer")
    list_filter = ("state", "event", EditionOfDeliveryFilter, WebhookFilter)
    list_select_related = ("webhook__edition", "registration")
    ordering = ("-happened_at", "id")
    actions = ("send_again",)
    fields = (
        "moment", "event", "receiver", "registration", "status", "mode", "state", "attempts", "answer", "due_at",
        "given_up_at", "sent_at",
    )  # fmt: skip

    def edition_id_of(self, thing: WebhookDelivery) -> int:
        return thing.webhook.edition_id

    @admin.display(description=gettext_lazy("when"), ordering="happened_at")
    def moment(self, delivery: WebhookDelivery) -> str:
        return moment_in(delivery.webhook.edition, delivery.happened_at)

    @admin.display(description=gettext_lazy("webhook"))
    def receiver(self, delivery: WebhookDelivery) -> str:
        return delivery.webhook.host

    @admin.display(description=gettext_lazy("last answer"))
    def answer(self, delivery: WebhookDelivery) -> str:
        if delivery.last_status is not None:
            return str(delivery.last_status)
        return str(delivery.get_last_problem_display()) or "—"

    @admin.action(description=gettext_lazy("Send again what was given up"), permissions=["view"])
    def send_again(self, request: HttpRequest, queryset: Any) -> None:
        count = webhook_delivery.send_again(queryset, at=timezone.now())
        if not count:
            self.message_user(request, _("None of the selected deliveries was given up."), messages.WARNING)
            return
        words = ngettext("%(count)s delivery will be sent again.", "%(count)s deliveries will be sent again.", count)
        self.message_user(request, words % {"count": count}, messages.SUCCESS)
