"""Signing in at the level of rows."""

from sqlalchemy import create_engine, text

from scimapp.directory.sign_in import sign_in


def test_a_stronger_hash_is_stored_although_others_wrote_meanwhile(account, database_url):
    ((user, _account),) = sign_in.candidates(account.owner.email)
    elsewhere = create_engine(database_url)
    with elsewhere.begin() as connection:
        connection.execute(text("UPDATE accounts SET name = 'Acme & Sons' WHERE id = :id"), {"id": account.id})
    elsewhere.dispose()

    sign_in.replace_password_hash(user, "stronger")

    assert sign_in.candidates(account.owner.email)[0][0].password_hash == "stronger"
