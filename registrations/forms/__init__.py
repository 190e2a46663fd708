from registrations.forms.change_requests import AskForChangeForm
from registrations.forms.papers import CertificateForm, VisaLetterForm
from registrations.forms.questions import QuestionsForm, initial_answers
from registrations.forms.registration import (
    PROFILE_NAMES,
    ChangeForm,
    LostMailForm,
    NewAddressForm,
    PlaceForm,
    RegistrationForm,
)
from registrations.forms.texts import validate_readable

__all__ = [
    "PROFILE_NAMES",
    "AskForChangeForm",
    "CertificateForm",
    "ChangeForm",
    "LostMailForm",
    "NewAddressForm",
    "PlaceForm",
    "QuestionsForm",
    "RegistrationForm",
    "VisaLetterForm",
    "initial_answers",
    "validate_readable",
]
