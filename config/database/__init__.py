"""Django's PostgreSQL backend, with a server that comes along where none is named."""
