"""How the web server works; gunicorn reads this file from the folder it is started in.

WEB_CONCURRENCY (gunicorn's own variable) sets the number of processes: one for each core, two as a start.
"""

from typing import Any

from symposium.lib.logs import ScrubbedFormatter

bind = "0.0.0.0:8000"
worker_class = "gthread"
# A thread holds one request and one connection to PostgreSQL. More of them wait for each other, they do not go faster.
threads = 4
# A worker's heartbeat is a file: in memory, because a disk may stall for longer than the timeout.
worker_tmp_dir = "/dev/shm"  # noqa: S108
# Addresses hold tokens, so requests are not logged here; the proxy in front may, without paths.
accesslog = None
# Whoever asks for them all the same (--access-logfile) learns when and how long, not who and what.
access_log_format = "%(t)s %(m)s %(s)s %(B)s bytes %(M)s ms"
# Remote control through a socket in the home folder: the container has no such folder, and one process manager is enough.
control_socket_disable = True


def on_starting(server: Any) -> None:
    """Scrub what gunicorn says of a request that it could not hand on: its line holds the path."""
    for handler in server.log.error_log.handlers:
        handler.setFormatter(ScrubbedFormatter(server.log.error_fmt, server.log.datefmt))


on_reload = on_starting
