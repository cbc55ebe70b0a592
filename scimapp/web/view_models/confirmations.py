"""The questions asked before somebody's access changes (screens, section 5.5): the verb, what happens, what may undo it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Question:
    """``name`` is the form's id. ``warning`` tells what the directory will do about it."""

    name: str
    title: str
    sentences: tuple
    button: str
    button_class: str
    warning: str = ""


def deactivation(page):
    """Deactivate this person?"""
    name = page.user.display_name
    warning = ""
    if page.is_managed:
        warning = (
            f"{page.directory} still lists this person as active and may activate the account again at its next "
            f"update. To make it last, remove the person from the app in {page.directory}."
        )
    sentence = (
        f"{page.first_name} is signed out at once and cannot sign in. Data, groups and history stay. "
        "You can activate the account again at any time."
    )
    return Question("deactivate", f"Deactivate {name}?", (sentence,), "Deactivate", "btn-danger", warning)


def activation(page):
    """Activate this person?"""
    sentences = [f"{page.first_name} can sign in again."]
    if page.user.verified_at is None and page.user.email:
        sentences = [f"{page.first_name} can sign in after accepting the invitation.", "An invitation goes out."]
    warning = ""
    if page.is_managed:
        warning = f"{page.directory} may deactivate the account again at its next update."
    return Question(
        "activate", f"Activate {page.user.display_name}?", tuple(sentences), "Activate", "btn-primary", warning
    )
