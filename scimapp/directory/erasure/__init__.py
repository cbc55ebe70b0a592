"""Erasing a person: every place that holds or names the person, and what to leave there instead."""
