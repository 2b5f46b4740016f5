"""How long a text is on its way (3GPP TS 23.038): the alphabet that it needs, and its parts."""

from typing import Final

GSM: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""The default alphabet (6.2.1): seven bits each."""
EXTENDED: Final = frozenset("\f^{}\\[~]|€")
"""Its extension (6.2.1.1): an escape and seven bits."""

GSM_LENGTHS: Final = (160, 153)
"""Places of a message that is alone, and of each part of a longer one (TS 23.040, 9.2.3.24.1)."""
UCS2_LENGTHS: Final = (70, 67)
"""The same in UTF-16 code units, where a character is outside of the alphabet."""
MOST_PARTS: Final = 4


def is_gsm(text: str) -> bool:
    """Say whether a text fits into the default alphabet and its extension."""
    return all(one in GSM or one in EXTENDED for one in text)


def parts(text: str) -> int:
    """Return how many messages a text is billed as; an empty text is one."""
    fits = is_gsm(text)
    alone, each = GSM_LENGTHS if fits else UCS2_LENGTHS
    places = [(1 + (one in EXTENDED)) if fits else 1 + (ord(one) > 0xFFFF) for one in text]
    if sum(places) <= alone:
        return 1
    count, used = 1, 0
    for place in places:
        # No character is torn in two: what does not fit begins the next part.
        if used + place > each:
            count, used = count + 1, 0
        used += place
    return count
