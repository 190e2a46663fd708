from registrations.models.checkins import CheckIn
from registrations.models.decisions import Decision
from registrations.models.exports import Export
from registrations.models.registrations import Attendee, Claim, Profile, Registration, Submission

__all__ = ["Attendee", "CheckIn", "Claim", "Decision", "Export", "Profile", "Registration", "Submission"]
