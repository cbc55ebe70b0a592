"""The base of every model, the naming of constraints, and indexes."""

import sqlalchemy
from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

# Migrations need constraint names on both databases, and an IntegrityError tells by them which rule was broken.
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


class Index(sqlalchemy.Index):
    """An index whose options for one database or the other are kept aside: to check them SQLAlchemy would import what it needs for
    that database.
    """

    def __init__(self, *named, **options):
        aside = {name: options.pop(name) for name in [*options] if name.startswith(("postgresql_", "sqlite_"))}
        super().__init__(*named, info=aside, **options)


def complete_for(database):
    """Give tables and indexes the options for ``database`` ("sqlite" or "postgresql") that stand in their ``info``. It makes and
    compares tables by them.
    """
    for table in Base.metadata.tables.values():
        for one in (table, *table.indexes):
            for name, value in one.info.items():
                if name.startswith(f"{database}_"):
                    one.dialect_options[database][name.removeprefix(f"{database}_")] = value
