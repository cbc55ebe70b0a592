"""Identity providers as they are on the wire: recorded requests, replayed against the real application."""
