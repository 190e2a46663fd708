"""A mail as it leaves: styles inside the elements, and a subject that is folded where it may be."""

from collections.abc import Mapping
from email.header import Header
from email.message import Message
from typing import Any

from css_inline import CSSInliner
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

# Many readers of mail drop the style sheet; what depends on the screen stays in it. Nothing is ever fetched.
_inliner = CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)


def render_html(template: str, context: Mapping[str, Any]) -> str:
    return _inliner.inline(render_to_string(template, dict(context)))


class Mail(EmailMultiAlternatives):
    """A text, with its HTML form as an alternative."""

    def message(self) -> Message:  # type: ignore[override]  # Django's two classes of message have no common stub
        """Write a long subject with accents from the header's own line on.

        Django folds it without counting the name, so that the first line would hold « Subject: » alone. It has refused
        line breaks by then.
        """
        message: Message = super().message()
        subject = str(self.subject)
        if not subject.isascii():
            folded = Header(subject, "utf-8", header_name="Subject")
            message.replace_header("Subject", folded)  # type: ignore[arg-type]  # the stub knows text alone
        return message
