"""Turns: transactions that may not run beside each other, although no row stands for what they have in common."""

from sqlalchemy import func, select

from ..database import db


def take(name):
    """Wait until no other transaction has the turn of this name, and keep it until this one ends. SQLite has one writer anyway."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(func.hashtext(name))))
