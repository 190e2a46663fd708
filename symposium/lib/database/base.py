from select import POLLIN, poll

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    def is_usable(self) -> bool:
        """Ask the server whether it is there only if it has said something since it was last asked.

        Django sends a statement before each request's own. A server that stops or a connection that is ended closes the socket,
        which then has something to read; a connection at rest has nothing.
        """
        if self.connection is None:
            return False
        waiting = poll()
        waiting.register(self.connection.fileno(), POLLIN)
        return super().is_usable() if waiting.poll(0) else True
