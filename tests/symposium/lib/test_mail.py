"""How a mail leaves."""

from email import message_from_bytes, policy

import pytest
from django.core.mail import BadHeaderError

from symposium.lib.mail import Mail

LONG = "Votre place est confirmée\u00a0: IA et médecine, promesses et limites d\u2019une révolution annoncée"


@pytest.mark.parametrize(
    "subject", [LONG, "é", "Your place is confirmed: AI and medicine, promises and limits, once more"]
)
def test_subject_begins_on_the_line_of_its_name(subject):
    raw = Mail(subject=subject, body="x", to=["ada@example.org"]).message().as_bytes()

    lines = raw.partition(b"\n\n")[0].split(b"\n")
    assert next(line for line in lines if line.startswith(b"Subject:")) != b"Subject:"
    assert max(len(line) for line in lines) <= 78
    assert message_from_bytes(raw, policy=policy.default)["Subject"] == subject


def test_subject_of_two_lines_is_refused():
    with pytest.raises(BadHeaderError):
        Mail(subject="é\nBcc: evil@example.org", body="x", to=["ada@example.org"]).message()
