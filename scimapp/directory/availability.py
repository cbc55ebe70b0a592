"""What a database that cannot answer right now raises, so that a front can say "try again" without knowing the driver."""

from sqlalchemy.exc import OperationalError, TimeoutError

UNAVAILABLE = (OperationalError, TimeoutError)
