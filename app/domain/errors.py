"""Failures the domain names. Each says what was wrong without repeating a secret."""


class DomainError(Exception):
    """Base of every failure that is an answer to a person, never a bug."""


class BadAmount(DomainError):
    """What was typed is not a positive amount of this currency."""


class CurrencyMismatch(DomainError):
    """Two currencies met in one sum."""


class NotAnMsisdn(DomainError):
    """What was given is not a mobile number that can be dialled."""


class UnbalancedPostings(DomainError):
    """The postings of a transaction don't sum to zero in each currency."""


class PinsBusy(DomainError):
    """As many PINs of one subscriber are being verified as may be wrong; it isn't known of any yet
    whether it is."""


class InsufficientFunds(DomainError):
    """A wallet would go below zero; nothing was posted."""


class ReferenceConflict(DomainError):
    """The same reference was used before with other content."""


class ForbiddenTransition(DomainError):
    """An order can't go from its state to the wanted one."""


class BadRate(DomainError):
    """An exchange rate that can't be, or that isn't for this currency."""


class BadTariff(DomainError):
    """Bands of fees and commissions that make no sense; the text says why."""


class PriceRose(DomainError):
    """It costs more by now than the buyer was told; nothing was placed."""


class NotSold(DomainError):
    """Staff have stopped its sale; nothing was placed."""
