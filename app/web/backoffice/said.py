"""What a person reads about a password or a code that wasn't accepted."""

from datetime import datetime

from app.domain.sign_in import Locked, TooLate, Wrong


def said(verdict: Wrong | Locked | TooLate, now: datetime, what: str = "code") -> str:
    """One sentence; `what` wasn't accepted. It never says which part was wrong."""
    match verdict:
        case Locked(until):
            minutes = max(1, -(-int((until - now).total_seconds()) // 60))
            return f"Too many wrong tries. You can try again in {minutes} min ({until:%H:%M} UTC)."
        case TooLate():
            return "This took too long, or went on in another window. Sign in again."
    again = ", or was used before" if what == "code" else ""
    return f"This {what} isn't right{again}. Try again."
