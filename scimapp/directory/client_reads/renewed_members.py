"""Rewrites the cached text of a group's members after a change: the parts of members who stayed are copied."""

import re
from bisect import bisect_left, bisect_right

_PART = 100_000  # bytes of a text searched at a time


def scim_ids_in(text, form):
    """The SCIM ids of the members in a text, in its order. Quotes in names are escaped, so nothing else begins like a member.

    The text is searched in parts: findings are copied twice, and memory for fifty thousand small texts would double the cost.
    """
    begin, ids, at = form.before.encode(), [], 0
    member = re.compile(b"%b([^%b]+)" % (re.escape(begin), re.escape(form.between[:1].encode())))
    while at < len(text):
        end = text.find(begin, at + _PART)
        end = end if end > 0 else len(text)
        ids += b"\n".join(member.findall(text, at, end)).decode().split("\n")
        at = end
    return ids


def differences(before, now):
    """``(come, gone)`` between two sorted lists of distinct texts. They are merged in step: sets of so many texts are
    slower, since each look-up reads another place in memory.
    """
    come, gone = [], []
    rest = iter(now)
    new = next(rest, None)
    for old in before:
        if new == old:
            new = next(rest, None)
            continue
        while new is not None and new < old:
            come.append(new)
            new = next(rest, None)
        if new == old:
            new = next(rest, None)
        else:
            gone.append(old)
    return come if new is None else [*come, new, *rest], gone


def turned_over(text, seqs, form, turnover):
    """``(text, seqs)`` of a small group's members after a Turnover, made from their old text and the list of their numbers;
    None if these are not as expected. ``form`` is their MembersForm.
    """
    begin = form.person.before.encode()
    between = b"," + begin  # quotes in names are escaped, so this only occurs before a member
    there = text[len(begin) : -len(form.end)].split(between) if seqs else []
    if len(there) != len(seqs):
        return None
    for seq in turnover.gone:
        place = bisect_left(seqs, seq)
        if seqs[place : place + 1] != [seq]:
            return None
        del seqs[place], there[place]
    for seq, (scim_id, name) in turnover.come.items():
        place = bisect_left(seqs, seq)
        if seqs[place : place + 1] == [seq]:
            return None
        written = form.person.named(scim_id, name) if form.with_names else form.person.unnamed(scim_id)
        seqs.insert(place, seq)
        there.insert(place, written[len(begin) :])
    return (begin + between.join(there) if there else b"") + form.end, seqs


def changes_of(before, now):
    """``(come, gone, followers)`` between two sorted lists of numbers: two sets, and for each number that came the number
    of ``before`` that follows it, None at the end.
    """
    come, gone = set(now).difference(before), set(before).difference(now)
    followers = {}
    for seq in come:
        place = bisect_right(before, seq)
        followers[seq] = before[place] if place < len(before) else None
    return come, gone, followers


def renewed_text(text, end, units, gone, followers):
    """The text with those who came (the keys of ``followers``) and without those who are ``gone``; None if it is not as
    expected.

    In ``text``, members are sorted by number and separated by commas, and ``end`` follows. ``units`` are the texts, by
    number, of all members mentioned in ``followers`` and ``gone``.
    """
    pieces, at, last = [], 0, len(text) - len(end)
    view = memoryview(text)
    for seq in sorted({*followers, *gone}):
        place = followers.get(seq, seq)
        start = last + 1 if place is None else text.find(units[place], at)
        if start < 0:
            return None
        if start > at:
            pieces.append(view[at : start - 1])
        at = start
        if seq in gone:
            at += len(units[seq]) + 1
        else:
            pieces.append(units[seq])
    if at < last:
        pieces.append(view[at:last])
    parts = [b","] * (2 * len(pieces))
    parts[::2] = pieces
    parts[-1:] = [end]
    return b"".join(parts)
