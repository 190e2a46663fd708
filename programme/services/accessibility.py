"""What the site may say of its accessibility: what the law lets follow from the newest published audit."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.core.cache import cache
from django.utils import timezone

from programme.models import AccessibilityAudit, AccessibilityPlan

CACHE_KEY = "accessibility-state"
# The foot of every page names the state; a form that people rush to should not ask the database for it each time.
KEEP_SECONDS = 60


class State(StrEnum):
    FULL = "full"
    PARTIAL = "partial"
    NOT = "not"


@dataclass(frozen=True)
class Statement:
    """``audit`` is the one that counts; ``expired`` the newest one where it is too old to."""

    state: State
    audit: AccessibilityAudit | None
    expired: AccessibilityAudit | None
    plans: list[AccessibilityPlan]

    @property
    def multi_year_plans(self) -> list[AccessibilityPlan]:
        return [plan for plan in self.plans if plan.kind == AccessibilityPlan.Kind.MULTI_YEAR]

    @property
    def yearly_plans(self) -> list[AccessibilityPlan]:
        return [plan for plan in self.plans if plan.kind == AccessibilityPlan.Kind.YEARLY]


def statement(*, at: datetime) -> Statement:
    newest, counts = _newest_audit(at)
    plans = AccessibilityPlan.objects.filter(last_year__gte=timezone.localdate(at).year).order_by("first_year", "id")
    return Statement(
        state=_state_of(newest if counts else None),
        audit=newest if counts else None,
        expired=None if counts else newest,
        plans=list(plans),
    )


def state(*, at: datetime) -> State:
    """Return the state as it was at most a minute ago; ``forget_state`` after a change."""
    kept: str | None = cache.get(CACHE_KEY)
    if kept is not None:
        return State(kept)
    newest, counts = _newest_audit(at)
    found = _state_of(newest if counts else None)
    cache.set(CACHE_KEY, found.value, KEEP_SECONDS)
    return found


def forget_state() -> None:
    cache.delete(CACHE_KEY)


def _newest_audit(at: datetime) -> tuple[AccessibilityAudit | None, bool]:
    """Return the newest published audit, and whether it counts: after three years there is none in the law's eyes."""
    today = timezone.localdate(at)
    newest: AccessibilityAudit | None = AccessibilityAudit.objects.published(today).first()
    return newest, newest is not None and newest.counts_on(today)


def _state_of(audit: AccessibilityAudit | None) -> State:
    if audit is None:
        return State.NOT
    if audit.is_fully_compliant:
        return State.FULL
    return State.PARTIAL if audit.is_partially_compliant else State.NOT
