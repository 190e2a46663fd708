"""What some of the invented people need in order to come, and how far staff are with it."""

from datetime import datetime, timedelta

from programme.models import AttendanceMode, Edition
from programme.services.terms import load_terms
from registrations.models import AccessNeed, Arrangement, Registration
from registrations.models.needs import NOTE
from registrations.services.answers import Answers, NeedsAnswer, change_needs
from symposium.accounts.demo import ADMINISTRATOR
from symposium.accounts.models import User

DUE_DAYS_BEFORE = 30
# Of people on site, as they came.
ASKED = (
    NeedsAnswer("végétarien", (), ""),
    NeedsAnswer("", (AccessNeed.WHEELCHAIR,), "Je viens avec un fauteuil électrique."),
    NeedsAnswer("sans gluten", (AccessNeed.LARGE_PRINT,), ""),
    NeedsAnswer("", (AccessNeed.SIGN_LANGUAGE, AccessNeed.RESERVED_SEAT), ""),
    NeedsAnswer("halal", (), ""),
    NeedsAnswer("", (AccessNeed.CAPTIONS, AccessNeed.HEARING_LOOP), ""),
    NeedsAnswer("allergie aux fruits à coque", (), ""),
    NeedsAnswer("", (AccessNeed.GUIDE,), "Mon chien guide m'accompagne."),
)
DONE = {
    AccessNeed.WHEELCHAIR: "Premier rang, côté porte.",
    AccessNeed.CAPTIONS: "Sur l'écran de gauche, en français et en anglais.",
}


def ask_needs(edition: Edition, at: datetime) -> None:
    """Let the first who have a seat on site say what they need, and see to some of it."""
    terms = load_terms(edition)
    on_site = Registration.objects.filter(edition=edition, mode=AttendanceMode.ONSITE, status="confirmed")
    for registration, needs in zip(on_site.order_by("created_at", "pk")[: len(ASKED)], ASKED, strict=False):
        change_needs(registration, Answers(terms, needs=needs), at=registration.created_at)
    arrangements = Arrangement.objects.filter(needs__registration__edition=edition)
    arrangements.exclude(need=NOTE).update(due_date=edition.day - timedelta(days=DUE_DAYS_BEFORE))
    colleague = User.objects.filter(email=ADMINISTRATOR).first()
    for need, note in DONE.items():
        arrangements.filter(need=need).update(done_at=at, staff_note=note, answered_by=colleague)
