"""Kinds of files: the same rows, written for different programs."""

from app.exports.formats import text_file, workbook
from app.exports.formats.writing import Writer
from app.exports.rules import Format

WRITERS: dict[Format, Writer] = {Format.CSV: text_file.write, Format.XLSX: workbook.write}
"""Each streams: what it needs of memory does not grow with the rows."""
