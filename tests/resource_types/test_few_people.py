"""What SQLite does for a search that finds few: it has no statistics here, so its plans follow the form of the statement."""

import pytest
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from scimapp.database import db
from scimapp.directory.client_reads import reading
from scimapp.resource_types.queries.asking import Asking
from scimapp.resource_types.queries.filter_sql import condition
from scimapp.scim.filter import parse_filter

from .known_people import ADDRESSES


@pytest.mark.parametrize(
    "text, way",
    [
        ('userName eq "ada"', "INDEX uq_users_user_name (account_id=? AND user_name_key=?"),
        ('externalId eq "ada"', "INDEX uq_users_external_id (account_id=? AND connection_id=? AND external_id=?"),
        ('id eq "ada"', "INDEX sqlite_autoindex_users_"),
        ('meta.lastModified gt "2026-01-01T00:00:00Z"', "INDEX ix_users_updated (account_id=? AND updated_at>?"),
        ('meta.created le "2026-01-01T00:00:00Z"', "INDEX ix_users_created (account_id=? AND created_at<?"),
        ('emails.value eq "ada"', "INTEGER PRIMARY KEY"),
        ('emails[type eq "work" and value sw "ada"]', "INTEGER PRIMARY KEY"),
        ('userName eq "ada" and emails.value eq "ada"', "INDEX uq_users_user_name (account_id=? AND user_name_key=?"),
        ('userName co "ada"', "INDEX uq_users_user_name (account_id=? AND user_name_key>?"),
        ('userName ew "ada"', "INDEX uq_users_user_name (account_id=? AND user_name_key>?"),
        ('id co "ada"', "INDEX sqlite_autoindex_users_"),
        ("userName pr", "INDEX ix_users_visible (account_id=? AND seq>?"),
        ("not (title pr)", "(account_id=? AND seq>?"),
    ],
)
def test_people_are_looked_up_by_what_leads_to_few(directory, text, way):
    _, types, _ = directory
    bound = types.user
    asking = Asking(is_open=False)
    found = condition(parse_filter(text, bound.description), asking, bound.places_at(ADDRESSES))
    steps = plan(reading.few_people_statement(asking, (found,)))

    assert way in next(step for step in steps if step.startswith(("SEARCH users", "SCAN users"))), steps
    assert not any("TEMP B-TREE" in step or "MATERIALIZE" in step for step in steps), steps


@pytest.mark.parametrize(
    "text, counted, paged",
    [
        ('userName co "ada"', "INDEX uq_users_user_name (account_id=? AND user_name_key>?", "INDEX ix_users_visible"),
        ('externalId ew "a"', "INDEX uq_users_external_id (account_id=? AND", "INDEX uq_users_external_id"),
        ('userName sw "ada"', "INDEX uq_users_user_name (account_id=? AND user_name_key>?", "INDEX uq_users_user_name"),
        ('title ne "ada"', "INDEX ix_users_visible (account_id=? AND seq>?", "INDEX ix_users_visible"),
        ("active eq true", "INDEX ix_users_visible (account_id=? AND seq>?", "INDEX ix_users_visible"),
    ],
)
def test_people_are_counted_by_an_index_that_holds_what_is_asked(directory, text, counted, paged):
    """A page of many is read in their order, until it is full."""
    _, types, _ = directory
    asking = Asking(is_open=False)
    found = (condition(parse_filter(text, types.user.description), asking, types.user.places_at(ADDRESSES)),)

    for way, statement in (
        (counted, reading.people_count_statement(asking, found)),
        (paged, reading.people_statement(asking, found, ())),
    ):
        walks = [step for step in plan(statement) if step.startswith("SEARCH users") and "(rowid=?)" not in step]
        assert way in walks[0], walks


def plan(statement):
    """The steps of a statement on SQLite."""
    engine = create_engine("sqlite://", poolclass=NullPool)
    with engine.connect() as connection:
        db.metadata.create_all(connection)
        compiled = statement.compile(engine)
        values = (None,) * len(compiled.positiontup)
        return [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", values)]
