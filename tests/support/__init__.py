"""What the tests share: databases, doors into the application, a mail server, gunicorn and a browser."""
