"""Ways in: a callable, ASGI, WSGI, a small HTTP service, the page of aggregates."""
