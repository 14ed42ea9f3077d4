"""What a job finds in its process: the services, and the threads to run in."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.bootstrap import Parts
from app.services.api.sign_in import send_code
from app.services.backoffice.export import make_workbook
from app.services.check_identity import check_identity
from app.services.check_sim import check_sim
from app.services.look_after_attempt import look_after_attempt
from app.services.look_after_charge import look_after_charge
from app.services.look_after_schedule import look_after_schedule
from app.services.look_up_operator import look_up_operator
from app.services.pay_in_account import look_again, open_account
from app.services.recall_delivery import recall_delivery
from app.services.reconcile_daily import reconcile_run
from app.services.run_broadcast import run_broadcast
from app.services.send_sms import send_sms
from app.services.sync_catalogue import sync_catalogue
from app.services.take_payment import take_payment
from app.services.vend_order import vend_order
from app.services.watch_providers import probe_provider
from workers.threads import JobThreads


@dataclass(frozen=True, slots=True)
class Runtime:
    """One worker process's services and threads."""

    parts: Parts
    threads: JobThreads

    def run(self, topic: str, subjects: "list[int] | list[str]") -> None:
        """Run the topic's service for each id, each in a thread."""
        for subject in subjects:
            self.threads.submit(topic, lambda s=subject: ACTS[topic](self.parts, s), subject)  # type: ignore[misc]


ACTS: dict[str, Callable[[Parts, Any], object]] = {
    "vend": lambda of, order_id: vend_order(of.vending, order_id),
    "ask": lambda of, attempt_id: look_after_attempt(of.vending, attempt_id),
    "notify": lambda of, sms_id: send_sms(of.sms, sms_id),
    "payment": lambda of, event_id: take_payment(of.funding, event_id),
    "account": lambda of, subscriber_id: open_account(of.funding, subscriber_id),
    "look_again": lambda of, subscriber_id: look_again(of.funding, subscriber_id),
    "recall": lambda of, case_id: recall_delivery(of.cases, case_id),
    "sim_swap": lambda of, subscriber_id: check_sim(of.sim_swap, subscriber_id),
    "charge": lambda of, charge_id: look_after_charge(of.funding, charge_id),
    "identity": lambda of, check_id: check_identity(of.identity, check_id),
    "lookup": lambda of, lookup_id: look_up_operator(of.look_ups, lookup_id),
    "schedule": lambda of, schedule_id: look_after_schedule(of.context, schedule_id),
    "reconcile": lambda of, run_id: reconcile_run(of.reconciliation, run_id),
    "export": lambda of, export_id: make_workbook(of.context, export_id),
    "broadcast": lambda of, broadcast_id: run_broadcast(of.sms, broadcast_id),
    "sign_in_code": lambda of, code_id: send_code(of.context, code_id),
    "catalogue": lambda of, name: sync_catalogue(of.vending, name, of.vendors[name]),
    "probe": lambda of, name: probe_provider(of.vending, name),
}
"""Topic -> the service that does it, for one id."""


_current: list[Runtime] = []


def install(runtime: Runtime) -> None:
    """Make it the one this process's jobs use."""
    _current[:] = [runtime]


def current() -> Runtime:
    return _current[0]
