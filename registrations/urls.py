"""Registering and what follows."""

from django.urls import path

import programme.urls  # noqa: F401  it teaches addresses what an edition is called
from registrations.api import interface
from registrations.views import (
    account,
    address,
    certificates,
    change_requests,
    consents,
    door,
    group,
    page,
    questions,
    register,
    unsubscribing,
    visa_letters,
)

# Below the language, before the editions' own pages: namespace ``registrations``.
public_urlpatterns = [
    path("account/", account.account, name="account"),
    path("account/delete/", account.delete_account, name="delete_account"),
    path("account/deleted/", account.account_deleted, name="account_deleted"),
    path("ticket/", register.lost_mail, name="lost_mail"),
    path("ticket/sent/", register.lost_mail_sent, name="lost_mail_sent"),
    path("certificates/", certificates.check, name="certificates"),
    path("registrations/new-address/<str:proof>/", address.new_address, name="new_address"),
    path("registrations/<str:token>/", page.page, name="page"),
    path("registrations/<str:token>/email/", address.change_email, name="change_email"),
    path("registrations/<str:token>/email/sent/", address.change_email_sent, name="change_email_sent"),
    path("registrations/<str:token>/confirm/", page.confirm, name="confirm"),
    path("registrations/<str:token>/coming/", page.coming, name="coming"),
    path("registrations/<str:token>/edit/", page.edit, name="edit"),
    path("registrations/<str:token>/questions/", questions.answer_questions, name="questions"),
    path("registrations/<str:token>/ask/", change_requests.ask_for_change, name="ask_for_change"),
    path("registrations/<str:token>/consents/<str:kind>/", consents.decide, name="consent"),
    path("registrations/<str:token>/cancel/", page.cancel, name="cancel"),
    path("registrations/<str:token>/ticket.pdf", page.ticket_pdf, name="ticket_pdf"),
    path("registrations/<str:token>/ticket.ics", page.ticket_ics, name="ticket_ics"),
    path("registrations/<str:token>/certificate.pdf", page.certificate_pdf, name="certificate_pdf"),
    path("registrations/<str:token>/invitation/", visa_letters.visa_letter, name="visa_letter"),
    path("registrations/<str:token>/invitation/delete/", visa_letters.delete, name="delete_visa_letter"),
    path("registrations/<str:token>/invitation.pdf", visa_letters.letter_pdf, name="visa_letter_pdf"),
    path("registrations/<str:token>/data.json", page.data, name="data"),
    path("registrations/<str:token>/erase/", page.erase, name="erase"),
    path("<edition:edition>/register/", register.register_page, name="register"),
    path("<edition:edition>/register/group/", group.group_page, name="group"),
    path("<edition:edition>/registered/", register.registered, name="registered"),
]
# Of no language: what a QR code opens, short, and the door that reads it. Namespace ``tickets``.
ticket_urlpatterns = [
    path("t/<str:token>/", page.ticket, name="ticket"),
    path("u/<str:token>/", unsubscribing.unsubscribe, name="unsubscribe"),
    path("checkin/<edition:edition>/", door.door, name="door"),
]
# For programs, below ``/api/v1/``. Namespace ``api``.
api_urlpatterns = interface.urlpatterns()
