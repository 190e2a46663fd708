"""The mail that says that an export is ready: a link that needs signing in, and no file."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from programme.services.dates import moment_in
from registrations.mails.addresses import Notice
from registrations.models import ExportJob
from registrations.services.export_jobs import READY, may_export
from symposium.lib.mail import Mail, render_html
from symposium.outbox import kinds
from symposium.outbox.models import OutgoingMail


def render(mails: Sequence[OutgoingMail]) -> Mapping[UUID, EmailMessage]:
    """Return the mails; one about a file that is gone, or to somebody who may not take it any more, is left out."""
    messages: dict[UUID, EmailMessage] = {}
    for mail in mails:
        jobs = ExportJob.objects.filter(pk=mail.about.removeprefix("exportjob:"))
        for job in jobs.select_related("edition", "asked_by"):
            until = job.kept_until
            if until and job.has_file(timezone.now()) and may_export(job.asked_by, job.edition):
                with override(job.asked_by.language):
                    messages[mail.pk] = _message(job, until)
    return messages


def _message(job: ExportJob, until: datetime) -> Mail:
    edition, user = job.edition, job.asked_by
    link = reverse("admin:registrations_export_job", args=[job.pk])
    notice = Notice(
        to=user.email,
        subject=_("Edition %(edition)s: your export is ready") % {"edition": edition.slug},
        paragraphs=[
            _("The attendance list that you have made again and again is ready. It is kept until %(moment)s.")
            % {"moment": moment_in(edition, until)},
            _("To take it you sign in: the link is of use to nobody else, and each download is recorded."),
        ],
        button=(_("See the export"), f"{settings.PUBLIC_ORIGIN}{link}"),
        reason=_("You get this mail because you asked for this export. Stop it on the page of exports of the edition."),
    )
    accents = {"accent_light": edition.accent_light, "accent_dark": edition.accent_dark}
    context = {"notice": notice, "edition": edition, **accents}
    message = Mail(
        subject=notice.subject,
        body=render_to_string("mails/notice.txt", context),
        to=[notice.to],
        headers={"Content-Language": user.language},
    )
    message.attach_alternative(render_html("mails/notice.html", context), "text/html")
    return message


def register_kinds() -> None:
    kinds.register(READY, kinds.Kind(render=render))
