"""Members of a group that changed, made from the text of those it had: who stayed is copied as it stands."""

import re
from bisect import bisect_right

_PART = 100_000  # bytes of a text


def scim_ids_in(text, form):
    """The SCIM ids of the members in a text, in its order. Quotes inside of names are escaped: nothing else begins like a member.

    Part by part: what is found is copied twice, and fifty thousand small texts at a time cost as much as the memory for them.
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
    """``(come, gone)`` between two lists of distinct texts in order. One after the other: sets of so many texts are slower, for
    each look into one is at another place of the memory.
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
    """``(text, seqs)`` of the members of a small group after a Turnover, from the text and the numbers they had; None where the
    text is not what it should be. ``form`` is their MembersForm.
    """
    begin = form.person.before.encode()
    between = b"," + begin  # quotes inside of names are escaped, so it is found in front of members alone
    there = text[len(begin) : -len(form.end)].split(between) if seqs else []
    if len(there) != len(seqs) or not turnover.gone <= set(seqs) or not turnover.come.keys().isdisjoint(seqs):
        return None
    members = dict(zip(seqs, there, strict=True))
    for seq in turnover.gone:
        del members[seq]
    for seq, (scim_id, name) in turnover.come.items():
        written = form.person.named(scim_id, name) if form.with_names else form.person.unnamed(scim_id)
        members[seq] = written[len(begin) :]
    now = sorted(members)
    return (begin + between.join(map(members.get, now)) if now else b"") + form.end, now


def changes_of(before, now):
    """``(come, gone, followers)`` between two lists of numbers in order: sets, and behind whose number of ``before`` each of those
    who came belongs in front of, None at the end.
    """
    come, gone = set(now).difference(before), set(before).difference(now)
    followers = {}
    for seq in come:
        place = bisect_right(before, seq)
        followers[seq] = before[place] if place < len(before) else None
    return come, gone, followers


def renewed_text(text, end, units, gone, followers):
    """The text of the members with those who came, the keys of ``followers``, and without those who are ``gone``; None where it is
    not what it should be.

    In ``text`` members stand in the order of their numbers with commas between and ``end`` behind; ``units`` are all of those that are
    spoken of as they are written, by number.
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
