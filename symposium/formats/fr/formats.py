"""Dates that Django writes by itself, as this site writes its own: « 5 mars 2027, 9 h 15 ».

But for the first of a month: no format of Django's writes « 1er » on that day alone, so it is « 1 mars ».
"""

TIME_FORMAT = "G\u00a0\\h\u00a0i"
DATETIME_FORMAT = f"j F Y, {TIME_FORMAT}"
