"""What a job finds in its process: the services, and the threads to run in."""

from dataclasses import dataclass

from app.bootstrap import Parts
from app.services.look_after_attempt import look_after_attempt
from app.services.pay_in_account import look_again, open_account
from app.services.send_sms import send_sms
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
            self.threads.submit(topic, lambda s=subject: self._act(topic, s), subject)  # type: ignore[misc]

    def _act(self, topic: str, subject: int | str) -> None:
        match topic:
            case "vend":
                vend_order(self.parts.vending, int(subject))
            case "ask":
                look_after_attempt(self.parts.vending, int(subject))
            case "notify":
                send_sms(self.parts.sms, int(subject))
            case "payment":
                take_payment(self.parts.funding, int(subject))
            case "account":
                open_account(self.parts.funding, int(subject))
            case "look_again":
                look_again(self.parts.funding, int(subject))
            case "probe":
                probe_provider(self.parts.vending, str(subject))


_current: list[Runtime] = []


def install(runtime: Runtime) -> None:
    """Make it the one this process's jobs use."""
    _current[:] = [runtime]


def current() -> Runtime:
    return _current[0]
