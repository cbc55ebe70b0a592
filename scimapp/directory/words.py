"""Sentences that remember what they were made of, so that a front can say them in another language.

The directory speaks English: SCIM answers, the command line and the log read a Sentence as the text it is. The screens
hand its template to the translations and fill the same values in. ``say`` also marks a text for the translators.
``packed`` makes JSON text of a sentence that a row keeps, ``unpacked`` the sentence again.
"""

from functools import reduce

import orjson


class Sentence(str):
    """English text with the ``template`` and ``values`` it was made of."""

    __slots__ = ("template", "values")

    def __getnewargs__(self):
        return (str(self),)


class Grouped(int):
    """A count of a sentence that writes its thousands apart: 10,000 here, and as a language does where it is spoken."""

    is_grouped = True  # ``languages`` stands below the directory and asks for this

    def __str__(self):
        return f"{int(self):,}"


def quoted(names):
    """The Sentence that lists one name or more, each in quotes, which differ by language."""
    first, *others = names
    return reduce(
        lambda before, name: say("%(before)s, “%(name)s”", before=before, name=name),
        others,
        say("“%(name)s”", name=first),
    )


def say(template, **values):
    """The Sentence of a ``%(name)s`` template; a plain text without values."""
    sentence = Sentence(template % values if values else template)
    sentence.template, sentence.values = template, values
    return sentence


def packed(text):
    """A text as JSON to keep: ``[template, values]`` of a Sentence, ``[text, null]`` of anything else."""
    return orjson.dumps(_parts(text)).decode()


def unpacked(kept):
    """The text that ``packed`` made this of; None for None."""
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
