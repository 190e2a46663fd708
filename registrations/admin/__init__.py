from registrations.admin import checkins, editions, mail, registrations, trail

__all__ = ["checkins", "editions", "mail", "registrations", "trail"]
