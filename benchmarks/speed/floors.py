"""The least that Flask and SQLite cost, with the server and the pragmas of scimapp: the floors its figures are compared with.

``/read/<id>`` is F: one read of a stored document by its id. ``/write/<id>`` is W: one UPDATE of it and a commit.
``/fixed`` answers fixed bytes.
"""

import os
import random
import sqlite3
import threading

from flask import Flask, Response

DATABASE = "BENCH_FLOOR_DATABASE"
DOCUMENT_BYTES = 700
_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY", "busy_timeout=10000")
_here = threading.local()
app = Flask(__name__)


def write_documents(path, count):
    """Make the database: ``count`` documents called ``document-<number>``."""
    chance = random.Random(count)
    connection = _connect(path)
    connection.execute(
        "CREATE TABLE documents (seq INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, document TEXT NOT NULL)"
    )
    connection.execute("BEGIN")
    connection.executemany(
        "INSERT INTO documents (id, document) VALUES (?, ?)",
        ((f"document-{number}", _document(number, chance.randrange(10**6))) for number in range(count)),
    )
    connection.execute("COMMIT")
    connection.close()


def _document(number, mark):
    begin, end = f'{{"id":"document-{number}","mark":{mark},"filling":"', '"}'
    return begin + "x" * (DOCUMENT_BYTES - len(begin) - len(end)) + end


def _connect(path):
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _connection():
    if not hasattr(_here, "connection"):
        _here.connection = _connect(os.environ[DATABASE])
    return _here.connection


@app.get("/read/<id_>")
def read(id_):
    (document,) = _connection().execute("SELECT document FROM documents WHERE id = ?", (id_,)).fetchone()
    return Response(document, content_type="application/scim+json")


@app.put("/write/<id_>/<int:mark>")
def write(id_, mark):
    connection = _connection()
    connection.execute("BEGIN IMMEDIATE")
    document = _document(int(id_.rpartition("-")[2]), mark)
    connection.execute("UPDATE documents SET document = ? WHERE id = ?", (document, id_))
    connection.execute("COMMIT")
    return Response(document, content_type="application/scim+json")


@app.get("/fixed")
def fixed():
    return Response(
        b'{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"]}', content_type="application/scim+json"
    )


@app.get("/healthz")
def healthz():
    return "ok"
