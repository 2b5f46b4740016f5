"""What the codes of a document are called on its sheet."""

from typing import Final

from app.core.languages import N_

UNITS: Final = {
    "C62": N_("×"),
    "H87": N_("pcs"),
    "EA": N_("pcs"),
    "NAR": N_("pcs"),
    "XPP": N_("pcs"),
    "SET": N_("sets"),
    "PR": N_("pairs"),
    "BX": N_("boxes"),
    "XBX": N_("boxes"),
    "XPK": N_("packs"),
    "LS": N_("flat"),
    "P1": N_("%"),
    "HUR": N_("h"),
    "MIN": N_("min"),
    "SEC": N_("s"),
    "DAY": N_("days"),
    "WEE": N_("weeks"),
    "MON": N_("months"),
    "ANN": N_("years"),
    "KGM": N_("kg"),
    "GRM": N_("g"),
    "TNE": N_("t"),
    "LTR": N_("l"),
    "MLT": N_("ml"),
    "MTQ": N_("m³"),
    "MTR": N_("m"),
    "CMT": N_("cm"),
    "MMT": N_("mm"),
    "KMT": N_("km"),
    "MTK": N_("m²"),
    "KWH": N_("kWh"),
    "MWH": N_("MWh"),
    "KWT": N_("kW"),
}
"""Codes of UN/ECE Recommendation 20 and 21 (BT-130) that appear most; others are shown as they are."""


ANSWERS: Final = {
    "AB": ("neutral", N_("Order received")),
    "AP": ("good", N_("Order accepted")),
    "CA": ("attention", N_("Order accepted with changes")),
    "RE": ("failed", N_("Order declined")),
}
"""What an order confirmation answers (UNCL 4343): tone and msgid."""

LINE_STATES: Final = {
    "Added": N_("added"),
    "Cancelled": N_("cancelled"),
    "Disputed": N_("disputed"),
    "Revised": N_("changed"),
    "1": N_("added"),
    "3": N_("changed"),
    "5": N_("accepted"),
    "7": N_("not accepted"),
    "42": N_("already delivered"),
}
"""What became of a line: UBL's line status and UNCL 1229; other codes are shown as they are."""

SILENT_LINE_STATES: Final = frozenset({"", "NoStatus"})
