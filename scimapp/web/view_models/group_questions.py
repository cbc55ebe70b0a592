"""The questions before a group's link is broken or made, and before a group is deleted."""

from flask_babel import gettext as _

from ...directory.groups import rule_previews
from ...languages import ngettext, spoken
from .confirmations import Question


def deletion(scope, page):
    """Delete this group?"""
    kept = ngettext(
        "The group goes, its %(num)s member stays a person.",
        "The group goes, its %(num)s members stay people.",
        page.group.member_count,
    )
    sentences = [kept if page.group.member_count else _("The group goes; nobody is directly in it.")]
    if page.rule is not None:
        sentences.append(_losing(scope, page))
    title = _("Delete %(name)s?", name=page.group.display_name)
    return Question("delete", title, tuple(sentences), _("Delete"), "btn-danger")


def unlinking(page):
    """Break the link?"""
    name, directory = page.group.display_name, page.directory
    stays = ngettext(
        "%(name)s and its %(num)s member stay and become yours to edit.",
        "%(name)s and its %(num)s members stay and become yours to edit.",
        page.group.member_count,
        name=name,
    )
    next_push = _(
        "%(directory)s knows the group by its old ID, which no longer answers. Its next push makes a new group of this "
        "name beside this one.",
        directory=directory,
    )
    return Question("unlink", _("Break the link?"), (stays, next_push), _("Break the link"), "btn-danger")


def linking(page):
    """Link to the directory's group?"""
    directory = page.conflicting
    leaving = ngettext(
        "%(num)s person added by hand would leave at %(directory)s's next push, unless %(directory)s names them too.",
        "%(num)s people added by hand would leave at %(directory)s's next push, unless %(directory)s names them too.",
        page.group.member_count,
        directory=directory,
    )
    keeps = _(
        "From then on %(directory)s keeps the name and the members, and nobody edits them here.", directory=directory
    )
    title = _("Link %(name)s to %(directory)s's group?", name=page.group.display_name, directory=directory)
    return Question("link", title, (leaving, keeps), _("Link"), "btn-primary")


def _losing(scope, page):
    if not page.may_rule:
        return _("Its role rule goes with it.")
    losing = rule_previews.preview(scope, page.group, None).losing
    return ngettext(
        "%(num)s person loses the role %(role)s.",
        "%(num)s people lose the role %(role)s.",
        losing,
        role=spoken(page.rule.label),
    )
