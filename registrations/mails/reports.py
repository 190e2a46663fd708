"""The report as a mail to an organizer, in their language. It holds numbers and nobody's data."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from programme.models import Edition
from registrations.services.report_schedule import Kind, edition_before, organizers_of, recipient_of
from registrations.services.reports import make_report
from registrations.services.reports.published import PublishedReport, published
from symposium.accounts.models import User
from symposium.lib.mail import Mail, render_html
from symposium.outbox import kinds
from symposium.outbox.models import OutgoingMail


def render(mails: Sequence[OutgoingMail]) -> Mapping[UUID, EmailMessage]:
    """Return the reports; one to somebody who is no organizer any more is left out.

    The numbers are those of delivery; all of a language share one count.
    """
    reports: dict[tuple[int, str], PublishedReport] = {}
    messages: dict[UUID, EmailMessage] = {}
    for mail in mails:
        edition_id, user_id = recipient_of(mail)
        edition = Edition.objects.filter(pk=edition_id).first()
        if edition is None or user_id not in set(organizers_of(edition)):
            continue
        user = User.objects.get(pk=user_id)
        with override(user.language):
            known = (edition_id, user.language)
            reports[known] = reports.get(known) or _report(edition, mail)
            messages[mail.pk] = _message(mail, user, edition, reports[known])
    return messages


def _report(edition: Edition, mail: OutgoingMail) -> PublishedReport:
    return published(make_report(edition=edition, against=edition_before(edition), at=mail.claimed_at or mail.due_at))


def _message(mail: OutgoingMail, user: User, edition: Edition, report: PublishedReport) -> EmailMessage:
    is_final = mail.kind == Kind.FINAL
    title = (
        _("Edition %(edition)s: the report after the event")
        if is_final
        else _("Edition %(edition)s: the weekly report")
    )
    subject = title % {"edition": edition.slug}
    accent_light, accent_dark = report.edition.accents
    context = {
        "report": report,
        "subject": subject,
        "is_final": is_final,
        "accent_light": accent_light,
        "accent_dark": accent_dark,
        "measure": "640px",
    }
    message = Mail(
        subject=subject,
        body=render_to_string("mails/report.txt", context),
        to=[user.email],
        reply_to=[edition.contact_email] if edition.contact_email else None,
        headers={"Content-Language": user.language},
    )
    message.attach_alternative(render_html("mails/report.html", context), "text/html")
    return message


def register_kinds() -> None:
    for kind in Kind:
        kinds.register(kind, kinds.Kind(render=render))
