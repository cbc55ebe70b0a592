"""django-scim2 as its documentation sets it up: its mixins on a user and a group model, SQLite with scimapp's pragmas.

Tokens are compared with a constant and passwords hashed by MD5, so neither costs it anything.
"""

import os

import django
from django.conf import settings

TOKEN = "bench"

settings.configure(
    SECRET_KEY="only-for-measuring",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF="django_urls",
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django_scim", "django_people"],
    AUTH_USER_MODEL="django_people.Person",
    MIDDLEWARE=["django_people.middleware.Bearer", "django_scim.middleware.SCIMAuthCheckMiddleware"],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": os.environ["BENCH_PEER_DATABASE"],
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY;",
            },
        }
    },
    PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    USE_TZ=True,
    SCIM_SERVICE_PROVIDER={
        "NETLOC": "127.0.0.1",
        "SCHEME": "http",
        "AUTHENTICATION_SCHEMES": [{"type": "oauthbearertoken", "name": "Bearer", "description": "A bearer token"}],
        "GROUP_MODEL": "django_people.models.Team",
    },
)
django.setup()

from django.core.management import call_command  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402

call_command("migrate", run_syncdb=True, verbosity=0)
app = get_wsgi_application()
