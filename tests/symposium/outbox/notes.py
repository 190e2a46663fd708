"""Mails of a kind that tests alone know: putting them into the outbox, and what became of them."""

import uuid
from datetime import timedelta

from django.core.mail import EmailMessage

from symposium.outbox.delivery import deliver_due
from symposium.outbox.queue import enqueue, mail
from tests.factories import NOW

KIND = "test.note"


def render(mails):
    """A mail to the address of its context; « dropped » is left out, « broken » raises."""
    messages = {}
    for row in mails:
        if row.context["to"] == "broken":
            raise ZeroDivisionError
        if row.context["to"] != "dropped":
            recipients = [row.context["to"]] if row.context["to"] else []
            messages[row.pk] = EmailMessage(row.context.get("subject", "Note"), "Words.", to=recipients)
    return messages


def queue(*recipients, at=NOW, **context):
    """Put a mail to each recipient into the outbox, in this order."""
    rows = [
        mail(
            kind=KIND,
            about=f"note:{uuid.uuid4()}",
            at=at + timedelta(microseconds=place),
            context={"to": to, **context},
        )
        for place, to in enumerate(recipients)
    ]
    enqueue(rows)
    return rows


def deliver(at=NOW + timedelta(seconds=1), **how):
    return deliver_due(clock=lambda: at, **how)


def state(row):
    row.refresh_from_db()
    return row.state


def recipients(sink):
    return [to for to, _content in sink.messages]
