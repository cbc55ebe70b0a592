"""Any command may be the first one on a new server."""

from tests.support import databases as made


def test_the_first_command_makes_the_tables(flask, app, database, databases, app_with):
    new = made.build_app(databases.unmigrated(database, "first"), databases.folder)

    listed = flask("accounts", "list", "--json", on=new)

    assert (listed.code, listed.json) == (0, {"accounts": []})
    made.dispose(new)


def test_a_database_that_is_away_is_one_line(flask, app, databases):
    away = made.build_app("postgresql+psycopg://nobody@127.0.0.1:1/nothing", databases.folder)

    refused = flask("accounts", "list", on=away)

    assert refused.code == 1
    assert refused.err.startswith("Error: The database does not answer")
    assert refused.err.count("\n") == 1
    made.dispose(away)
