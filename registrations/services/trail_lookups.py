"""What the entries of a page of the trail are about, as far as it is still there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from programme.models import Edition
from registrations.models import Decision, Export, Registration
from symposium.accounts.models import User
from symposium.trail.models import TrailEntry
from symposium.trail.writing import ACCOUNT

REGISTRATION = "registrations.registration"
EDITION = "programme.edition"
EXPORT = "registrations.export"
Kind = TrailEntry.Kind


@dataclass(frozen=True)
class Lookups:
    """By the ids of the entries, which hold no more: names and reasons stay where erasing finds them."""

    accounts: dict[int, User]
    editions: dict[int, str]
    references: dict[str, str | None]
    reasons_of_exports: dict[str, str]
    reasons_of_decisions: dict[tuple[str, str, datetime], str]

    def reason(self, entry: TrailEntry) -> str:
        if entry.kind == Kind.EXPORTED:
            return self.reasons_of_exports.get(entry.record_id, "")
        return self.reasons_of_decisions.get((entry.record_id, entry.detail, entry.at), "")


def look_up(entries: Sequence[TrailEntry]) -> Lookups:
    """Ask for everything at once: five statements, however many entries."""
    accounts = {entry.actor_id for entry in entries if entry.actor_id is not None}
    editions = {entry.edition_id for entry in entries if entry.edition_id is not None}
    editions |= {int(entry.record_id) for entry in entries if entry.record_type == EDITION}
    accounts |= {int(entry.record_id) for entry in entries if entry.record_type == ACCOUNT}
    registrations = {entry.record_id for entry in entries if entry.record_type == REGISTRATION}
    exports = {entry.record_id for entry in entries if entry.record_type == EXPORT}
    decided = Decision.objects.filter(registration__pk__in=registrations)
    return Lookups(
        accounts=User.objects.in_bulk(accounts),
        editions=dict(Edition.objects.filter(pk__in=editions).values_list("pk", "slug")),
        references={
            str(pk): reference
            for pk, reference in Registration.objects.filter(pk__in=registrations).values_list("pk", "reference")
        },
        reasons_of_exports={
            str(pk): reason for pk, reason in Export.objects.filter(pk__in=exports).values_list("pk", "reason")
        },
        reasons_of_decisions={
            (str(one.registration_id), one.action, one.decided_at): one.reason
            for one in decided.only("registration_id", "action", "decided_at", "reason")
        },
    )
