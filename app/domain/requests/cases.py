"""Complaints, and statements to keep."""

from dataclasses import dataclass
from datetime import datetime

from app.domain.cases import CaseKind


@dataclass(frozen=True, slots=True)
class ReportProblem:
    """Open a case for staff. `reference` is of the purchase, transfer or other movement it is
    about, or empty. Reporting the same again while it is open gives the same ticket.

    Replies: ProblemReported, Refused.
    """

    reference: str
    kind: CaseKind


@dataclass(frozen=True, slots=True)
class ProblemReported:
    """`answer_by`: when it will have been answered at the latest."""

    ticket: str
    answer_by: datetime


@dataclass(frozen=True, slots=True)
class SendStatement:
    """The latest movements by SMS, more of them than a screen shows. Replies: Done, Refused."""


CaseRequest = ReportProblem | SendStatement
CaseReply = ProblemReported
