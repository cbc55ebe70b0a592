"""The SCIM 2.0 protocol as pure values (RFC 7643, RFC 7644). No Flask, no SQLAlchemy, no I/O.

One table of attributes feeds validation, filters, PATCH, projection and the discovery documents.
"""
