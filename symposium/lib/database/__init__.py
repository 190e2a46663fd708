"""Django's backend for PostgreSQL, named by ``DATABASES``, with a cheaper look at whether a kept connection still lives."""
