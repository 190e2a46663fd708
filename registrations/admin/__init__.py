from registrations.admin import checkins, editions, mail, messages, needs, registrations, trail, visa_letters, webhooks

__all__ = ["checkins", "editions", "mail", "messages", "needs", "registrations", "trail", "visa_letters", "webhooks"]
