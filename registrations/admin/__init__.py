from registrations.admin import checkins, editions, mail, registrations

__all__ = ["checkins", "editions", "mail", "registrations"]
