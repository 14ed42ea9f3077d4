"""What staff wanted can't be done."""


class StaffRefused(Exception):
    """The text says why, to whoever asked; nothing was changed."""


class MayNot(StaffRefused):
    """The role of whoever wanted it doesn't grant it."""


class SamePerson(StaffRefused):
    """Whoever asked for an act, or whom it is about, can't approve it."""


class AlreadyDecided(StaffRefused):
    """Somebody else was faster."""


class WouldGoBelowZero(StaffRefused):
    """A wallet or float doesn't hold what would be taken; the text says how much is missing."""
