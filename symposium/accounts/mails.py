"""What the mails of accounts say: one entry for each that django-allauth sends, by the name of its templates."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from symposium.lib.mail import Mail, render_html
from symposium.lib.text import one_line
from symposium.lib.typography import clock, short_day

Context = Mapping[str, Any]
# Of the site: these mails belong to no edition.
ACCENTS = {"accent_light": "#12604a", "accent_dark": "#82cdb1"}
LONGEST_BROWSER_NAME = 200


@dataclass(frozen=True)
class AccountMail:
    """Plain texts in the language of the page that sends it; the templates escape them."""

    subject: str
    paragraphs: list[str]
    reason: str
    code: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    button: tuple[str, str] | None = None


def make(name: str, *, email: str, context: Context, headers: Mapping[str, str] | None = None) -> Mail:
    """:raises KeyError: allauth sends a mail that we have no words for."""
    mail = WRITERS[name](context)
    content = {"mail": mail, **ACCENTS}
    message = Mail(
        subject=mail.subject,
        body=render_to_string("mails/account.txt", content),
        to=[email],
        headers={**(headers or {}), "Content-Language": get_language() or settings.LANGUAGE_CODE},
    )
    message.attach_alternative(render_html("mails/account.html", content), "text/html")
    return message


def sign_in_code(context: Context) -> AccountMail:
    return _code_mail(_("Your code to sign in"), context)


def address_code(context: Context) -> AccountMail:
    return _code_mail(_("Your code to confirm this address"), context)


def password_code(context: Context) -> AccountMail:
    return _code_mail(_("Your code to choose another password"), context)


def _code_mail(subject: str, context: Context) -> AccountMail:
    return AccountMail(
        subject=subject,
        paragraphs=[_("Type this code on the page that asked for it. It is good for a few minutes.")],
        code=context["code"],
        reason=_("You did not ask for it? Then do nothing, and give the code to nobody."),
    )


def account_exists(context: Context) -> AccountMail:
    """Somebody wanted an account with an address that has one: the page says what it says to everybody."""
    return AccountMail(
        subject=_("You have an account already"),
        paragraphs=[
            _("Somebody, probably you, wanted to create an account with this address. It has one: sign in with it.")
        ],
        button=(_("Sign in"), f"{settings.PUBLIC_ORIGIN}{reverse('account_login')}"),
        reason=_("You did not ask for it? Then do nothing: nothing has changed."),
    )


def account_unknown(context: Context) -> AccountMail:
    return AccountMail(
        subject=_("No account has this address"),
        paragraphs=[
            _("Somebody, probably you, wanted to sign in with this address. No account has it."),
            _("Perhaps you have used another one. To register for a symposium you need no account."),
        ],
        button=(_("Create an account"), f"{settings.PUBLIC_ORIGIN}{reverse('account_signup')}"),
        reason=_("You did not ask for it? Then do nothing: nothing has changed."),
    )


def address_confirmed(context: Context) -> AccountMail:
    return _change(_("Your address is confirmed"), _("It now belongs to your account."), context)


def address_changed(context: Context) -> AccountMail:
    addresses = {"old": context["from_email"], "new": context["to_email"]}
    what = _("The address of your account was %(old)s, and is now %(new)s.") % addresses
    return _change(_("Your address has been changed"), what, context)


def address_removed(context: Context) -> AccountMail:
    what = _("The address %(address)s no longer belongs to your account.") % {"address": context["deleted_email"]}
    return _change(_("An address has been removed"), what, context)


def _change_mail(subject: str | Promise, what: str | Promise) -> Callable[[Context], AccountMail]:
    """Return the writer of a mail about a change that needs no more words; they are translated when it is written."""
    return lambda context: _change(str(subject), str(what), context)


def _change(subject: str, what: str, context: Context) -> AccountMail:
    return AccountMail(
        subject=subject,
        paragraphs=[
            what,
            _("It was not you? Sign in, remove what you do not know, and tell us by answering this mail."),
        ],
        facts=_origin(context),
        reason=_("You get this mail each time something changes in the way you sign in."),
    )


def _origin(context: Context) -> tuple[tuple[str, str], ...]:
    """Return when and from where; what a browser says of itself is anybody's text."""
    moment: datetime = timezone.localtime(context["timestamp"])
    zone = settings.TIME_ZONE.rpartition("/")[2]
    language = get_language() or settings.LANGUAGE_CODE
    when = f"{short_day(moment, language)}, {clock(moment, language)}"
    return (
        (_("Date"), _("%(moment)s (%(zone)s time)") % {"moment": when, "zone": zone}),
        (_("Network"), context["ip"]),
        (_("Browser"), one_line(context["user_agent"])[:LONGEST_BROWSER_NAME]),
    )


WRITERS: dict[str, Callable[[Context], AccountMail]] = {
    "account/email/login_code": sign_in_code,
    "account/email/email_confirmation": address_code,
    "account/email/email_confirmation_signup": address_code,
    "account/email/password_reset_code": password_code,
    "account/email/account_already_exists": account_exists,
    "account/email/unknown_account": account_unknown,
    "account/email/email_confirm": address_confirmed,
    "account/email/email_changed": address_changed,
    "account/email/email_deleted": address_removed,
    "account/email/password_changed": _change_mail(
        gettext_lazy("Your password has been changed"), gettext_lazy("From now on you sign in with the new one.")
    ),
    "account/email/password_reset": _change_mail(
        gettext_lazy("Your password has been changed"), gettext_lazy("It was done with a code sent to this address.")
    ),
    "account/email/password_set": _change_mail(
        gettext_lazy("Your account has a password"),
        gettext_lazy("You can now sign in with it, or with a code as before."),
    ),
    "mfa/email/totp_activated": _change_mail(
        gettext_lazy("An authenticator app has been added"), gettext_lazy("Each sign-in asks for its code.")
    ),
    "mfa/email/totp_deactivated": _change_mail(
        gettext_lazy("Your authenticator app has been removed"), gettext_lazy("Its codes no longer open your account.")
    ),
    "mfa/email/webauthn_added": _change_mail(
        gettext_lazy("A passkey or security key has been added"), gettext_lazy("It opens your account.")
    ),
    "mfa/email/webauthn_removed": _change_mail(
        gettext_lazy("A passkey or security key has been removed"), gettext_lazy("It no longer opens your account.")
    ),
    "mfa/email/recovery_codes_generated": _change_mail(
        gettext_lazy("New recovery codes have been made"), gettext_lazy("Those you had before no longer work.")
    ),
    "socialaccount/email/account_connected": _change_mail(
        gettext_lazy("Another way to sign in has been added"),
        gettext_lazy("An account that you have elsewhere now opens this one."),
    ),
    "socialaccount/email/account_disconnected": _change_mail(
        gettext_lazy("A way to sign in has been removed"),
        gettext_lazy("An account that you have elsewhere no longer opens this one."),
    ),
}
