"""Lets in whoever has the token."""

from types import SimpleNamespace

_SOMEBODY, _NOBODY = SimpleNamespace(is_authenticated=True), SimpleNamespace(is_authenticated=False)


class Bearer:
    def __init__(self, get_response):
        self._get_response = get_response

    def __call__(self, request):
        has_token = request.headers.get("Authorization") == "Bearer bench"
        request.user = _SOMEBODY if has_token or request.path == "/healthz" else _NOBODY
        return self._get_response(request)
