"""What we change in django-allauth."""

import logging
from smtplib import SMTPException
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from symposium.accounts import mails
from symposium.lib.addresses import is_writable

logger = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """There is no username to fill."""

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        if getattr(request.user, "is_staff", False):
            return reverse("admin:index")
        return reverse("registrations:account")

    def is_safe_url(self, url: str | None) -> bool:
        try:
            return bool(super().is_safe_url(url))
        except ValueError:  # no address at all, as « http://[ »
            return False

    def clean_email(self, email: str) -> str:
        cleaned: str = super().clean_email(email)
        if not is_writable(cleaned):
            raise ValidationError(_("Write the whole address, for example name@example.org."))
        return cleaned

    def render_mail(
        self, template_prefix: str, email: str, context: dict[str, Any], headers: dict[str, str] | None = None
    ) -> EmailMessage:
        return mails.make(template_prefix, email=email, context=context, headers=headers)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a mail of the accounts at once, outside the outbox: it holds a code that is good for minutes.

        A mail server that is away is told on the page, to everybody alike, and breaks nothing.
        """
        try:
            super().send_mail(template_prefix, email, context)
        except (OSError, SMTPException, UnicodeError):  # the last: an address that cannot be written
            logger.exception("A mail of the accounts could not be sent.")
            messages.error(self.request, _("Our mail server does not answer. Please try again in a few minutes."))
