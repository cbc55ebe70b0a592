"""Acting on many people at the screens: choosing them in the list, and reading what became of them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Chosen:
    """A person of the list, as far as ``apply`` needs one."""

    id: str


def apply(screens, action, people=(), address="/users", **more):
    """Choose people in the list at ``address``, and an action: the screen that asks. ``all=True`` takes all matches."""
    form = screens(address).form("batch").fill(action=action)
    if people:
        form.fill(user=[person.id for person in people])
    return form.fill(**more).submit("Apply")


def names(screen, heading):
    """The names in the part of a page with this id."""
    return screen.tree.find("section", **{"aria-labelledby": heading}).text


def ids(screen):
    """The ids of the people listed."""
    return [box.get("value") for box in screen.tree.find_all("input", name="user")]


def everybody(screen):
    """The people listed."""
    return [Chosen(person_id) for person_id in ids(screen)]
