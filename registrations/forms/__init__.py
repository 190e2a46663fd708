from registrations.forms.assistants import RegistrationForAnotherForm
from registrations.forms.change_requests import AskForChangeForm
from registrations.forms.group import GroupForm
from registrations.forms.papers import CertificateForm, VisaLetterForm
from registrations.forms.questions import QuestionsForm, initial_answers
from registrations.forms.registration import (
    PROFILE_NAMES,
    ChangeForm,
    LostMailForm,
    NewAddressForm,
    PlaceForm,
    RegistrationForm,
    SentForm,
    speak_of_another,
)
from registrations.forms.texts import validate_readable

__all__ = [
    "PROFILE_NAMES",
    "AskForChangeForm",
    "CertificateForm",
    "ChangeForm",
    "GroupForm",
    "LostMailForm",
    "NewAddressForm",
    "PlaceForm",
    "QuestionsForm",
    "RegistrationForAnotherForm",
    "RegistrationForm",
    "SentForm",
    "VisaLetterForm",
    "initial_answers",
    "speak_of_another",
    "validate_readable",
]
