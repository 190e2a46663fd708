"""The shared cache, which may be away."""

import logging
import time
from collections.abc import Callable
from typing import Any, TypeVar

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
PAUSE_SECONDS = 5
Answer = TypeVar("Answer")


class RedisOrNothing(RedisCache):
    """Redis; while it is away, a cache that holds nothing.

    Nothing here is the truth, so a lost cache must never become a failed registration, nor one that waits for several
    time-outs: after a failure this process leaves Redis alone for a moment.
    """

    _left_alone_until = 0.0

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        return self._try(lambda: super(RedisOrNothing, self).get(key, default, version), otherwise=default)

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        self._try(lambda: super(RedisOrNothing, self).set(key, value, timeout, version), otherwise=None)

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return self._try(lambda: super(RedisOrNothing, self).add(key, value, timeout, version), otherwise=True)

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        return self._try(lambda: super(RedisOrNothing, self).incr(key, delta, version), otherwise=delta)

    def delete(self, key: str, version: int | None = None) -> bool:
        return self._try(lambda: super(RedisOrNothing, self).delete(key, version), otherwise=False)

    def _try(self, ask: Callable[[], Answer], *, otherwise: Answer) -> Answer:
        if time.monotonic() < RedisOrNothing._left_alone_until:
            return otherwise
        try:
            return ask()
        except RedisError:
            # Of the class: each thread has a cache object of its own.
            RedisOrNothing._left_alone_until = time.monotonic() + PAUSE_SECONDS
            logger.warning("The cache is away.")
            return otherwise
