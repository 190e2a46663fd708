"""Start everything on this machine."""

import signal
import sys
from socket import socket
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from programme.models import Edition
from symposium.accounts.demo import ADMINISTRATOR, DOOR_HELPER, EXPORTER, ORGANIZER, sign_in_path
from symposium.lib import demo_server

HOST = "127.0.0.1"


class Command(BaseCommand):
    help = (
        "Start everything on this machine: the tables, the sample world, the web server on PORT (8000), the worker and "
        "the scheduler. Ctrl-C stops it all; the data stay in var/."
    )
    requires_system_checks = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("The demo signs anybody in by a link; it runs with DEBUG=true only.")
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: sys.exit(0))
        try:
            listener = demo_server.listen(HOST, settings.PORT)
        except demo_server.PortTaken as error:
            raise CommandError(f"Port {settings.PORT} is taken: choose another, as in PORT=8001 make demo.") from error
        with listener:
            try:
                self.prepare()
                self.serve(listener)
            except KeyboardInterrupt:
                self.stdout.write("Stopped.")

    def prepare(self) -> None:
        call_command("migrate", verbosity=0, skip_checks=True)
        if not Edition.objects.exists():
            self.stdout.write("Making the sample world …")
            call_command("seed_demo", stdout=self.stdout)

    def serve(self, listener: socket) -> None:
        with_processes = bool(settings.REDIS_URL)
        server = demo_server.DemoServerWithProcesses if with_processes else demo_server.DemoServerWithThreads
        schedule = settings.VAR / f"celerybeat-{settings.PORT}"
        schedule.parent.mkdir(parents=True, exist_ok=True)
        greeting = self.greeting()
        self.stdout.flush()  # or the processes to come would say it again
        server(listener, schedule, lambda: self.stdout.write(greeting)).run()

    def greeting(self) -> str:
        origin = settings.PUBLIC_ORIGIN
        edition = Edition.objects.upcoming(timezone.now()).first()
        door = f"/checkin/{edition.slug}/" if edition else "/"
        administration = reverse("admin:index")
        links = {
            "an organizer": sign_in_path(ORGANIZER, administration),
            "an exporter": sign_in_path(EXPORTER, administration),
            "a door helper": sign_in_path(DOOR_HELPER, door),
            "an administrator": sign_in_path(ADMINISTRATOR, administration),
        }
        connections.close_all()  # none is shared with the processes to come
        lines = ["", f"Symposium is at {origin}/", "", "Sign in by one click, as"]
        lines += [f"  {who:<17} {origin}{path}" for who, path in links.items()]
        if settings.EMAIL_FILE_PATH:
            lines += ["", f"Mails are at {origin}/mailbox/", f"  and as files in {settings.EMAIL_FILE_PATH}/"]
        return "\n".join([*lines, "", "Ctrl-C stops everything; the data stay."])
