"""An SMS as it goes over the air: in one part, or in several that the handset joins.

GSM-7: 160 septets alone, 153 in each of several (six octets say which part it is); a character of
the extension is two septets that stay together. Anything else goes as UCS-2: 70 characters alone,
67 each; the two halves of a surrogate pair stay together. Source: 3GPP TS 23.040 9.2.3.24.1,
TS 23.038 6.2.1.
"""

from collections.abc import Callable

from menus.engine.gsm7 import is_gsm7, septets

_GSM7 = (160, 153)
_UCS2 = (70, 67)


def segments(text: str) -> tuple[str, ...]:
    """The text of each part; one, maybe empty, for what fits alone."""
    cost, (alone, joined) = (septets, _GSM7) if is_gsm7(text) else (_utf16_units, _UCS2)
    return (text,) if cost(text) <= alone else tuple(_cut(text, joined, cost))


def parts(text: str) -> int:
    """How many parts it takes; each is paid for."""
    return len(segments(text))


def _cut(text: str, room: int, cost: Callable[[str], int]) -> list[str]:
    """As much into each as goes in; no character is ever divided."""
    made, left = [""], room
    for character in text:
        size = cost(character)
        if size > left:
            made.append("")
            left = room
        made[-1] += character
        left -= size
    return made


def _utf16_units(text: str) -> int:
    return len(text.encode("utf-16-be", "surrogatepass")) // 2
