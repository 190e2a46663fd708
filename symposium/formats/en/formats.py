"""Dates that Django writes by itself, nearly as this site writes its own: “1 March 2027, 2:15 PM”.

Ours have “pm”, which no format of Django's writes: it knows “PM” and “p.m.” alone.
"""

DATE_FORMAT = "j F Y"
TIME_FORMAT = "g:i\u00a0A"
DATETIME_FORMAT = f"{DATE_FORMAT}, {TIME_FORMAT}"
