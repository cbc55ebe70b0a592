"""Calls with odd texts in all places, made of plain ones: what the log says of them must not depend on how it is found out."""

import orjson

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
# What is put into texts of a call: secrets of every kind, and what no line or database takes.
ODD = ("scimAbcdefghij0123456789wxyz", "SCIMabcdefghij0123456789wxyz", "Bearer of-bad-news", "bearer ", "\u202e", "\u2066x", "\0",
       "password", "p%61ssword", "pin=1", "key", "%", "+", "\\", '\\"', "\\u0041", '"', "é", "ß", "\u2013", "\x7f", "\n", "\u2028",
       "/", "//", "?", "&", "filter=", "&filter=x", "&FILTER=userName%20eq%20%22a%22", "count=1", "&count=", " ", "x" * 600,
       "Users", "Groups", "%22", "eq", "]", '],"id":"')  # fmt: skip


def odder(seen, dice, bodies):
    """A call with odd texts in a few places; where it has no body it may get one of ``bodies``."""
    for _ in range(dice.randint(1, 2)):
        name = dice.choice(
            ("path", "raw_query", "agent", "address", "answer", "only", "token", "method", "status", "body")
        )
        seen = odd_only(seen, dice) if name == "only" else seen._replace(**{name: odd_value(seen, name, dice, bodies)})
    return seen


def odd_value(seen, name, dice, bodies):
    value = getattr(seen, name)
    match name:
        case "path":
            noun, rest = (
                dice.choice(("Users", "Groups")),
                f"/{dice.choice(ODD)}" if seen.excerpt and seen.excerpt.scim_id else "",
            )
            return dice.choice((spoilt(value, dice), f"{value}/", f"{seen.base}/{noun}{rest}", value.lower()))
        case "raw_query":
            return spoilt(value, dice).encode().decode("latin-1")
        case "agent" | "address":
            return spoilt(value, dice)
        case "answer":
            return spoilt(value.decode(), dice).encode()
        case "token":
            return value._replace(label=spoilt(value.label, dice))
        case "body" if value and dice.often(0.8):
            return spoilt_json(value, dice)
    return dice.choice({"method": METHODS, "status": (200, 201, 204, 304), "body": bodies}[name])


def odd_only(seen, dice):
    """The same with an odd text in the only resource, which is a part of the answer, or with another total."""
    excerpt, only = seen.excerpt, seen.excerpt and seen.excerpt.only
    if excerpt is None:
        return seen._replace(answer=dice.choice((b"", b"{}")))
    if only is None or dice.often(0.3):
        return seen._replace(excerpt=excerpt._replace(total=excerpt.total and dice.randint(0, 3)))
    odd = spoilt(only.decode(), dice).encode()
    if only not in seen.answer or not is_json(odd):
        return seen
    return seen._replace(answer=seen.answer.replace(only, odd), excerpt=excerpt._replace(only=odd))


def spoilt_json(raw, dice):
    """Mostly JSON still: the odd text stands behind a quote, where a name or a value begins or ends."""
    quotes = [place for place, letter in enumerate(raw) if letter == ord('"')]
    place = dice.choice(quotes) + 1 if quotes else 0
    return raw[:place] + dice.choice(ODD).encode() + raw[place:]


def spoilt(text, dice):
    place = dice.randint(0, len(text))
    return text[:place] + dice.choice(ODD) + text[place:]


def is_json(raw):
    try:
        return isinstance(orjson.loads(raw), dict)
    except orjson.JSONDecodeError:
        return False
