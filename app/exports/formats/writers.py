"""What writes each kind of file."""

from typing import Final

from app.exports.formats import text_file, workbook
from app.exports.formats.writing import Writer
from app.exports.rules import Format

WRITERS: Final[dict[Format, Writer]] = {
    Format.CSV: text_file.write,
    Format.XLSX: workbook.write,
}
"""Each streams: what it needs of memory does not grow with the rows."""
