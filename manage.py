#!/usr/bin/env python3
"""Django's command line; on a machine with no database, on an embedded one."""

import os
import signal
import sys
from pathlib import Path

WITHOUT_DATABASE = {"makemessages", "compilemessages", "help", "--help", "version", "--version", "collectstatic"}


def use_embedded_database() -> None:
    """Fill in DEBUG and DATABASE_URL for a developer who set neither.

    An installation always says DEBUG (the image sets it to false), so that a forgotten DATABASE_URL is refused there
    by the settings and never answered with a fresh, empty server.
    """
    from symposium.lib.postgres import EmbeddedPostgres, PostgresDidNotStart, PostgresNotFound

    for number in (signal.SIGTERM, signal.SIGHUP):
        # An ordinary end, which stops the server; by default Python would leave it behind.
        signal.signal(number, lambda *_: sys.exit(1))
    data = Path(__file__).resolve().parent / "var" / "postgres"
    try:
        os.environ["DATABASE_URL"] = EmbeddedPostgres(data).start()
    except (PostgresNotFound, PostgresDidNotStart) as error:
        sys.exit(f"manage.py: {error}")


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "symposium.settings")
    if not {"DATABASE_URL", "DATABASE_URL_FILE"} & os.environ.keys():
        os.environ.setdefault("DEBUG", "true")
        debug = os.environ["DEBUG"].lower() in {"1", "true", "yes", "on"}
        if debug and len(sys.argv) > 1 and sys.argv[1] not in WITHOUT_DATABASE:
            use_embedded_database()

    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"manage.py: {error}")


if __name__ == "__main__":
    main()
