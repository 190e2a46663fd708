"""How the web server works; gunicorn reads this file from the folder it is started in.

WEB_CONCURRENCY (gunicorn's own variable) sets the number of processes: one for each core, two as a start.
"""

bind = "0.0.0.0:8000"
worker_class = "gthread"
# A thread holds one request and one connection to PostgreSQL. More of them wait for each other, they do not go faster.
threads = 4
# A worker's heartbeat is a file: in memory, because a disk may stall for longer than the timeout.
worker_tmp_dir = "/dev/shm"  # noqa: S108
# Addresses hold tokens, so requests are not logged here; the proxy in front may, without paths.
accesslog = None
# Remote control through a socket in the home folder: the container has no such folder, and one process manager is enough.
control_socket_disable = True
