"""How a text becomes paragraphs and lists: plain words in, blocks out, never markup."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import Final

from app.documents.rules.kinds import Kind
from app.texts.rules.placeholders import ADDRESS, SUMMARY, Filled, filled

BULLETS: Final = ("- ", "* ", "• ")


class Shape(StrEnum):
    """What a block is."""

    PARAGRAPH = "paragraph"
    LIST = "list"
    SUMMARY = "summary"
    """The document's number, date, amount and term, written by the house."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words; `is_address` where they are an address to be opened."""

    text: str
    is_address: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that belong together; of a list each line is one entry."""

    shape: Shape
    lines: tuple[tuple[Piece, ...], ...] = ()


def blocks(text: str, kind: Kind, values: Mapping[str, str]) -> tuple[Block, ...]:
    """Return the blocks of a text: empty lines part paragraphs, `- ` begins an entry of a list.

    What is a list is decided before the values are put in.
    """
    lines = [line.strip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    found = []
    for is_text, group in groupby(lines, key=bool):
        if is_text:
            found += list(_shaped(list(group), kind, values))
    return tuple(found)


def _shaped(lines: list[str], kind: Kind, values: Mapping[str, str]) -> Iterator[Block]:
    for shape, group in groupby(lines, key=lambda line: _shape(line, kind)):
        written = list(group)
        if shape is Shape.SUMMARY:
            yield Block(shape)
        else:
            is_list = shape is Shape.LIST
            bare = [line[2:].strip() if is_list else line for line in written]
            yield Block(shape, tuple(_pieces(line, kind, values) for line in bare))


def _shape(line: str, kind: Kind) -> Shape:
    if [one.key for one in filled(line, kind, {})] == [SUMMARY]:
        return Shape.SUMMARY
    return Shape.LIST if line.startswith(BULLETS) else Shape.PARAGRAPH


def _pieces(line: str, kind: Kind, values: Mapping[str, str]) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    for one in filled(line, kind, values):
        if _is_address(one):
            pieces.append(Piece(one.text, is_address=True))
        elif pieces and not pieces[-1].is_address:
            pieces[-1] = Piece(pieces[-1].text + one.text)
        else:
            pieces.append(Piece(one.text))
    return tuple(pieces)


def _is_address(one: Filled) -> bool:
    return one.key.endswith(f".{ADDRESS}") and one.text.startswith(("https://", "http://"))
