"""No page breaks the policy it is sent with, and none asks another host for anything, whoever looks at it."""

from collections import Counter
from urllib.parse import urlsplit

import pytest
from django.urls import Resolver404, resolve
from django.utils import timezone, translation

from registrations.management.sample_world import world
from registrations.models import Registration
from symposium.accounts.demo import ADMINISTRATOR, DOOR_HELPER, EXPORTER, ORGANIZER, sign_in_path
from symposium.outbox.delivery import deliver_due

PAGES_PER_KIND = 2
FILES = (".ics", ".xml", ".json", ".csv", ".pdf", ".xlsx", ".txt", "/source/", "/download/")
ALWAYS = ["/fr/", "/en/", "/fr/nothing-here/", "/mailbox/", "/fr/account/login/", "/fr/account/signup/"]


@pytest.fixture
def sample(transactional_db, settings, tmp_path):
    """The world of the demo with its one-click links and its mailbox."""
    settings.DEBUG = True
    settings.EMAIL_BACKEND = "symposium.outbox.backends.FolderBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    world.build(seed=1, people=25, at=timezone.now(), with_accounts=True)
    return Registration.objects.filter(status="confirmed", edition__ends_at__gt=timezone.now()).first()


def walk(visit, starts):
    """Follow every link, and see two pages of each view in each language."""
    seen, kinds, waiting = set(), Counter(), list(starts)
    while waiting:
        path = waiting.pop(0)
        if path in seen or path.split("?")[0].endswith(FILES):
            continue
        seen.add(path)
        kind = kind_of(path)
        kinds[kind] += 1
        if kinds[kind] > PAGES_PER_KIND:
            continue
        visit.open(path)
        waiting += links(visit)
    return {name for _language, name in kinds}


def kind_of(path):
    language = path[1:3] if path[:4] in {"/fr/", "/en/"} else ""
    with translation.override(language or "fr"):
        try:
            return language, resolve(urlsplit(path).path).view_name
        except Resolver404:
            return language, "nothing"


def links(visit):
    hrefs = visit.page.eval_on_selector_all("a[href]:not([download])", "all => all.map(one => one.href)")
    inside = [urlsplit(href) for href in hrefs if href.startswith(f"{visit.origin}/")]
    return [f"{parts.path}{'?' + parts.query if parts.query else ''}" for parts in inside]


def test_strangers(visit, sample):
    visitor = visit()
    embedded = f"/fr/{sample.edition.slug}/programme/embed/"

    kinds = walk(visitor, [*ALWAYS, f"/fr/registrations/{sample.page_token}/", f"/t/{sample.ticket_token}/", embedded])

    assert visitor.complaints == []
    assert {"programme:home", "programme:session", "registrations:register", "registrations:page"} <= kinds
    assert "programme:embed" in kinds
    assert {"account_login", "account_signup", "account_reset_password"} <= kinds


@pytest.mark.parametrize(
    ("email", "expected"),
    [
        (ADMINISTRATOR, {"admin:accounts_user_add", "admin:programme_edition_history", "mfa_activate_totp"}),
        (ORGANIZER, {"admin:programme_edition_change", "admin:programme_edition_add", "tickets:door"}),
        (EXPORTER, {"admin:registrations_registration_changelist", "mfa_add_webauthn"}),
        (DOOR_HELPER, {"tickets:door", "account_email"}),
    ],
)
def test_staff(visit, sample, email, expected):
    visitor = visit()
    door = f"/checkin/{sample.edition.slug}/"
    visitor.open(sign_in_path(email, "/fr/account/2fa/"))
    starts = ["/fr/account/", "/en/account/2fa/", door] + (["/admin/"] if email != DOOR_HELPER else [])

    kinds = walk(visitor, starts)

    assert visitor.complaints == []
    assert expected <= kinds


def test_what_moves_in_the_administration(visit, sample):
    visitor = visit(locale="en-GB")
    page = visitor.page
    visitor.open(sign_in_path(ADMINISTRATOR, f"/admin/programme/edition/{sample.edition_id}/change/"))

    page.locator(".ui-tabs-nav a", has_text="en").first.click()
    page.locator(".datetimeshortcuts a:has(.date-icon)").first.click()
    page.locator(".calendarbox .calendarnav-next").first.click()
    page.locator(".calendarbox td a").first.click()
    page.locator(".add-row a:visible").first.click()

    assert visitor.complaints == []


def test_each_action_asks_first(visit, sample):
    visitor = visit()
    page = visitor.page
    visitor.open(sign_in_path(ORGANIZER, "/admin/registrations/registration/"))
    actions = page.locator("select[name=action] option").evaluate_all("all => all.map(one => one.value)")

    for action in filter(None, actions):
        visitor.open("/admin/registrations/registration/")
        page.locator("input.action-select").first.check()
        page.locator("select[name=action]").select_option(action)
        page.locator("#changelist-form button[name=index], .actions button[type=submit]").first.click()

    assert len(actions) > 1
    assert visitor.complaints == []


def test_a_letter_in_its_frame(visit, sample):
    visitor = visit()
    visitor.open(f"/fr/{sample.edition.slug}/register/")
    page = visitor.page
    page.locator("#email").fill("camille.essai@example.org")
    page.locator("#family_name").fill("Essai")
    page.locator("#profile").select_option("researcher")
    page.locator("[name=attendance_mode]").first.check()
    page.locator("form button.btn").first.click()
    page.wait_for_url("**/registered/**")
    deliver_due(clock=timezone.now)

    visitor.open("/mailbox/")
    page.locator("tbody a").first.click()

    assert page.frame_locator("iframe.frame").locator("a").count() > 0
    assert visitor.complaints == []


def test_eye_sees_a_break_of_the_policy(visit, sample):
    visitor = visit()
    visitor.open("/fr/")

    visitor.page.evaluate(
        """() => {
            const style = document.createElement('div')
            style.innerHTML = '<p style="color: red">'
            document.body.append(style)
            fetch('http://127.0.0.1:9/').catch(() => {})
            const picture = new Image()
            picture.src = 'http://127.0.0.1:9/picture.png'
        }"""
    )

    visitor.page.wait_for_timeout(300)
    assert any("style" in complaint for complaint in visitor.complaints)
    assert any("127.0.0.1:9" in complaint for complaint in visitor.complaints)
