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
    """An index whose options for Postgres are kept aside, because SQLAlchemy would import its Postgres to check them."""

    def __init__(self, *named, **options):
        aside = {name: options.pop(name) for name in [*options] if name.startswith("postgresql_")}
        super().__init__(*named, info=aside, **options)


def complete_for_postgres():
    """Give the indexes their options for Postgres. It makes and compares tables by them."""
    for table in Base.metadata.tables.values():
        for index in table.indexes:
            for name, value in index.info.items():
                index.dialect_options["postgresql"][name.removeprefix("postgresql_")] = value
