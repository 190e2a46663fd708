"""Every page and state, one line each: its name, its address, what to do there, and who looks at it.

An address is a format string: ``l`` is the language, ``w`` the world of every_state, ``r`` its registrations.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from io import StringIO

from django.core import mail
from django.core.cache import cache
from django.core.management import call_command
from django.core.signing import dumps
from django.test import Client

from registrations.services.tickets import ticket_url
from registrations.views.register import ANSWER_SALT

LOGINS_IN_A_MINUTE = 100
CODE = re.compile(r"^\s*([A-Z0-9-]{6,})\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Stop:
    name: str
    path: str
    act: Callable | None = None
    who: str = ""  # an account of the world; nobody in particular else
    sign: str = "h1"  # what is there only in this state
    in_both: bool = False  # seen in light and dark in each language


def send(form="main form[method=post]", button="button[type=submit]", **values):
    """Fill in fields by their id and send."""

    def act(page, _world):
        for field, value in values.items():
            page.locator(f"#{field}").fill(value)
        page.locator(form).first.locator(button).first.click()
        page.wait_for_load_state()

    return act


PUBLIC = [
    Stop("home", "/{l}/", sign=".hero .btn", in_both=True),
    Stop("edition, open", "/{l}/{w.coming.slug}/", sign=".hero .btn", in_both=True),
    Stop("edition, full", "/{l}/full-one/", sign=".hero .btn"),
    Stop("edition, soon", "/{l}/soon-one/", sign=".notice"),
    Stop("edition, closed", "/{l}/closed-one/", sign=".notice"),
    Stop("edition, postponed", "/{l}/postponed-one/", sign=".hero .notice"),
    Stop("edition, cancelled", "/{l}/cancelled-one/", sign=".hero .notice"),
    Stop("edition, archived", "/{l}/2022/"),
    Stop("edition, of which only the month is known", "/{l}/2021/"),
    Stop("programme", "/{l}/{w.coming.slug}/programme/", in_both=True),
    Stop("programme, cancelled", "/{l}/cancelled-one/programme/"),
    Stop("programme, in a frame", "/{l}/{w.coming.slug}/programme/embed/"),
    Stop("session with one speaker", "/{l}/{w.coming.slug}/sessions/alone/"),
    Stop("session with nine speakers", "/{l}/{w.coming.slug}/sessions/nine/", in_both=True),
    Stop("person", "/{l}/people/{w.person.slug}/"),
    Stop("form", "/{l}/{w.coming.slug}/register/", in_both=True),
    Stop("form, refused", "/{l}/{w.coming.slug}/register/", send(email="nobody"), sign=".sum"),
    Stop(
        "form, asking whether the address is right",
        "/{l}/{w.coming.slug}/register/",
        send(email="a@gmial.com"),
        sign=".bad #email",
    ),
    Stop("form, asking more", "/{l}/asking-one/register/", lambda page, world: open_all(page), sign="#consent_photos"),
    Stop(
        "form, needs without their consent",
        "/{l}/asking-one/register/",
        lambda page, world: (open_all(page), send(diet="Vegan")(page, world)),
        sign=".bad #needs_consent",
    ),
    Stop("form, question unanswered", "/{l}/asking-one/register/", send(), sign=".bad [type=radio][name^=q_]"),
    Stop("privacy, as it was", "/{l}/privacy/{r[asking].notice_id}/", sign=".prose"),
    Stop("form, to be approved", "/{l}/approving-one/register/", sign="#mode-onsite"),
    Stop("form, by invitation", "/{l}/inviting-one/register/?code=SPEAKERS-27", sign="#code"),
    Stop(
        "form, wrong code", "/{l}/inviting-one/register/", send(code="x", email="nobody@example.org"), sign=".bad #code"
    ),
    Stop("form of a group", "/{l}/grouping-one/register/group/", sign="#person2-email", in_both=True),
    Stop(
        "form of a group, refused",
        "/{l}/grouping-one/register/group/",
        lambda page, world: (open_all(page), send(**{"person4-email": "nobody"})(page, world)),
        sign=".more[open] .bad #person4-email",
    ),
    Stop("form, for somebody else", "/{l}/{w.coming.slug}/register/?for=other", sign="#assistant_name"),
    Stop(
        "form, for somebody else, refused",
        "/{l}/{w.coming.slug}/register/?for=other",
        send(assistant_email="nobody"),
        sign=".bad #assistant_email",
    ),
    Stop("registered, somebody else", "/{l}/{w.coming.slug}/registered/?s={confirmed}&for=other"),
    Stop("form, full", "/{l}/full-one/register/", sign="#mode-onsite"),
    Stop("form, closed", "/{l}/closed-one/register/"),
    Stop(
        "registered, confirmed",
        "/{l}/{w.coming.slug}/registered/?s={confirmed}",
        sign="[data-status=confirmed]",
        in_both=True,
    ),
    Stop("registered, waiting", "/{l}/full-one/registered/?s={waiting}", sign="[data-status=waiting]"),
    Stop("group registered", "/{l}/grouping-one/registered/?s={waiting}&group=1", sign="[data-status=waiting]"),
    Stop("registered, pending", "/{l}/confirming-one/registered/?s={pending}", sign="[data-status=pending]"),
    Stop("registered, requested", "/{l}/approving-one/registered/?s={pending}", sign="[data-status=pending]"),
    Stop("messages, wanted", "/u/{w.unsubscribing}/", sign="[data-subscribed=yes]"),
    Stop("messages, no more", "/u/{w.unsubscribed}/", sign="[data-subscribed=no]"),
    Stop("lost mail", "/{l}/ticket/", in_both=True),
    Stop("lost mail, refused", "/{l}/ticket/", send(email="nobody"), sign=".bad #email"),
    Stop("certificate to check", "/{l}/certificates/"),
    Stop("certificate, unknown", "/{l}/certificates/", send(number="SYM-0", name="Ada"), sign=".notice .tag"),
    Stop("certificate, refused", "/{l}/certificates/", send(number="SYM-0"), sign=".bad #name"),
    Stop("lost mail, sent", "/{l}/ticket/", send(email="somebody@example.org")),
    Stop("what a QR code opens", "/t/{r[confirmed].ticket_token}/"),
    Stop("legal notice", "/{l}/legal/"),
    Stop("privacy", "/{l}/privacy/"),
    Stop("accessibility", "/{l}/accessibility/"),
    Stop("sitemap", "/{l}/sitemap/"),
    Stop("not found", "/{l}/nothing/here/"),
    Stop("form of somebody else's", "/{l}/ticket/", lambda page, world: send_without_cookies(page)),
    Stop("report, as a file", "/{l}/legal/", lambda page, world: page.set_content(report()), sign="table"),
]

THEIR_OWN = [
    Stop(
        "their page, confirmed",
        "/{l}/registrations/{r[confirmed].page_token}/",
        sign="[data-status=confirmed] .qr",
        in_both=True,
    ),
    Stop("their page, online", "/{l}/registrations/{r[online].page_token}/", sign="[data-status=confirmed]"),
    Stop("their page, waiting", "/{l}/registrations/{r[waiting].page_token}/", sign=".rank"),
    Stop("their page, waiting in a group", "/{l}/registrations/{r[in a group].page_token}/", sign=".rank"),
    Stop("their page, pending", "/{l}/registrations/{r[pending].page_token}/", sign="[data-status=pending]"),
    Stop("their page, requested", "/{l}/registrations/{r[requested].page_token}/", sign="[data-status=requested]"),
    Stop("their page, cancelled", "/{l}/registrations/{r[cancelled].page_token}/", sign="[data-status=cancelled]"),
    Stop("their page, refused", "/{l}/registrations/{r[refused].page_token}/", sign="[data-status=refused]"),
    Stop("their page, expired", "/{l}/registrations/{r[expired].page_token}/", sign="[data-status=expired]"),
    Stop("their page, with answers", "/{l}/registrations/{r[asking].page_token}/", sign=".consents"),
    Stop("questions, awaited", "/{l}/registrations/{r[asking].page_token}/", sign="[data-awaits=answers] .btn"),
    Stop("questions", "/{l}/registrations/{r[asking].page_token}/questions/", sign="textarea[name^=q_]"),
    Stop("questions, refused", "/{l}/registrations/{r[asking].page_token}/questions/", send(), sign=".sum"),
    Stop("change, with needs", "/{l}/registrations/{r[asking].page_token}/edit/", sign=".more[open] #diet"),
    Stop("their page, closed", "/{l}/registrations/{r[too-late].page_token}/", sign="[href$='/ask/']"),
    Stop(
        "their page, a change asked for", "/{l}/registrations/{r[hoping].page_token}/", sign="[data-status=confirmed]"
    ),
    Stop("change, to ask for", "/{l}/registrations/{r[too-late].page_token}/ask/", sign="#message"),
    Stop(
        "change, asked for without a word",
        "/{l}/registrations/{r[too-late].page_token}/ask/",
        send(),
        sign=".bad #message",
    ),
    Stop("change", "/{l}/registrations/{r[confirmed].page_token}/edit/"),
    Stop("change, refused", "/{l}/registrations/{r[confirmed].page_token}/edit/", send(family_name=""), sign=".sum"),
    Stop("letter of invitation, to ask for", "/{l}/registrations/{r[travelling].page_token}/invitation/"),
    Stop(
        "letter of invitation, refused",
        "/{l}/registrations/{r[travelling].page_token}/invitation/",
        send(passport_name=""),
        sign=".bad #passport_name",
    ),
    Stop(
        "letter of invitation, issued",
        "/{l}/registrations/{r[invited].page_token}/invitation/",
        sign="[data-letter=issued] .btn",
    ),
    Stop("address, to change", "/{l}/registrations/{r[confirmed].page_token}/email/"),
    Stop(
        "address, refused",
        "/{l}/registrations/{r[confirmed].page_token}/email/",
        send(email="nobody"),
        sign=".bad #email",
    ),
    Stop("address, asked", "/{l}/registrations/{r[confirmed].page_token}/email/", send(email="new-{l}@example.org")),
    Stop("address, link no longer valid", "/{l}/registrations/new-address/none/", sign="main .btn"),
    Stop("cancel", "/{l}/registrations/{r[confirmed].page_token}/cancel/", sign="form .btn"),
    Stop("cancel, nothing left", "/{l}/registrations/{r[cancelled].page_token}/cancel/", sign=".btn.line"),
    Stop("still coming", "/{l}/registrations/{r[asked].page_token}/coming/?answer=no", sign="[data-coming] form .btn"),
    Stop("their page, still coming", "/{l}/registrations/{r[asked].page_token}/", sign="a[href$='/coming/']"),
    Stop("erase", "/{l}/registrations/{r[confirmed].page_token}/erase/", sign="form .btn"),
    Stop("erased", "/{l}/registrations/{erased.page_token}/erase/", send(), sign=".btn.line"),
]

ACCOUNTS = [
    Stop("sign in", "/{l}/account/login/"),
    Stop("sign in, refused", "/{l}/account/login/", send(id_login=""), sign=".sum"),
    Stop("sign in, code", "/{l}/account/login/", send(id_login="online@example.org"), sign="#id_code"),
    Stop("sign in, wrong code", "/{l}/account/login/code/confirm/", send(id_code="WRONG"), sign=".sum"),
    Stop(
        "sign in, second factor",
        "/{l}/account/login/",
        lambda page, world: sign_in_by_code(page, "secured@example.org"),
        who="somebody else",
        sign="[action*=authenticate] #id_code",
    ),
    Stop(
        "sign in, too often",
        "/{l}/account/login/",
        lambda page, world: ask_too_often(page),
        who="a network",
        sign="main .btn[href$='/']",
    ),
    Stop("sign up", "/{l}/account/signup/"),
    Stop("sign up, refused", "/{l}/account/signup/", send(id_email="nobody"), sign=".sum"),
    Stop("password, forgotten", "/{l}/account/password/reset/"),
    Stop("password, code", "/{l}/account/password/reset/", send(id_email="nobody-at-all@example.org"), sign="#id_code"),
    Stop("account", "/{l}/account/", who="member", sign=".mine"),
    Stop("account, to delete", "/{l}/account/delete/", who="member", sign="#registrations"),
    Stop("account, deleted", "/{l}/account/deleted/"),
    Stop("account, empty", "/{l}/account/", who="secured"),
    Stop("show that it is you", "/{l}/account/reauthenticate/", who="newcomer"),
    Stop("show that it is you, by an app", "/{l}/account/2fa/reauthenticate/", who="secured", sign="#id_code"),
    Stop("addresses", "/{l}/account/email/", who="member"),
    Stop("password, to set", "/{l}/account/password/set/", who="member"),
    Stop("second factor, none", "/{l}/account/2fa/", who="member"),
    Stop("second factor, some", "/{l}/account/2fa/", who="secured"),
    Stop("app", "/{l}/account/2fa/totp/activate/", who="newcomer", sign=".qr-code"),
    Stop("app, refused", "/{l}/account/2fa/totp/activate/", send(id_code="000000"), who="newcomer", sign=".sum"),
    Stop("app, to deactivate", "/{l}/account/2fa/totp/deactivate/", who="secured"),
    Stop("recovery codes, to make", "/{l}/account/2fa/recovery-codes/generate/", who="secured"),
    Stop("recovery codes", "/{l}/account/2fa/recovery-codes/generate/", send(), who="secured", sign="#recovery_codes"),
    Stop("passkeys", "/{l}/account/2fa/webauthn/", who="member"),
    Stop("passkey, to add", "/{l}/account/2fa/webauthn/add/", who="newcomer", sign="#id_name"),
    Stop("ORCID iD, none", "/{l}/account/3rdparty/", who="member"),
    Stop("ORCID, turned back", "/{l}/account/3rdparty/login/cancelled/"),
    Stop("ORCID, refused", "/{l}/account/3rdparty/login/error/"),
    Stop("sign out", "/{l}/account/logout/", who="member"),
]

DOOR = [
    Stop("door", "/checkin/{w.coming.slug}/", who="helper"),
    Stop(
        "door, valid",
        "/checkin/{w.coming.slug}/",
        lambda page, world: scan(page, world, "confirmed"),
        who="helper",
        sign="[data-state=ok]",
    ),
    Stop(
        "door, scanned twice",
        "/checkin/{w.coming.slug}/",
        lambda page, world: scan(page, world, "confirmed"),
        who="helper",
        sign="[data-state=twice]",
    ),
    Stop(
        "door, unknown",
        "/checkin/{w.coming.slug}/",
        lambda page, world: scan(page, world, "waiting"),
        who="helper",
        sign="[data-state=unknown]",
    ),
    Stop(
        "door, cancelled",
        "/checkin/{w.coming.slug}/",
        lambda page, world: scan(page, world, "cancelled"),
        who="helper",
        sign="[data-state=cancelled]",
    ),
    Stop(
        "door, waiting",
        "/checkin/full-one/",
        lambda page, world: scan(page, world, "waiting"),
        who="admin",
        sign="[data-state=waiting]",
    ),
    Stop("door, found", "/checkin/{w.coming.slug}/", send(q="roche"), who="helper", sign=".hits .btn"),
    Stop("door, nobody found", "/checkin/{w.coming.slug}/", send(q="zzz"), who="helper", sign="main [role=status]"),
    Stop("door, of somebody else", "/checkin/full-one/", who="helper"),
    Stop("door, not yet open", "/checkin/soon-one/", who="helper"),
]

LIST = "/admin/registrations/registration/"
ADMIN = [
    Stop("contents", "/admin/", who="admin"),
    Stop("editions", "/admin/programme/edition/", who="admin"),
    Stop("edition, to change", "/admin/programme/edition/{w.soon.pk}/change/", who="admin"),
    Stop("edition, with codes", "/admin/programme/edition/{w.inviting.pk}/change/", who="admin", sign="#id_access_codes-0-code"),
    Stop("edition, dashboard", "/admin/programme/edition/{w.coming.pk}/dashboard/", who="admin", sign=".counts"),
    Stop("edition, report", "/admin/programme/edition/{w.coming.pk}/report/", who="admin", sign="#against"),
    Stop("list of people", "/admin/programme/edition/{w.coming.pk}/import-people/", who="admin", sign="#people_form"),
    Stop(
        "list of people, looked at",
        "/admin/programme/edition/{w.coming.pk}/import-people/",
        lambda page, world: upload_people(page),
        who="admin",
        sign="#confirm_form .default",
    ),
    Stop("edition, the next", "/admin/programme/edition/{w.coming.pk}/prepare-next/", who="admin", sign="#next_form"),
    Stop("programme of an edition", "/admin/programme/edition/{w.coming.pk}/programme/", lambda page, world: open_people(page), who="admin", sign=".people li"),
    Stop("programme to import", "/admin/programme/edition/{w.coming.pk}/import-programme/", who="admin", sign="#import_form"),
    Stop("programme to import, refused", "/admin/programme/edition/{w.coming.pk}/import-programme/", lambda page, world: upload(page, "nom\nA\n"), who="admin", sign=".errornote"),
    Stop("programme to import, seen", "/admin/programme/edition/{w.coming.pk}/import-programme/", lambda page, world: upload(page, "titre;début;intervenants\nDébat;9h;Ada Autre\nFin;99h;\n"), who="admin", sign="#confirm_form"),
    Stop("programme of an edition, refused", "/admin/programme/edition/{w.coming.pk}/programme/", send("#programme_form", "[type=submit]", **{"id_sessions-1-title_fr": "", "id_sessions-1-title_en": ""}), who="admin", sign="fieldset.errors .errorlist"),
    Stop("edition, refused", "/admin/programme/edition/add/", send("#edition_form", "[name=_save]"), who="admin", sign=".errornote"),
    Stop("people", "/admin/programme/person/?q=exemple", who="admin"),
    Stop("person, to change", "/admin/programme/person/{w.person.pk}/change/", who="admin"),
    Stop("registrations", LIST + "?edition=full-one", who="admin", sign="#result_list tbody tr"),
    Stop("registrations, none", LIST + "?q=zzz", who="admin"),
    Stop("registration", LIST + "{r[confirmed].pk}/change/", who="admin", sign=".decisions"),
    Stop("registration in a group", LIST + "{r[in a group].pk}/change/", who="admin", sign=".decisions form:has([value=split_group])"),
    Stop("registration, refused", LIST + "{r[confirmed].pk}/change/", send("#registration_form", "[type=submit]", id_family_name=""), who="admin", sign=".errorlist"),
    Stop("registration, which edition", LIST + "add/", who="admin"),
    Stop("registration, to add", LIST + "add/?edition={w.coming.slug}", who="admin", sign="#id_email"),
    *(
        Stop(f"registrations, {action}", LIST + "?edition=approving-one", lambda page, world, action=action: choose(page, action), who="admin", sign=".ask")
        for action in ("approve_registrations", "confirm_registrations", "cancel_registrations", "refuse_registrations", "export_attendance")
    ),
    Stop("requests for a change", "/admin/registrations/changerequest/", who="admin", sign="#result_list tbody tr"),
    Stop("request for a change", "/admin/registrations/changerequest/{w.change_request.pk}/change/", who="admin", sign="[name=grant]"),
    Stop("letters of invitation", "/admin/registrations/visaletter/", who="admin", sign="#result_list tbody tr"),
    Stop("needs", "/admin/registrations/needs/", who="admin", sign="#result_list tbody tr"),
    Stop("needs of one", "/admin/registrations/needs/{r[asking].needs.pk}/change/", who="admin", sign="#id_is_done"),
    Stop("questions of editions", "/admin/programme/question/", who="admin", sign="#result_list tbody tr"),
    Stop("question, to add", "/admin/programme/question/add/", who="admin", sign="#id_deletion_date"),
    Stop("question, refused", "/admin/programme/question/add/", send("#question_form", "[name=_save]"), who="admin", sign=".errornote"),
    Stop("question, answered", "/admin/programme/question/{w.question.pk}/change/", who="admin", sign="#id_position"),
    Stop("questions, to ask", "/admin/programme/edition/{w.asking.pk}/ask-questions/", who="admin", sign=".submit-row .default"),
    Stop("registration, with answers", LIST + "{r[asking].pk}/change/", who="admin", sign="td"),
    Stop("record of processing", "/admin/trail/trailentry/record/", who="admin", sign="td"),
    Stop("who answers for the data", "/admin/programme/legalnotice/add/", who="admin", sign="#id_dpo_email"),
    Stop("messages", "/admin/registrations/message/", who="admin", sign="#result_list tbody tr"),
    Stop("message, which edition", "/admin/registrations/message/add/", who="admin", sign=".chosen"),
    Stop("message, to write", "/admin/registrations/message/add/?edition={w.coming.slug}", who="admin", sign="#id_body_fr"),
    Stop("message, refused", "/admin/registrations/message/add/?edition={w.coming.slug}", send("#message_form", "[name=_save]", id_body_fr="{x}"), who="admin", sign=".errornote"),
    Stop("message", "/admin/registrations/message/{w.message.pk}/send/", who="admin", sign=".previews"),
    Stop("message, no moment", "/admin/registrations/message/{w.message.pk}/send/", lambda page, world: (page.locator("#id_when_1").check(), send("#send_form", "button")(page, world)), who="admin", sign=".errorlist"),
    Stop("message, to confirm", "/admin/registrations/message/{w.message.pk}/send/", send("#send_form", "button"), who="admin", sign=".ask [name=do][value=send]"),
    Stop("API keys", "/admin/registrations/apitoken/", who="admin", sign="#result_list tbody tr"),
    Stop("API key", "/admin/registrations/apitoken/{w.token.pk}/change/", who="admin", sign=".field-state"),
    Stop("API key, to make", "/admin/registrations/apitoken/add/", who="admin", sign="#id_scopes_0"),
    Stop("API key, refused", "/admin/registrations/apitoken/add/", send("#apitoken_form", "[name=_save]"), who="admin", sign=".errornote"),
    Stop("API key, made", "/admin/registrations/apitoken/add/", lambda page, world: (page.locator("#id_scopes_0").check(), send("#apitoken_form", "[name=_save]", id_name="Statistics")(page, world)), who="admin", sign=".secret"),
    Stop("webhooks", "/admin/registrations/webhook/", who="admin", sign="#result_list tbody tr"),
    Stop("webhook", "/admin/registrations/webhook/{w.webhook.pk}/change/", who="admin", sign="#id_events_0"),
    Stop("webhook, refused", "/admin/registrations/webhook/add/", send("#webhook_form", "[name=_save]"), who="admin", sign=".errornote"),
    Stop("secret of a webhook", "/admin/registrations/webhook/{w.webhook.pk}/secret/", send("#content-main form", "[type=submit]"), who="admin", sign=".secret"),
    Stop("told to webhooks", "/admin/registrations/webhookdelivery/", who="admin", sign="#result_list tbody tr"),
    Stop("told to a webhook", "/admin/registrations/webhookdelivery/{w.delivery.pk}/change/", who="admin"),
    Stop("rehearsal, to make", "/admin/programme/edition/{w.soon.pk}/rehearse/", who="admin", sign="#rehearsal_form"),
    Stop("rehearsal, refused", "/admin/programme/edition/{w.soon.pk}/rehearse/", send("#rehearsal_form", "[type=submit]", id_people="0.5"), who="admin", sign=".errornote"),
    Stop("rehearsal, already there", "/admin/programme/edition/{w.coming.pk}/rehearse/", who="admin", sign=".ask"),
    Stop("rehearsal, to remove", "/admin/programme/edition/{w.rehearsal.pk}/remove-rehearsal/", who="admin", sign=".ask"),
    Stop("rehearsal, its edition", "/admin/programme/edition/{w.rehearsal.pk}/change/", who="admin", sign=".errornote"),
    Stop("rehearsal, a mail", "/admin/outbox/outgoingmail/{w.kept.pk}/change/", who="admin", sign=".letter"),
    Stop("rehearsal, public page", "/{l}/{w.rehearsal.slug}/", who="admin", sign=".notice.wait"),
    Stop("rehearsal, form", "/{l}/{w.rehearsal.slug}/register/", who="admin", sign="#main-form"),
    Stop("rehearsal, door", "/checkin/{w.rehearsal.slug}/", who="admin", sign=".tag.wait"),
    Stop("mails", "/admin/outbox/outgoingmail/", who="admin"),
    Stop("exports", "/admin/registrations/export/", who="admin"),
    Stop("export, of which edition", "/admin/registrations/registration/export/", who="admin", sign=".chosen"),
    Stop("export", "/admin/programme/edition/{w.coming.pk}/export/?column_set={w.column_set.pk}", who="admin", sign="#export_form"),
    Stop("export in the background", "/admin/registrations/export/jobs/{w.export_job.pk}/", who="admin", sign="progress"),
    Stop("export, ready", "/admin/registrations/export/jobs/{w.export_done.pk}/", who="admin", sign=".button.default"),
    Stop("export, refused", "/admin/programme/edition/{w.coming.pk}/export/", send("#export_form", "[value=export]"), who="admin", sign=".errorlist"),
    Stop("scans", "/admin/registrations/checkin/?p=7", who="admin"),
    Stop("trail", "/admin/trail/trailentry/", who="admin"),
    Stop("edition, to move online", "/admin/programme/edition/{w.coming.pk}/move-online/", who="admin"),
    Stop("staff", "/admin/programme/staffrole/", who="admin"),
    Stop("figure, to add", "/admin/programme/figure/add/", who="admin"),
]  # fmt: skip


def address(stop, world, language):
    answers = {state: dumps(state, salt=ANSWER_SALT, compress=False) for state in ("confirmed", "waiting", "pending")}
    erased = world.registrations[f"erased-{language}"]
    return stop.path.format(l=language, w=world, r=world.registrations, erased=erased, **answers)


def send_without_cookies(page):
    page.context.clear_cookies()
    send(email="somebody@example.org")(page, None)


def upload_people(page):
    lines = "nom;courriel;voiture\nEssai;new@example.org;bleue\nsans adresse;;\nEssai;online@example.org;\n"
    file = {"name": "liste.csv", "mimeType": "text/csv", "buffer": lines.encode()}
    page.locator("#id_file").set_input_files(file)
    page.locator("#id_source").fill("annuaire")
    page.locator("#people_form .default").click()
    page.wait_for_load_state()


def open_all(page):
    for summary in page.locator(".more > summary").all():
        summary.click()


def open_people(page):
    page.locator("details.more > summary").first.click()


def upload(page, text):
    page.locator("[type=file]").set_input_files({"name": "file.csv", "mimeType": "text/csv", "buffer": text.encode()})
    page.locator("#import_form [type=submit]").click()
    page.wait_for_load_state()


def ask_too_often(page):
    """Use up what one network may ask in a minute, and forget it again afterwards."""
    for _time in range(LOGINS_IN_A_MINUTE):
        Client().post("/fr/account/login/", {"login": ""})
    send(id_login="")(page, None)
    cache.clear()


def sign_in_by_code(page, email):
    send(id_login=email)(page, None)
    send(id_code=CODE.search(mail.outbox[-1].body)[1])(page, None)


def scan(page, world, name):
    send(q=ticket_url(world.registrations[name]))(page, world)


def choose(page, action):
    page.locator("input.action-select").first.check()
    page.locator("select[name=action]").select_option(action)
    page.locator("#changelist-form button[name=index], .actions button[type=submit]").first.click()
    page.wait_for_load_state()


def report():
    out = StringIO()
    call_command("report", "2022", "--against", "2021", "--format", "html", stdout=out)
    return out.getvalue()
