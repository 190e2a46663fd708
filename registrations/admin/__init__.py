from registrations.admin import (
    change_requests,
    checkins,
    editions,
    mail,
    messages,
    needs,
    registrations,
    trail,
    visa_letters,
    webhooks,
)

__all__ = [
    "change_requests",
    "checkins",
    "editions",
    "mail",
    "messages",
    "needs",
    "registrations",
    "trail",
    "visa_letters",
    "webhooks",
]
