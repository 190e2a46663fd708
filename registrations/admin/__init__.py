from registrations.admin import checkins, editions, mail, needs, registrations, trail

__all__ = ["checkins", "editions", "mail", "needs", "registrations", "trail"]
