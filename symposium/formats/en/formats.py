"""Dates that Django writes by itself, as this site writes its own: “1 March 2027, 2:15 PM”."""

DATE_FORMAT = "j F Y"
TIME_FORMAT = "g:i\u00a0A"
DATETIME_FORMAT = f"{DATE_FORMAT}, {TIME_FORMAT}"
