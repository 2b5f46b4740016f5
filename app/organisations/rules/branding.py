"""How an organisation looks: its logo's measures, and whether its colour can be read."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import ROUND_FLOOR, Decimal
from enum import StrEnum
from typing import Any, Final

from app.core.languages import N_
from app.organisations.rules import contrast, readable

PAPER, NIGHT = "#f5f2ea", "#252e3a"
"""The darkest ground by day and the lightest by night (`--paper` and `--wash` of the style sheet)."""
BY_DAY: Final = 4.5
"""WCAG 2.2, 1.4.3."""
BY_NIGHT: Final = 6.0
"""Contrast by night: a link at the 4.5 that are asked for looks like one that is switched off."""

WIDEST, HIGHEST = 800, 240
"""Pixels of a kept logo at most."""
LARGEST: Final = 2_000_000
"""Bytes of a file that is taken for a logo."""
LARGEST_DRAWING: Final = 256_000
"""Bytes of an SVG."""
IN_MAILS: Final = (240, 60)
"""Width and height in pixels that a mail gives a logo at most."""
WIDE: Final = 2.0
"""Width by height from which a logo is taken to hold the name."""


class Ending(StrEnum):
    """How a logo is kept."""

    PNG = "png"
    SVG = "svg"


MEDIA_TYPES: Final = {Ending.PNG: "image/png", Ending.SVG: "image/svg+xml"}


class Flaw(StrEnum):
    """Why a file is no logo."""

    UNREADABLE = "unreadable"
    TOO_LARGE = "too_large"
    UNSAFE = "unsafe"
    EMPTY = "empty"


FLAWS: Final = {
    Flaw.UNREADABLE: N_("This is none of these by its content: PNG, JPEG, WebP, SVG."),
    Flaw.TOO_LARGE: N_(
        "This picture is too large. It may have 2 MB and 25 million pixels, an SVG 256 kB."
    ),
    Flaw.UNSAFE: N_(
        "This SVG refers to something outside of itself. Export it again without entities and scripts."
    ),
    Flaw.EMPTY: N_("There is nothing to see in this picture."),
}


@dataclass(frozen=True, slots=True)
class Logo:
    """A kept logo: the address of its bytes, its kind, its size in pixels."""

    sha256: str
    ending: Ending
    width: int
    height: int

    @property
    def path(self) -> str:
        """The path of its public address, on every host of the installation."""
        return f"/brand/{self.sha256}.{self.ending.value}"

    @property
    def is_wide(self) -> bool:
        """Whether it is likely to hold the organisation's name."""
        return self.width >= WIDE * self.height

    def to_json(self) -> dict[str, Any]:
        """Return it as it is stored."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any] | None) -> "Logo | None":
        """Return what was stored."""
        if stored is None:
            return None
        return cls(stored["sha256"], Ending(stored["ending"]), stored["width"], stored["height"])


@dataclass(frozen=True, slots=True)
class Placed:
    """A logo where it is shown: its whole address, and the size in pixels it is given."""

    url: str
    width: int
    height: int


def fitted(width: float, height: float, widest: int, highest: int) -> tuple[int, int]:
    """Return a size of the same shape within both limits, never larger than it was; at least 1."""
    scale = min(widest / width, highest / height, 1.0)
    return max(1, round(width * scale)), max(1, round(height * scale))


def in_mails(logo: Logo | None, base_url: str) -> Placed | None:
    """Return how mails show a logo; none for an SVG, which mail programs do not draw."""
    if logo is None or logo.ending is not Ending.PNG:
        return None
    return Placed(f"{base_url}{logo.path}", *fitted(logo.width, logo.height, *IN_MAILS))


@dataclass(frozen=True, slots=True)
class Judgement:
    """How well a colour can be read on one ground, and the nearest one that can."""

    ground: str
    ratio: float
    """1 to 21 (WCAG 2.2, 1.4.3)."""
    needed: Decimal
    nearest: str

    @property
    def is_readable(self) -> bool:
        """Whether it stands out enough."""
        return self.ratio >= self.needed

    @property
    def shown(self) -> Decimal:
        """The ratio with one decimal, never rounded up: what is not enough does not look so."""
        return Decimal(self.ratio).quantize(Decimal("0.1"), ROUND_FLOOR)


def judged(colour: str) -> tuple[Judgement, Judgement]:
    """Return how `#rrggbb` does by day and by night."""
    return _judged(colour, PAPER, BY_DAY), _judged(colour, NIGHT, BY_NIGHT)


def _judged(colour: str, ground: str, needed: float) -> Judgement:
    nearest = readable(colour, ground, needed)
    return Judgement(ground, contrast(colour, ground), Decimal(str(needed)), nearest)
