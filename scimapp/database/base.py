"""The base of every model, and how constraints are called."""

from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

# Constraint names are needed by migrations on both databases and to tell which rule an IntegrityError broke.
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The base of every model."""

    metadata = MetaData(naming_convention=NAMING)
