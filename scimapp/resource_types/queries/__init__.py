"""Lists: where attributes live, and filters and orders as SQL (RFC 7644 §3.4.2)."""
