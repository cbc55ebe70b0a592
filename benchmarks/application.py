"""The application that a benchmark uses in its own process."""

from scimapp import create_app
from scimapp.settings import Settings

SECRET_KEY = "only-for-measuring-0123456789-abcdefghij"


def application(database_url, folder, external_url):
    """An application on a database, whose data folder is ``folder``. It starts no workers."""
    url = database_url.replace("postgresql://", "postgresql+psycopg://")
    return create_app(Settings(database_url=url, data_dir=folder, external_url=external_url, secret_key=SECRET_KEY))
