from registrations.models.answers import Answer
from registrations.models.api import ApiToken, KeptReply
from registrations.models.assistants import Assistant
from registrations.models.change_requests import ChangeRequest
from registrations.models.checkins import CheckIn
from registrations.models.consents import Consent
from registrations.models.decisions import Decision
from registrations.models.export_jobs import ExportJob, ExportPiece, ExportSchedule, TickedRegistrations
from registrations.models.exports import ColumnSet, Export
from registrations.models.groups import Group
from registrations.models.messages import Message
from registrations.models.needs import AccessNeed, Arrangement, Needs
from registrations.models.registrations import Attendee, Claim, Profile, Registration, Submission
from registrations.models.visa_letters import VisaLetter
from registrations.models.webhooks import Webhook, WebhookDelivery

__all__ = [
    "AccessNeed",
    "Answer",
    "ApiToken",
    "Arrangement",
    "Assistant",
    "Attendee",
    "ChangeRequest",
    "CheckIn",
    "Claim",
    "ColumnSet",
    "Consent",
    "Decision",
    "Export",
    "ExportJob",
    "ExportPiece",
    "ExportSchedule",
    "Group",
    "KeptReply",
    "Message",
    "Needs",
    "Profile",
    "Registration",
    "Submission",
    "TickedRegistrations",
    "VisaLetter",
    "Webhook",
    "WebhookDelivery",
]
