"""The slash that an address should end with."""

from django.http import HttpRequest
from django.middleware.common import CommonMiddleware


class SlashesForReaders(CommonMiddleware):
    """Leads whoever reads to the address with its slash; what is sent to one without is simply not found.

    A browser would follow with a GET, and what was typed would be lost without a word. With DEBUG Django raises instead.
    """

    def should_redirect_with_slash(self, request: HttpRequest) -> bool:
        return request.method in {"GET", "HEAD"} and bool(super().should_redirect_with_slash(request))
