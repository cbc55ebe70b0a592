"""Names of people that are said without the row around them, as those of boxes and menus are: no two of them are alike."""

from collections import Counter


def told_apart(people):
    """The display names of ``people`` on one page, in their order; those that several of them have with the address."""
    counts = Counter(person.display_name for person in people)
    return [
        person.display_name
        if counts[person.display_name] == 1
        else f"{person.display_name} ({person.email or person.user_name})"
        for person in people
    ]
