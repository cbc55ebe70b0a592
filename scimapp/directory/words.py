"""Sentences that keep their template and values, so that a front can translate them.

The directory speaks English: SCIM answers, the command line and the log use a Sentence as plain text. The screens
translate its template and insert the same values. ``say`` also marks a text for the translators. ``packed`` turns a
sentence into JSON for a row, ``unpacked`` turns it back.
"""

from functools import reduce

import orjson


class Sentence(str):
    """English text, with the ``template`` and ``values`` it was made from."""

    __slots__ = ("template", "values")

    def __getnewargs__(self):
        return (str(self),)


class Grouped(int):
    """A count written with a separator for thousands: 10,000 in English, otherwise as the language of the reader does."""

    is_grouped = True  # ``languages``, a layer below, asks for this

    def __str__(self):
        return f"{int(self):,}"


def quoted(names):
    """The Sentence that lists one or more names in quotes; quotes differ by language."""
    first, *others = names
    return reduce(
        lambda before, name: say("%(before)s, “%(name)s”", before=before, name=name),
        others,
        say("“%(name)s”", name=first),
    )


def say(template, **values):
    """The Sentence of a ``%(name)s`` template; without values, of a plain text."""
    sentence = Sentence(template % values if values else template)
    sentence.template, sentence.values = template, values
    return sentence


def packed(text):
    """JSON for storing a text: ``[template, values]`` for a Sentence, ``[text, null]`` for anything else."""
    return orjson.dumps(_parts(text)).decode()


def unpacked(kept):
    """The text that ``packed`` turned into this; None for None."""
    return None if kept is None else _whole(orjson.loads(kept))


def _parts(text):
    if not isinstance(text, Sentence):
        return [str(text), None]
    return [text.template, {name: _part(value) for name, value in text.values.items()}]


def _part(value):
    if isinstance(value, Grouped):
        return {"grouped": int(value)}
    return _parts(value) if isinstance(value, Sentence) else value


def _whole(parts):
    template, values = parts
    if values is None:
        return template
    return say(template, **{name: _value(part) for name, part in values.items()})


def _value(part):
    if isinstance(part, dict):
        return Grouped(part["grouped"])
    return _whole(part) if isinstance(part, list) else part
