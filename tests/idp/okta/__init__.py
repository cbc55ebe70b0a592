"""Okta, in both of its dialects: "oin" (catalogue template) and "aiw" (App Integration Wizard)."""
