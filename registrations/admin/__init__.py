from registrations.admin import (
    api_tokens,
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
    "api_tokens",
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
