"""The outcomes as a page of documentation."""

from collections import Counter

from tests.conformance.outcomes import Collection, Outcome

HEAD = """\
# Conformance

Written by `make conformance`, and compared with a new run by a test. Every file was published by somebody
else; none of them is part of Kontor. *Sound* means that no check found anything that forbids publishing:
schema, the official rules of EN 16931 (1.3.16), exact arithmetic, check digits. *Held* means that a person
has to look, and names the rules that say so. `KT-…` are Kontor's own rules: `KT-LINE-NET`, above all, says
that quantity × price is not the amount of a line, which the official rules never compare. *Read alike* says
whether an independent reader (eu-einvoice) finds the same number, date, currency, parties, lines and totals.
"""


def markdown(found: dict[Collection, list[Outcome]]) -> str:
    """Return the whole page."""
    return "\n".join([HEAD, *_summary(found), *(_table(*pair) for pair in found.items())])


def _summary(found: dict[Collection, list[Outcome]]) -> list[str]:
    lines = [
        "| Collection | Source | Files | Sound | Held | Read alike |",
        "|---|---|--:|--:|--:|--:|",
    ]
    for collection, rows in found.items():
        count = Counter(row.came_out for row in rows)
        alike = sum(row.read_alike == "yes" for row in rows)
        shown = str(alike) if collection.has_other_reader else "no other reader"
        lines.append(
            f"| {collection.name} | {collection.source} | {len(rows)} | {count['sound']}"
            f" | {count['held']} | {shown} |"
        )
    return [*lines, ""]


def _table(collection: Collection, rows: list[Outcome]) -> str:
    lines = [
        f"## {collection.name}",
        "",
        "| File | Expected | Came out | Kind | Number | Rules that hold it | Remarks | Read alike |",
        "|---|---|---|---|---|---|--:|---|",
    ]
    for row in rows:
        cells = (
            *(row.name, row.expected, row.came_out, row.kind, row.number),
            *(", ".join(row.fatal), str(row.remarks or ""), row.read_alike),
        )
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join([*lines, ""])
