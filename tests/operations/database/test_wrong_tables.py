"""A statement that the database cannot do is a fault of ours, whatever the driver calls it: coming again does not mend it."""

import logging

from sqlalchemy import text

from scimapp.database import db, disconnect
from tests.scim_api.bodies import person
from tests.support.people import MadeAccount


def test_a_fault_of_ours_is_a_500_with_a_number_and_its_way_through_the_code(alone, caplog):
    account = MadeAccount(alone)
    scim, page = account.scim(), account.screens()
    db.session.execute(text("ALTER TABLE users RENAME COLUMN title TO elsewhere"))
    db.session.commit()
    disconnect()

    with caplog.at_level(logging.WARNING):
        told = [scim.post("/Users", person()), page("/users")]

    for answer in told:
        assert answer.status_code == 500
        assert answer.headers["X-Request-ID"] in answer.text
        assert "Retry-After" not in answer.headers and "elsewhere" not in answer.text
    faults = [record for record in caplog.records if record.msg.startswith("unexpected error")]
    assert len(faults) == 2 and all(record.exc_info for record in faults)
