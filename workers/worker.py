"""A worker process: RQ hands it batches of ids, its threads run them."""

import logging

from rq import SimpleWorker
from rq.serializers import JSONSerializer
from rq.worker import DequeueStrategy

from app.bootstrap import Parts
from app.observability.logging import logger
from app.sessions import connection
from workers.queues import queues
from workers.runtime import Runtime, install
from workers.threads import JobThreads

STOP_WITHIN_SECONDS = 8.0
_log = logger("worker")


class BatchWorker(SimpleWorker):
    """RQ's worker without a process per job: a job is over once its ids are with the threads.

    RQ's own recovery isn't relied on: an id that is lost with this process comes due again.
    """

    max_connection_wait_time = 2.0
    log_result_lifespan = False

    def procline(self, message: str) -> None:
        """RQ would put its own words over the process title."""


def run(parts: Parts, topics: list[str] | None = None) -> int:
    """Work until asked to stop (on `topics` only, if given); then let what runs end."""
    logging.getLogger("rq").setLevel(logging.WARNING)
    size = parts.settings.worker_threads
    threads = JobThreads(size)
    install(Runtime(parts, threads))
    client = connection.connect(parts.settings.redis_url, timeout_seconds=600)
    every = queues(client)
    worker = BatchWorker(
        [every[topic] for topic in topics or every], connection=client, serializer=JSONSerializer,
        prepare_for_work=True,
    )  # fmt: skip
    _log.info("worker_started", threads=size)
    worker.work(logging_level="WARNING", dequeue_strategy=DequeueStrategy.ROUND_ROBIN)
    ended = threads.close(STOP_WITHIN_SECONDS)
    parts.exchanges.close()
    _log.info("worker_stopped", all_jobs_ended=ended)
    return 0
