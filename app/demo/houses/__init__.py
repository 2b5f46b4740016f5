"""The three organisations of the demonstration."""

from typing import Final

from app.demo.cast import House
from app.demo.houses.brandt import BRANDT
from app.demo.houses.lindenhof import LINDENHOF
from app.demo.houses.sjoberg import SJOBERG

HOUSES: Final[tuple[House, ...]] = (LINDENHOF, SJOBERG, BRANDT)
