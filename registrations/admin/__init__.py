from registrations.admin import checkins, editions, mail, messages, needs, registrations, trail

__all__ = ["checkins", "editions", "mail", "messages", "needs", "registrations", "trail"]
