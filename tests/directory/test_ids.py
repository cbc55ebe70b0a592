"""The ids that we make."""

import uuid

from scimapp.directory.ids import new_id


def test_an_id_is_a_uuid_of_version_7():
    made = uuid.UUID(new_id())

    assert (made.version, made.variant) == (7, uuid.RFC_4122)


def test_ids_are_in_the_order_of_time_to_the_millisecond_and_never_the_same():
    made = [new_id() for _ in range(2_000)]

    assert [each[:13] for each in made] == sorted(each[:13] for each in made)
    assert len(set(made)) == len(made)
