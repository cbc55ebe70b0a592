"""The shipped gunicorn settings for the floors: every value, and none of the hooks that work for scimapp."""

from types import ModuleType

from scimapp import gunicorn_conf as shipped

globals().update(
    {
        name: value
        for name, value in vars(shipped).items()
        if not name.startswith("_") and not callable(value) and not isinstance(value, ModuleType)
    }
)
