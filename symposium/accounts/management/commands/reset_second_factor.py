"""The way out for somebody who has lost their device and their recovery codes."""

import logging
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from symposium.accounts.models import User
from symposium.trail.writing import Kind, Source, entry, write

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = (
        "Take the second factor of an account away and end its sessions: at the next sign-in its owner sets up another. "
        "Make sure on another way who asks for it. The reason is kept in the history of the account."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", metavar="EMAIL")
        parser.add_argument("--reason", required=True, help="kept in the history; name no other person in it")

    def handle(self, *_args: Any, **options: Any) -> None:
        reason = options["reason"].strip()
        if not reason:
            raise CommandError("Say why: --reason is kept in the history of the account.")
        user = User.objects.filter(email__iexact=options["email"].strip()).first()
        if user is None:
            raise CommandError("There is no account with this address.")
        with transaction.atomic():
            removed = Authenticator.objects.filter(user=user).delete()[0]
            ended = self.end_sessions(user)
            self.leave_a_trace(user, reason)
        self.stdout.write(f"Second factor reset: {removed} removed, {ended} sessions ended.")

    def end_sessions(self, user: User) -> int:
        """A session that was open on the lost device could otherwise set up the new factor."""
        sessions = Session.objects.filter(expire_date__gte=timezone.now())
        theirs = [session.pk for session in sessions if session.get_decoded().get(SESSION_KEY) == str(user.pk)]
        return Session.objects.filter(pk__in=theirs).delete()[0]

    def leave_a_trace(self, user: User, reason: str) -> None:
        message = f"Second factor reset on the command line: {reason}"
        LogEntry.objects.log_actions(user.pk, [user], CHANGE, message, single_object=True)
        write(entry(kind=Kind.RESET, by=Source.COMMAND, at=timezone.now(), record=user))
        logger.warning("The second factor of %s was reset on the command line.", user)
