"""Notices of failure as mail servers write them (RFC 3464)."""

from symposium.outbox.bounces import sender_of

NOTICE = """\
Return-Path: <>
From: Mail Delivery System <mailer-daemon@mx.example.org>
To: {to}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="cut"

--cut
Content-Type: text/plain; charset=us-ascii

<ada@example.org>: host mx.example.org said: 550 5.1.1 no such user, ada

--cut
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org
Arrival-Date: Mon, 1 Mar 2027 13:00:00 +0100

Final-Recipient: rfc822; ada@example.org
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 no such user, ada

--cut
Content-Type: text/rfc822-headers

From: The Symposium <desk@symposium.example.org>
To: ada@example.org
Subject: Your place is confirmed

--cut--
"""


def notice(mail, status="5.1.1", action="failed", to=None):
    """A notice that a mail came back, in bytes."""
    return NOTICE.format(to=to or f"<{sender_of(mail)}>", action=action, status=status).encode()
