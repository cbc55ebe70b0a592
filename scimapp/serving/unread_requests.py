"""The answer to bytes that are not a request: a SCIM error if they were meant for SCIM (RFC 7644 §3.12), else a short page.

gunicorn's parser decides what is malformed, but its own page and log line repeat the input, which may hold the secret of a
link. The answer here repeats nothing; the first bytes only decide its format.
"""

import json

from gunicorn.http import errors

LOOKED_AT = 200  # bytes
_ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"


class OtherHTTP(errors.InvalidHTTPVersion):
    """The request line names another major version of HTTP than 1 (RFC 9110 §15.6.6)."""


class NoHost(errors.InvalidHeader):
    """A request names no host, or an impossible one (RFC 9112 §3.2)."""

    def __init__(self):
        super().__init__("HOST")


_KINDS = (
    (errors.LimitRequestLine, 414, "URI Too Long", "The address has more than {line} bytes; send long filters to /.search by POST."),
    (errors.LimitRequestHeaders, 431, "Request Header Fields Too Large",
     "More than {fields} header fields, one of more than {field} bytes, or no end of them."),
    (errors.UnsupportedTransferCoding, 501, "Not Implemented", "This Transfer-Encoding is not known; chunked is."),
    (errors.ExpectationFailed, 417, "Expectation Failed", "The only expectation that is met is 100-continue."),
    (OtherHTTP, 505, "HTTP Version Not Supported", "This server speaks HTTP/1.1 and HTTP/1.0."),
    (NoHost, 400, "Bad Request", "A request of HTTP/1.1 names its host in one Host field, as in Host: scim.example.com."),
    ((errors.InvalidRequestLine, errors.InvalidHTTPVersion), 400, "Bad Request",
     "The first line is not METHOD, address, HTTP/1.1; in the address a blank is %20 and é is %C3%A9."),
    (errors.ParseException, 400, "Bad Request", "The bytes that came are no request of HTTP/1.1."),
)  # fmt: skip

# What a browser's person can do; no setting and no language is known here.
_FOR_PEOPLE = {
    414: "The address is too long. Go back, and search for less or with fewer filters.",
    431: "The browser sent too much beside the address. Delete the cookies of this site and try again.",
    400: "What the browser sent cannot be read. Go back and try again.",
}


def refusal(beginning, error, cfg):
    """The whole answer to bytes with this ``beginning``; None for an error that does not concern the input."""
    for kind, status, reason, words in _KINDS:
        if isinstance(error, kind) and not isinstance(error, errors.ConfigurationProblem):
            media, body = "text/html; charset=utf-8", _page(reason, _FOR_PEOPLE.get(status, _FOR_PEOPLE[400]))
            if _is_for_scim(beginning):
                detail = words.format(
                    line=cfg.limit_request_line, fields=cfg.limit_request_fields, field=cfg.limit_request_field_size
                )
                media = "application/scim+json"
                body = json.dumps({"schemas": [_ERROR], "status": str(status), "detail": detail})
            head = (
                f"HTTP/1.1 {status} {reason}\r\nConnection: close\r\nContent-Type: {media}\r\n"
                f"Content-Length: {len(body)}\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n\r\n"
            )
            return f"{head}{body}".encode()
    return None


def _is_for_scim(beginning):
    target = beginning.split(None, 2)[1:2]
    return bool(target) and target[0].lstrip(b"/").startswith(b"scim")


def _page(reason, words):
    return (
        '<!doctype html><html lang="en"><meta name="viewport" content="width=device-width">'
        f'<meta name="color-scheme" content="light dark"><title>{reason}</title><h1>{reason}</h1><p>{words}</p>'
        '<p><a href="/">Start page</a></p>'
    )
