from programme.admin import figures, organisations, people, staff

__all__ = ["figures", "organisations", "people", "staff"]
