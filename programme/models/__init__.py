from programme.models.access import AccessCode
from programme.models.accessibility import AccessibilityAudit, AccessibilityPlan
from programme.models.editions import Edition
from programme.models.figures import Figure
from programme.models.logos import Logo
from programme.models.notices import ConsentKind, KeptText, LegalNotice
from programme.models.organisations import Document, Organisation, Partnership
from programme.models.people import Appearance, Person
from programme.models.questions import Question, QuestionOption
from programme.models.roles import StaffRole
from programme.models.seats import RESERVED, AttendanceMode, SeatPool
from programme.models.sessions import Session

__all__ = [
    "RESERVED",
    "AccessCode",
    "AccessibilityAudit",
    "AccessibilityPlan",
    "Appearance",
    "AttendanceMode",
    "ConsentKind",
    "Document",
    "Edition",
    "Figure",
    "KeptText",
    "LegalNotice",
    "Logo",
    "Organisation",
    "Partnership",
    "Person",
    "Question",
    "QuestionOption",
    "SeatPool",
    "Session",
    "StaffRole",
]
