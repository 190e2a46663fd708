"""Dates that Django writes by itself, as this site writes its own: « 1 mars 2027, 14 h 15 »."""

TIME_FORMAT = "H\u00a0\\h\u00a0i"
DATETIME_FORMAT = f"j F Y, {TIME_FORMAT}"
