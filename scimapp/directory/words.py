"""Sentences that remember what they were made of, so that a front can say them in another language.

The directory speaks English: SCIM answers, the command line and the log read a Sentence as the text it is. The screens
hand its template to the translations and fill the same values in. ``say`` also marks a text for the translators.
"""


class Sentence(str):
    """English text with the ``template`` and ``values`` it was made of."""

    __slots__ = ("template", "values")

    def __getnewargs__(self):
        return (str(self),)


def say(template, **values):
    """The Sentence of a ``%(name)s`` template; a plain text without values."""
    sentence = Sentence(template % values if values else template)
    sentence.template, sentence.values = template, values
    return sentence
