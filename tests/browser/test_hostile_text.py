"""Hostile words in every field that a stranger fills: they are shown as they are, and never act, on any page."""

import pytest
from django.utils import timezone

from registrations.management.sample_world import world
from registrations.models import Attendee, Registration
from registrations.services import staff
from symposium.accounts.demo import ADMINISTRATOR, ORGANIZER, sign_in_path
from symposium.accounts.models import User
from symposium.outbox.delivery import deliver_due
from tests.browser.test_policy import kind_of, links

SCRIPT = "<script>alert('zyx')</script>"
PICTURE = '"><img src=x onerror=alert(1)>'
LINK = "www.evil.example javascript:alert(1)"
TYPED = {
    "given_name": SCRIPT,
    "family_name": f"=cmd|' /C calc'!A1 {PICTURE}",
    "affiliation": f"{LINK} {{{{ 7*7 }}}} {SCRIPT}",
}
REASON = f"{PICTURE}\r\nBcc: evil@evil.example {SCRIPT}"
# Whatever of it would have become an element.
ACTED = "script:not([src]):not([type]), img[src='x'], [onerror], a[href*='evil'], a[href^='javascript']"


@pytest.fixture
def hostile(transactional_db, settings, tmp_path):
    """A registration whose person, and whose organizers, wrote what they should not."""
    settings.DEBUG = True
    settings.EMAIL_BACKEND, settings.EMAIL_FILE_PATH = "symposium.outbox.backends.FolderBackend", str(tmp_path)
    at = timezone.now()
    world.build(seed=1, people=25, at=at, with_accounts=True)
    found = Registration.objects.filter(status="confirmed", mode="onsite", edition__ends_at__gt=at).first()
    attendee = found.attendee
    for name, words in TYPED.items():
        setattr(attendee, name, words)
    attendee.fill_search_text(found.reference)
    attendee.save()
    by = User.objects.get(email=ORGANIZER)
    staff.cancel(registration=found, by=by, at=at, reason=REASON, notify=True)
    staff.restore(registration=found, by=by, at=at, reason=REASON)
    deliver_due(clock=timezone.now)
    return Registration.objects.get(pk=found.pk)


@pytest.fixture
def look(visit):
    """Open a page, and say whether it shows the words; it must not act on them."""
    visitor = visit(locale="en-GB")
    dialogs = []
    visitor.page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))

    def at(path):
        assert visitor.open(path).status < 500, path
        assert visitor.page.locator(ACTED).count() == 0, path
        assert (dialogs, visitor.complaints) == ([], []), path
        return SCRIPT in visitor.page.locator("body").inner_text() or SCRIPT in str(
            visitor.page.locator("input").evaluate_all("all => all.map(one => one.value)")
        )

    at.visitor = visitor
    return at


def test_person_and_stranger(look, hostile):
    page = f"/en/registrations/{hostile.page_token}/"

    shown = {path: look(f"{page}{path}") for path in ("", "edit/", "cancel/", "erase/")}
    look(f"/t/{hostile.ticket_token}/")
    look(f"/en/{hostile.edition.slug}/?q={SCRIPT}")
    look(f"/en/nowhere/{SCRIPT}/")

    assert shown[""]
    assert shown["edit/"]


def test_form_that_is_given_again(look, hostile):
    look(f"/en/{hostile.edition.slug}/register/")
    for field, words in {**TYPED, "email": SCRIPT}.items():
        look.visitor.page.locator(f"#{field}").fill(words)
    look.visitor.page.locator("main form[method=post] button.btn").click()
    look.visitor.page.locator(".sum").wait_for()

    assert look.visitor.page.locator(ACTED).count() == 0
    assert look.visitor.page.locator("#given_name").input_value() == SCRIPT
    assert look.visitor.complaints == []


def test_staff(look, hostile):
    look(sign_in_path(ADMINISTRATOR, "/admin/"))
    lists = "/admin/registrations/registration/"
    paths = {
        "list": lists,
        "search": f"{lists}?q={SCRIPT}",
        "search by reference": f"{lists}?q={hostile.reference}",
        "record": f"{lists}{hostile.pk}/change/",
        "history": f"{lists}{hostile.pk}/history/",
        "delete": f"{lists}{hostile.pk}/delete/",
        "edition": f"/admin/programme/edition/{hostile.edition_id}/change/",
        "mail": f"/admin/outbox/outgoingmail/?q={hostile.pk}",
        "check-ins": "/admin/registrations/checkin/",
        "trail": "/admin/trail/trailentry/",
        "a filter nobody knows": f"{lists}?nothing__exact={SCRIPT}",
    }

    shown = {name for name, path in paths.items() if look(path)}

    assert {"list", "search by reference", "record"} <= shown
    for path in sorted({path for path in links(look.visitor) if kind_of(path)[1].startswith("admin:registrations")})[
        :20
    ]:
        look(path)


def test_door(look, hostile):
    look(sign_in_path(ORGANIZER, f"/checkin/{hostile.edition.slug}/"))
    box = look.visitor.page.locator("input[name=q]").first
    for words in ("cmd", SCRIPT, f"{hostile.edition.slug}{PICTURE}"):
        box = look.visitor.page.locator("input[name=q]").first
        box.fill(words)
        box.press("Enter")
        look.visitor.page.wait_for_load_state()
        assert look.visitor.page.locator(ACTED).count() == 0
    assert look.visitor.complaints == []


def test_letters(look, hostile):
    assert Attendee.objects.get(registration=hostile).given_name == SCRIPT
    look("/mailbox/")
    for path in [path for path in links(look.visitor) if path.startswith("/mailbox/")][:5]:
        look(path)
        for frame in look.visitor.page.frames[1:]:
            assert frame.locator("script, img[src='x'], [onerror], a[href*='evil']").count() == 0
