"""What tests of several records look at."""

import pytest

from tests.support.mails import newest_mails


@pytest.fixture
def owed(make_user, scope):
    """The mail of somebody just invited."""
    make_user(state="invited", given_name="Ann", family_name="Lovelace", email="ann@corp.example")
    return next(mail for mail in newest_mails(scope).items if mail.to_address == "ann@corp.example")
