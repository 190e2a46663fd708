"""What each role is answered at each address: one line for addresses that answer alike.

A new address needs a line, and a line its address: ``tests/test_role_matrix.py`` says which is missing. « login » is the
way to the login, 302 another redirect. What is not named after ``others`` is what the rest of the staff gets.
"""

from dataclasses import dataclass

from tests.roles.world import ROLES

OUTSIDE = ("anonymous", "disabled")


@dataclass(frozen=True)
class Line:
    routes: tuple
    get: dict
    post: dict


def line(routes, get, post):
    return Line(tuple(routes.split()), get, post)


def everybody(answer, **exceptions):
    return dict.fromkeys(ROLES, answer) | exceptions


def account(answer, **exceptions):
    """For whoever is signed in."""
    return everybody(answer) | dict.fromkeys(OUTSIDE, "login") | exceptions


def staff(answer, **exceptions):
    """In the administration, which sends everybody else to the login."""
    return account(answer, attendee="login") | exceptions


def organizers(answer, others="403", **exceptions):
    """Of this edition, and superusers."""
    return staff(others, organizer=answer, superuser=answer) | exceptions


def all_organizers(answer, others="403"):
    """Of whatever edition: they see their own rows, and what belongs to no edition."""
    return organizers(answer, others, elsewhere=answer)


def superusers(answer, others="403"):
    return staff(others, superuser=answer)


def pages(words, *models):
    return " ".join(f"admin:{model}_{page}" for model in models for page in words.split())


def old_addresses(*models):
    return " ".join(f"admin/{model.replace('_', '/')}/<path:object_id>/" for model in models)


OF_EDITIONS = (
    "outbox_outgoingmail",
    "programme_edition",
    "programme_figure",
    "programme_question",
    "registrations_changerequest",
    "registrations_apitoken",
    "registrations_checkin",
    "registrations_export",
    "registrations_message",
    "registrations_visaletter",
    "registrations_webhook",
    "registrations_webhookdelivery",
    "trail_trailentry",
)
SHARED = ("programme_organisation", "programme_person")
ACCOUNTS = ("accounts_user", "programme_staffrole")
ACCESSIBILITY = ("programme_accessibilityaudit", "programme_accessibilityplan")
NEVER_TOUCHED = (
    "outbox_outgoingmail",
    "registrations_checkin",
    "registrations_export",
    "registrations_visaletter",
    "registrations_webhookdelivery",
    "trail_trailentry",
)
MODELS = (
    *OF_EDITIONS,
    *SHARED,
    *ACCOUNTS,
    *ACCESSIBILITY,
    "programme_legalnotice",
    "registrations_arrangement",
    "registrations_registration",
)

LINES = (
    # For everybody
    line(
        "healthz readyz metrics robots sitemap-xml security programme:home programme:accents programme:person programme:privacy"
        " programme:accessibility programme:legal programme:sitemap programme:edition programme:programme programme:embed"
        " programme:session programme:preview feeds:xml feeds:json feeds:calendar feeds:session-calendar registrations:lost_mail_sent",
        everybody("200"),
        everybody("405"),
    ),
    line("programme:kept_text", everybody("404"), everybody("405")),  # of no text
    line("root favicon", everybody("302"), everybody("405")),
    line("feeds:logo registrations:registered", everybody("404"), everybody("405")),  # of no logo; without its state
    line("registrations:register", everybody("200"), everybody("422")),
    line("registrations:group", everybody("404"), everybody("404")),  # of an edition that takes none
    line("registrations:lost_mail", everybody("200"), everybody("303")),
    line("registrations:certificates", everybody("200"), everybody("422")),
    # Whoever holds the link in the mail, or the ticket
    line(
        "tickets:ticket registrations:page registrations:ticket_ics registrations:ticket_pdf registrations:data",
        everybody("200"),
        everybody("405"),
    ),
    line("registrations:change_email registrations:questions", everybody("200"), everybody("303")),
    line("tickets:unsubscribe", everybody("200"), everybody("200")),
    line("registrations:change_email_sent", everybody("200"), everybody("405")),
    line("registrations:new_address", everybody("404"), everybody("404")),  # of no link
    line("registrations:visa_letter", everybody("200"), everybody("422")),
    line("registrations:delete_visa_letter", everybody("405"), everybody("303")),
    line("registrations:visa_letter_pdf", everybody("303"), everybody("405")),
    line("registrations:confirm", everybody("405"), everybody("303")),
    line("registrations:consent", everybody("405"), everybody("303")),
    line("registrations:certificate_pdf", everybody("303"), everybody("405")),  # the edition is to come
    line("registrations:ask_for_change", everybody("303"), everybody("303")),  # registration is open still
    line("registrations:edit", everybody("200"), everybody("422")),
    line("registrations:cancel", everybody("200"), everybody("303")),
    line("registrations:coming", everybody("303"), everybody("303")),  # of an edition that does not ask
    line("registrations:erase", everybody("200"), everybody("200")),
    # For programs
    line(
        "api:root api:description api:list_editions api:read_edition api:list_sessions api:list_figures api:list_people"
        " api:read_person api:list_organisations",
        everybody("200"),
        everybody("405"),
    ),
    line("api:list_registrations api:read_report", everybody("401"), everybody("405")),  # a session is no token
    line("api:list_check_ins api:let_in", everybody("401"), everybody("401")),
    line("api:unknown", everybody("404"), everybody("404")),
    # The demo's, and nowhere else
    line(
        "mailbox:list mailbox:mail mailbox:html mailbox:source mailbox:part demo-sign-in",
        everybody("404"),
        everybody("404"),
    ),
    # The door
    line(
        "tickets:door",
        account("403", organizer="200", door="200", superuser="200"),
        account("403", organizer="200", door="200", superuser="200"),
    ),
    # Accounts, by django-allauth
    line("registrations:account mfa_index mfa_list_webauthn", account("200"), account("405")),
    # Staff show first that it is them, and are refused then
    line("registrations:delete_account", account("200"), account("302")),
    line("registrations:account_deleted", everybody("200"), everybody("405")),
    line("account_inactive account_password_reset_completed", everybody("200"), everybody("405")),
    line("account_reauthenticate account_change_password", account("200"), account("200")),
    line("account_email", account("200"), account("302")),
    line("account_reset_password", everybody("200"), everybody("302")),
    line("account_complete_password_reset", everybody("302"), everybody("302")),
    line("account_confirm_password_reset_code", everybody("login"), everybody("login")),
    line(
        "account_login",
        everybody("302", anonymous="200", disabled="200"),
        everybody("302", anonymous="200", disabled="200"),
    ),
    line("account_signup", everybody("302", anonymous="200", disabled="200"), everybody("302")),
    line("account_logout", everybody("200", anonymous="302", disabled="302"), everybody("302")),
    line("account_request_login_code", everybody("302", anonymous="200", disabled="200"), account("302")),
    line(
        "account_email_verification_sent account_set_password account_confirm_login_code mfa_authenticate"
        " mfa_activate_totp mfa_generate_recovery_codes mfa_add_webauthn mfa_reauthenticate_webauthn"
        " mfa_remove_webauthn mfa_edit_webauthn mfa_login_webauthn",
        account("302"),
        account("302"),
    ),
    line("mfa_reauthenticate", account("200", attendee="302"), account("200", attendee="302")),
    line("mfa_deactivate_totp", account("302", attendee="404"), account("302", attendee="404")),
    line("mfa_view_recovery_codes", account("404"), account("405")),
    line("mfa_download_recovery_codes", account("404"), account("404")),
    # ORCID: not offered here, and nothing waits to be joined
    line("orcid_login orcid_callback", everybody("404"), everybody("404")),
    line("orcid_join", account("302"), account("302")),
    line("socialaccount_connections", account("200"), account("200")),
    line("socialaccount_login_cancelled", everybody("200"), everybody("405")),
    line("socialaccount_login_error", everybody("401"), everybody("405")),
    line("socialaccount_signup", everybody("login"), everybody("login")),
    line(
        "{l}/account/social/login/cancelled/ {l}/account/social/login/error/ {l}/account/social/signup/"
        " {l}/account/social/connections/",
        everybody("301"),
        everybody("301"),
    ),
    # The administration as a whole
    line("admin:index", staff("200"), staff("200")),
    line("admin:password_change", staff("302"), staff("302")),
    line("admin:password_change_done admin:jsi18n", staff("200"), staff("405")),
    line("admin:login", staff("302", attendee="403"), staff("302", attendee="403")),
    line(
        "admin:logout",
        everybody("405", anonymous="302", disabled="302", attendee="302"),
        everybody("200", anonymous="302", disabled="302", attendee="302"),
    ),
    line("admin:language", everybody("302"), everybody("302")),
    line("admin:autocomplete", all_organizers("200"), staff("405")),
    line("admin:view_on_site admin/(?P<url>.*)$", staff("404"), staff("404")),
    line("admin:app_list", all_organizers("200", "404"), all_organizers("200", "404")),
    line(old_addresses(*MODELS), staff("302"), staff("302")),
    # Rows of an edition: lists are narrowed, and what belongs to another edition is not there
    line(pages("changelist", *OF_EDITIONS), all_organizers("200"), all_organizers("200")),
    line("admin:outbox_outgoingmail_letter", staff("404"), staff("405")),  # of a mail that does not stay here
    line(pages("history", *OF_EDITIONS), organizers("200", "302"), organizers("200", "302")),
    line(pages("add delete", *NEVER_TOUCHED), staff("403"), staff("403")),
    line(pages("change", *NEVER_TOUCHED), organizers("200", elsewhere="302"), staff("403")),
    line(
        pages("add", "programme_edition", "programme_figure", "programme_question"),
        all_organizers("200"),
        all_organizers("200"),
    ),
    line(
        pages("change", "programme_edition", "programme_figure", "programme_question"),
        organizers("200", elsewhere="302"),
        organizers("200", elsewhere="302"),
    ),
    line(pages("delete", "programme_figure", "programme_question"), organizers("200"), organizers("302")),
    line(pages("delete", "programme_edition"), staff("403"), staff("403")),  # a draft: tests of its own
    line(pages("move_online ask_questions", "programme_edition"), organizers("200", "404"), organizers("302", "404")),
    line(pages("dashboard report", "programme_edition"), organizers("200", "404", reader="200"), staff("405")),
    line(pages("import_people", "programme_edition"), organizers("200", "404"), organizers("422", "404")),
    line(pages("rehearse", "programme_edition"), organizers("200", "404"), organizers("422", "404")),
    line(pages("remove_rehearsal", "programme_edition"), staff("404"), staff("404")),  # of an edition that is real
    line(pages("prepare_next", "programme_edition"), organizers("200", "404"), organizers("422", "404")),
    line(
        pages("publish programme import_programme", "programme_edition"),
        organizers("200", "404"),
        organizers("422", "404"),
    ),
    # Exports: who only exports has the way to their edition
    line(
        pages("export", "programme_edition"),
        organizers("200", "404", exporter="200"),
        organizers("422", "404", exporter="422"),
    ),
    line(pages("export", "registrations_registration"), all_organizers("200") | {"exporter": "200"}, staff("405")),
    line(pages("job", "registrations_export"), staff("404", exporter="200"), staff("404", exporter="302")),
    # Messages to the people of an edition
    line(pages("add", "registrations_message"), all_organizers("200"), all_organizers("200")),
    line(
        pages("change", "registrations_message"),
        organizers("200", elsewhere="302"),
        organizers("200", elsewhere="302"),
    ),
    line(
        pages("delete", "registrations_message"),
        organizers("200", elsewhere="302"),
        organizers("302", elsewhere="302"),
    ),
    line(pages("send", "registrations_message"), organizers("200", "404"), organizers("422", "404")),
    line(pages("preview", "registrations_message"), organizers("200", "404"), staff("405")),
    # Programs elsewhere that are told
    line(pages("add", "registrations_webhook"), all_organizers("200"), all_organizers("200")),
    line(
        pages("change", "registrations_webhook"),
        organizers("200", elsewhere="302"),
        organizers("200", elsewhere="302"),
    ),
    line(pages("delete", "registrations_webhook"), organizers("200"), organizers("302")),
    line(pages("secret", "registrations_webhook"), organizers("200", "404"), organizers("200", "404")),
    line(pages("test", "registrations_webhook"), staff("405"), organizers("302", "404")),
    # The keys of programs, which are made and revoked
    line(pages("add", "registrations_apitoken"), all_organizers("200"), all_organizers("200")),
    line(pages("change", "registrations_apitoken"), organizers("200", elsewhere="302"), staff("403")),
    line(pages("delete", "registrations_apitoken"), staff("403"), staff("403")),
    # The record of processing, for the data protection officer
    line(pages("record record_json", "trail_trailentry"), superusers("200"), staff("405")),
    # Registrations: an exporter lists and opens nothing
    line(
        pages("changelist", "registrations_registration"),
        all_organizers("200") | {"exporter": "200"},
        all_organizers("200") | {"exporter": "200"},
    ),
    line(pages("add", "registrations_registration"), all_organizers("200"), all_organizers("200")),
    line(
        pages("change", "registrations_registration"),
        organizers("200", "404", exporter="403"),
        organizers("422", "404", exporter="403"),
    ),
    line(
        pages("history", "registrations_registration"),
        organizers("200", "302", exporter="403"),
        organizers("200", "302", exporter="403"),
    ),
    line(pages("delete", "registrations_registration"), staff("403"), staff("403")),
    # What people ask to be changed
    line(pages("change", "registrations_changerequest"), organizers("200", "404"), organizers("422", "404")),
    line(pages("add delete", "registrations_changerequest"), staff("403"), staff("403")),
    # What people need: for those alone who serve it
    line(
        pages("changelist change", "registrations_arrangement"),
        staff("403", needs="200", superuser="200"),
        staff("403", needs="200", superuser="200"),
    ),
    line(
        pages("history", "registrations_arrangement"),
        staff("302", needs="200", superuser="200"),
        staff("302", needs="200", superuser="200"),
    ),
    line(pages("add delete", "registrations_arrangement"), staff("403"), staff("403")),
    # People and organisations, which all editions share
    line(pages("changelist", *SHARED), all_organizers("200"), all_organizers("200")),
    line(pages("add", *SHARED), all_organizers("200"), all_organizers("200")),
    line(pages("change", *SHARED), all_organizers("200"), all_organizers("200")),
    line(pages("delete", *SHARED), all_organizers("200"), all_organizers("302")),
    line(pages("history", *SHARED), all_organizers("200", "302"), all_organizers("200", "302")),
    # Accounts and roles
    line(pages("changelist", *ACCOUNTS), superusers("200"), superusers("200")),
    line(pages("add", *ACCOUNTS), superusers("200"), superusers("200")),
    line(pages("history", *ACCOUNTS), superusers("200"), superusers("200")),
    line(pages("change", "accounts_user"), superusers("200"), superusers("200")),
    line(pages("delete", "accounts_user"), staff("403"), staff("403")),
    line(pages("change", "programme_staffrole"), superusers("200"), staff("403")),
    line(pages("delete", "programme_staffrole"), superusers("200"), superusers("302")),
    # Who answers for personal data: one row, which is there
    line(pages("changelist history", "programme_legalnotice"), superusers("200"), superusers("200")),
    line(pages("change", "programme_legalnotice"), superusers("200"), superusers("302")),
    line(pages("add delete", "programme_legalnotice"), staff("403"), staff("403")),
    # What the statement of accessibility says
    line(pages("changelist add change history", *ACCESSIBILITY), superusers("200"), superusers("200")),
    line(pages("delete", *ACCESSIBILITY), superusers("200"), superusers("302")),
)

# Who brings something about by an action that is sent by hand for rows of this edition; nobody else does.
ORGANIZERS = frozenset({"organizer", "superuser"})
ACTIONS = {
    ("programme_figure", "sign_off_figures"): ORGANIZERS,
    ("programme_organisation", "delete_selected"): ORGANIZERS | {"elsewhere"},  # one that no edition uses
    ("programme_person", "delete_selected"): ORGANIZERS | {"elsewhere"},
    ("programme_staffrole", "delete_selected"): frozenset({"superuser"}),
    ("outbox_outgoingmail", "send_again"): ORGANIZERS,
    ("registrations_webhookdelivery", "send_again"): ORGANIZERS,
    ("registrations_apitoken", "revoke_tokens"): ORGANIZERS,
    ("registrations_registration", "approve_registrations"): ORGANIZERS,
    ("registrations_registration", "confirm_registrations"): ORGANIZERS,
    ("registrations_registration", "cancel_registrations"): ORGANIZERS,
    ("registrations_registration", "refuse_registrations"): ORGANIZERS,
    ("registrations_registration", "restore_registrations"): ORGANIZERS,
    ("registrations_registration", "split_group"): ORGANIZERS,
    ("registrations_registration", "send_link_again"): ORGANIZERS,
    ("registrations_registration", "clear_bounces"): ORGANIZERS,
    ("registrations_registration", "merge_registrations"): frozenset(),  # of exactly two: tests of its own
    ("registrations_registration", "move_to_reserved_seats"): ORGANIZERS,
    ("registrations_registration", "move_from_reserved_seats"): ORGANIZERS,
    ("registrations_registration", "export_attendance"): ORGANIZERS | {"exporter"},
    ("registrations_registration", "export_consents"): ORGANIZERS | {"exporter"},
    ("registrations_visaletter", "issue_letters"): ORGANIZERS,
    ("registrations_visaletter", "decline_letters"): ORGANIZERS,
    ("registrations_arrangement", "mark_done"): frozenset({"needs", "superuser"}),
    ("registrations_arrangement", "assign_to_me"): frozenset({"needs", "superuser"}),
    ("registrations_arrangement", "export_needs"): frozenset({"needs", "superuser"}),
    ("trail_trailentry", "export_trail"): frozenset({"superuser"}),
} | {
    (model, "delete_selected"): frozenset()
    for model in (
        *NEVER_TOUCHED,
        *ACCESSIBILITY,
        "accounts_user",
        "programme_edition",
        "programme_figure",
        "programme_legalnotice",
        "programme_question",
        "registrations_changerequest",
        "registrations_apitoken",
        "registrations_message",
        "registrations_arrangement",
        "registrations_registration",
        "registrations_webhook",
    )
}
