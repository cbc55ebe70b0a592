"""The forms found on a page.

Tests fill the form that is really there and press a button that is really there; a field that the page does not offer
cannot be filled, an option that it does not list cannot be chosen.
"""

import io
from urllib.parse import urlencode, urljoin, urlsplit

from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

BUTTON_TYPES = frozenset(("submit", "image"))


class Form:
    """A form of a page with what is typed into it. ``submit`` sends it and returns the next screen."""

    def __init__(self, node, screen):
        self.node, self.screen = node, screen
        self.controls = [control for control in self._own_controls() if control.get("name")]
        self.values, self.files = {}, {}
        for control in self.controls:
            self.values.setdefault(control.get("name"), []).extend(_initial(control))

    @property
    def action(self):
        return urljoin(self.screen.url, self.node.get("action") or self.screen.url)

    @property
    def buttons(self):
        return [
            node
            for node in self._own_controls(disabled=True)
            if (node.tag == "button" and node.get("type", "submit") == "submit")
            or (node.tag == "input" and node.get("type") in BUTTON_TYPES)
        ]

    @property
    def names(self):
        return sorted(self.values)

    def answers_to(self, name):
        """Whether ``name`` is this form's id, name, action, last part of the action, or the text of a button."""
        path = urlsplit(self.action).path
        own = {self.node.get("id"), self.node.get("name"), path, path.rstrip("/").rsplit("/", 1)[-1]}
        return name in own or name.casefold() in {_label(button) for button in self.buttons}

    def fill(self, values=(), **more):
        """Type into fields by name: text, a number, True/False for a tick, a list for several values."""
        for name, value in (dict(values) | more).items():
            self.values[name] = self._accepted(name, value)
        return self

    def attach(self, name, content, file_name="people.csv"):
        """Choose a file for a field: its bytes and the name it has on disk."""
        kinds = [control.get("type") for control in self.controls if control.get("name") == name]
        assert kinds == ["file"], f"{name!r} is {kinds or 'not there'}, not a field for a file"
        assert self.node.get("enctype") == "multipart/form-data", "the form sends no files"
        self.files[name] = (content, file_name)
        return self

    def submit(self, button=None):
        """Press a button (its text, name or value; the first one by default) and return the screen that comes."""
        pressed = self._button(button)
        pairs = [(name, value) for name, values in self.values.items() for value in values]
        if pressed is not None and pressed.get("name"):
            pairs.append((pressed.get("name"), pressed.get("value", "")))
        node = pressed if pressed is not None else self.node
        action = urljoin(self.screen.url, node.get("formaction") or self.action)
        method = (node.get("formmethod") or self.node.get("method", "get")).lower()
        if method == "get":
            return self.screen.go(f"{urlsplit(action).path}?{urlencode(pairs)}")
        if self.node.get("enctype") == "multipart/form-data":
            files = [(field, FileStorage(io.BytesIO(content), name)) for field, (content, name) in self.files.items()]
            empty = [(control.get("name"), FileStorage(io.BytesIO(), "")) for control in self.controls
                     if control.get("type") == "file" and control.get("name") not in self.files]  # fmt: skip
            boundary, body = encode_multipart(MultiDict([*pairs, *files, *empty]))
            kind = f"multipart/form-data; boundary={boundary}"
            return self.screen.go(action, method="POST", data=body, content_type=kind)
        return self.screen.go(action, method="POST", data=urlencode(pairs))

    def _accepted(self, name, value):
        controls = [control for control in self.controls if control.get("name") == name]
        assert controls, f"the form has no field {name!r}; it has {self.names}"
        first = controls[0]
        if first.get("type") in ("checkbox", "radio"):
            offered = [control.get("value", "on") for control in controls]
            wanted = (offered[:1] if value else []) if isinstance(value, bool) else _strings(value)
        elif first.tag == "select":
            offered = {option.text: option.get("value", option.text) for option in first.find_all("option")}
            wanted = [offered.get(text, text) for text in _strings(value)]
            offered = list(offered.values())
        else:
            assert first.get("readonly") is None, f"{name!r} is read-only"
            return _strings(value)
        assert set(wanted) <= set(offered), f"{name!r} offers {offered}, not {wanted}"
        return wanted

    def _button(self, name):
        if name is None:
            return self.buttons[0] if self.buttons else None
        for button in self.buttons:
            if name.casefold() == _label(button) or name in (button.get("name"), button.get("value")):
                assert button.get("disabled") is None, f"the button {name!r} is disabled"
                return button
        raise AssertionError(f"no button {name!r}; there are {[_label(button) for button in self.buttons]}")

    def _own_controls(self, disabled=False):
        inside = range(self.node.place, self.node.place + self.node.size)
        for node in self.screen.tree.find_all("input", "select", "textarea", "button"):
            owner = node.get("form")
            mine = owner == self.node.get("id") if owner else node.place in inside
            if mine and (disabled or not _is_disabled(node)):
                yield node


def _is_disabled(node):
    while node is not None:
        if node.get("disabled") is not None:
            return True
        node = node.parent if node.parent is not None and node.parent.tag in ("fieldset", "div", "label") else None
    return False


def _initial(control):
    kind = control.get("type", "text")
    if control.tag == "button" or kind in ("submit", "image", "button", "reset", "file"):
        return []
    if control.tag == "textarea":
        text = "".join(child for child in control.children if isinstance(child, str))
        return [text.replace("\r\n", "\n").removeprefix("\n")]  # as a browser reads it
    if control.tag == "select":
        options = control.find_all("option")
        chosen = [option for option in options if option.get("selected") is not None]
        if not chosen and control.get("multiple") is None:
            chosen = options[:1]
        return [option.get("value", option.text) for option in chosen]
    if kind in ("checkbox", "radio"):
        return [control.get("value", "on")] if control.get("checked") is not None else []
    return [control.get("value", "")]


def _label(button):
    return " ".join((button.text or button.get("value") or button.get("aria-label") or "").split()).casefold()


def _strings(value):
    return [str(item) for item in value] if isinstance(value, list | tuple | set) else [str(value)]
