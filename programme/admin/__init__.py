from programme.admin import accessibility, figures, organisations, people, staff

__all__ = ["accessibility", "figures", "organisations", "people", "staff"]
