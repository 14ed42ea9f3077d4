"""The queues: one per topic of the outbox. A job carries ids only, as JSON; Redis may lose it."""

from collections.abc import Iterable, Mapping

import redis
from rq import Queue
from rq.serializers import JSONSerializer

JOBS = {
    "vend": "workers.jobs.vend.vend",
    "ask": "workers.jobs.ask.ask",
    "notify": "workers.jobs.notify.notify",
    "probe": "workers.jobs.probe.probe",
    "catalogue": "workers.jobs.catalogue.catalogue",
    "payment": "workers.jobs.payment.payment",
    "account": "workers.jobs.account.account",
    "look_again": "workers.jobs.look_again.look_again",
    "recall": "workers.jobs.recall.recall",
    "sim_swap": "workers.jobs.sim_swap.sim_swap",
    "charge": "workers.jobs.charge.charge",
    "identity": "workers.jobs.identity.identity",
    "lookup": "workers.jobs.lookup.lookup",
    "schedule": "workers.jobs.schedule.schedule",
    "reconcile": "workers.jobs.reconcile.reconcile",
    "export": "workers.jobs.export.export",
    "broadcast": "workers.jobs.broadcast.broadcast",
    "sign_in_code": "workers.jobs.sign_in_code.sign_in_code",
}
"""Topic -> the job that does it."""

IDS_PER_JOB = 25
"""Taking a job costs RQ some milliseconds whatever is in it; a batch keeps that off the rate."""

_NO_TIMEOUT = -1
_FORGOTTEN_AFTER_SECONDS = 600


def queues(client: "redis.Redis") -> dict[str, Queue]:
    """Every queue, by topic."""
    return {
        topic: Queue(topic, connection=client, serializer=JSONSerializer,
                     default_timeout=_NO_TIMEOUT)
        for topic in JOBS
    }  # fmt: skip


def enqueue(by_topic: Mapping[str, Queue], jobs: Mapping[str, Iterable[int | str]]) -> None:
    """Put ids of each topic into its queue, in batches. Raises redis.RedisError."""
    for topic, subjects in jobs.items():
        wanted = list(subjects)
        for start in range(0, len(wanted), IDS_PER_JOB):
            batch = wanted[start : start + IDS_PER_JOB]
            by_topic[topic].enqueue_call(
                JOBS[topic], args=(batch,), result_ttl=0, ttl=_FORGOTTEN_AFTER_SECONDS,
                failure_ttl=_FORGOTTEN_AFTER_SECONDS, description=topic,
            )  # fmt: skip
