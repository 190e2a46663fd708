"""Somebody answers for a figure."""

from datetime import datetime

from programme.models import Figure
from symposium.accounts.models import User


class AlreadySignedOff(Exception):
    """The figure stands already."""


def sign_off(*, figure: Figure, by: User, at: datetime) -> None:
    """Freeze a figure as it is.

    :raises AlreadySignedOff: it is frozen, and whoever signed first stays named.
    """
    unsigned = Figure.objects.filter(pk=figure.pk, signed_off_at__isnull=True)
    if not unsigned.update(signed_off_by=by, signed_off_at=at):
        raise AlreadySignedOff(str(figure))
