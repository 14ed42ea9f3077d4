"""What ours is measured against: Flask doing the same storage work and nothing else."""

import os

import redis
from flask import Flask, Response, request
from psycopg2.pool import ThreadedConnectionPool

application = Flask(__name__)
_redis = redis.Redis.from_url(os.environ["REDIS_URL"])
_pool = ThreadedConnectionPool(8, 8, os.environ["DATABASE_URL"])
_RECORD = b"x" * 300


@application.post("/bare")
def bare() -> Response:
    """One GET and one SET, a text of a screen's length."""
    session = request.form["sessionId"]
    _redis.get(f"bare:{session}")
    _redis.set(f"bare:{session}", _RECORD, ex=180)
    return Response("CON " + "x" * 80, content_type="text/plain")


@application.post("/bare-db")
def bare_db() -> Response:
    """The same and one SELECT."""
    session = request.form["sessionId"]
    _redis.get(f"bare:{session}")
    connection = _pool.getconn()
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(
            "select b.posted_minor from balances b join accounts a on a.id = b.account_id"
            " where a.kind = 'wallet' and a.owner = %s and a.currency = 'NGN'",
            ("1",),
        )
        cursor.fetchone()
    _pool.putconn(connection)
    _redis.set(f"bare:{session}", _RECORD, ex=180)
    return Response("CON " + "x" * 80, content_type="text/plain")
