from programme.admin import accessibility, figures, notices, organisations, people, staff

__all__ = ["accessibility", "figures", "notices", "organisations", "people", "staff"]
