"""The entry point of the web server."""

import os
from collections.abc import Iterable
from email.message import Message
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "symposium.settings")
_django = get_wsgi_application()


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Refuse a request in an encoding that no browser sends: Django decodes it before any middleware could."""
    content_type = Message()
    content_type["Content-Type"] = environ.get("CONTENT_TYPE") or "text/plain"
    if str(content_type.get_param("charset", "utf-8")).lower() in {"utf-8", "utf8"}:
        return _django(environ, start_response)
    start_response("400 Bad Request", [("Content-Type", "text/plain"), ("X-Content-Type-Options", "nosniff")])
    return [b"Bad request"]
