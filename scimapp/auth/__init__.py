"""Who is asking: passwords, browser sessions, and the guards of the screens."""

from ..extensions import login_manager
from . import passwords, sessions


def init_app(app):
    """Bind sign-in to the application."""
    settings = app.config["SETTINGS"]
    passwords.install(settings.password_memory_kib)
    sessions.configure_cookie(app)
    login_manager.init_app(app)
