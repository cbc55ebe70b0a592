"""The one phone number that forms and files show and change, of the several that a directory may send."""


def chosen(numbers):
    """The element of ``phoneNumbers`` that is shown, or None: the primary one, else one for work, else the first."""
    return min(numbers, key=lambda item: (not item.get("primary"), item.get("type") != "work"), default=None)


def with_number(numbers, text):
    """``phoneNumbers`` with the shown number set to ``text``, or removed if the text is empty. None when nothing is left."""
    edited = chosen(numbers)
    others = [item for item in numbers if item is not edited]
    if not text:
        return others or None
    item = (edited or {"type": "work", "primary": not others}) | {"value": text}
    return [item if known is edited else known for known in numbers] if edited else [*others, item]
