"""Settings that were left alone are not asked for again: somebody else may have changed them since the form was shown.

The form carries what it showed (``base``), as that of a person does.
"""

import json

from wtforms import HiddenField


class ShownSettings:
    """What forms of several settings have in common, beside ``Form``."""

    base = HiddenField(id="shown-settings")

    def note_shown(self, names):
        """Keep what these inputs show; a form that came back brings what it showed."""
        if self.base.raw_data is None:
            self.base.data = json.dumps({name: _plain(self[name].data) for name in names})

    def altered(self, names):
        """Those of ``names`` whose inputs came back with something else; all of them where it is not known what they showed."""
        shown = self._shown()
        return [name for name in names if name not in shown or _plain(self[name].data) != shown[name]]

    def _shown(self):
        try:
            shown = json.loads(self.base.data or "{}")
        except ValueError:
            return {}
        return shown if isinstance(shown, dict) else {}


def _plain(value):
    if isinstance(value, list):
        return sorted(value)
    return None if value == "" else value
