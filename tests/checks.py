"""What must be true after a race, each as a list of what is wrong; the negative controls use the same."""

import re

from django.db import connection

from programme.models import SeatPool
from registrations.models import CheckIn, Claim, Registration
from registrations.services import invariants
from symposium.outbox.models import OutgoingMail


def broken_invariants():
    return [finding.invariant for finding in invariants.verify() if not finding.holds]


def seats_beyond_capacity():
    """Claims held beyond the seats offered, counted in the claims and in the pools' own numbers."""
    wrong = []
    for pool in SeatPool.objects.exclude(capacity=None).order_by("pk"):
        held = Claim.objects.held().filter(pool=pool).count()
        if held > pool.capacity or pool.taken > pool.capacity:
            wrong.append(f"{pool}: {held} held, {pool.taken} taken of {pool.capacity}")
    return wrong


def ranks_with_gaps(pool, expected):
    """The list of a pool on which nobody moved yet holds the positions 1 to ``expected``."""
    positions = list(Claim.objects.eligible().filter(pool=pool).values_list("position", flat=True))
    return [] if positions == list(range(1, expected + 1)) else [f"{pool}: {positions}"]


def people_not_written_to_once(kind=None):
    """Registrations with no mail, or more than one, of the kind (of any kind)."""
    wrong = []
    for registration in Registration.objects.order_by("pk"):
        mails = OutgoingMail.objects.filter(about=registration.mail_about)
        count = mails.filter(kind=kind).count() if kind else mails.count()
        if count != 1:
            wrong.append(f"{registration}: {count}")
    return wrong


def people_inside_twice():
    """Tickets that entered twice without leaving."""
    entered = invariants.CHECKS["nobody entered twice without leaving"]
    with connection.cursor() as cursor:
        cursor.execute(entered)
        return cursor.fetchall()


def scans_stored_twice():
    """Ids of scans under which more than one row is stored."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM {CheckIn._meta.db_table} GROUP BY id HAVING count(*) > 1")
        return cursor.fetchall()


def overtaken(answers):
    """Pairs out of order among (began, answered, rank): who began after another's answer must not rank before them."""
    return [
        (first, second) for first in answers for second in answers if second[0] > first[1] and second[2] <= first[2]
    ]


def letters_of(registration):
    """The kinds of the mails about a registration, in alphabetical order."""
    mails = OutgoingMail.objects.filter(about=registration.mail_about)
    return sorted(mail.kind.removeprefix("registration.") for mail in mails)


def check_looks(html, language):
    """A mail looks as written where no style sheet is read, in the dark, read aloud, and without asking another host."""
    assert f'<html lang="{language}">' in html
    assert '<meta name="color-scheme" content="light dark">' in html
    assert "@media (prefers-color-scheme: dark)" in html
    assert re.search(r'<h1[^>]* style="[^"]*font-family: Georgia[^"]*">\s*\S', html)
    assert re.search(r'<div class="preheader" style="display: none;[^"]*">\s*\S', html)
    assert all('role="presentation"' in table or 'class="figures"' in table or 'class="table"' in table
               for table in re.findall(r"<table[^>]*>", html))  # fmt: skip
    assert all(re.search(r'alt="[^"]+"', image) for image in re.findall(r"<img[^>]*>", html))
    assert re.findall(r"<link|<script|@import|@font-face|url\(|style=\"\"|{{|{%", html) == []
