"""The schemas as data."""
