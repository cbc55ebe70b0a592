"""Settings that were not altered are not sent to the directory: somebody else may have changed them meanwhile.

The form carries the values that it showed (``base``), as a person's form does.
"""

import json

from wtforms import HiddenField

from ..conflict import met, shown_in


class ShownSettings:
    """What forms of several settings share, as a mixin of ``Form``. ``changed_meanwhile`` are Differences, see ``conflict.met``."""

    base = HiddenField(id="shown-settings")

    @property
    def refusal(self):
        """The status of the page with the form, if it was sent and not saved."""
        return 409 if self.changed_meanwhile else 422

    def note_shown(self, names):
        """Keep what these inputs show; a form that was sent already carries what it showed."""
        if self.base.raw_data is None:
            self.base.data = json.dumps(self.typed(names))

    def altered(self, names):
        """Those of ``names`` whose value differs from the one shown, or whose shown value is unknown."""
        shown, typed = shown_in(self), self.typed(names)
        return [name for name in names if name not in shown or typed[name] != shown[name]]

    def met(self, fresh):
        """Whether somebody else set one of them otherwise since the form was shown, see ``conflict.met``."""
        return met(self, fresh, self.typed(shown_in(fresh)))

    def typed(self, names):
        """``{name: value}`` of inputs, comparable with what the form showed."""
        return {name: _plain(self[name].data) for name in names}


def _plain(value):
    if isinstance(value, list):
        return sorted(value)
    return None if value == "" else value
