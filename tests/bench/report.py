"""The figures as Markdown tables and one chart."""

import os
import platform
from html import escape
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Final

from app.core.db import sqlite_module
from tests.bench.pages import PAGES, Cell
from tests.bench.run import Figures

AIMS: Final = (
    "Aims: the list and a document at 60 % of the bare page or more; 1.15 × or less from the "
    "smallest to the largest house; 6 statements a page or less; 100 mails/s or more; the web's "
    "two workers in 180 MB or less."
)


def write(figures: list[Figures], project: Path) -> str:
    """Write `docs/performance.md` and its chart; returns the text."""
    text = markdown(figures)
    (project / "docs" / "performance.md").write_text(text, "utf-8")
    picture = project / "docs" / "pictures" / "performance.svg"
    picture.write_text(chart(figures), "utf-8")
    return text


def markdown(figures: list[Figures]) -> str:
    """Return all figures as text."""
    parts = [
        "# Performance",
        "",
        "Written by `make bench`. Everything runs on one machine over loopback: the portal, the bare",
        "pages beside it, the client with eight connections. They share its cores, so ratios within",
        "one run say more than rates. Bare page: Flask, SQLAlchemy Core, Jinja, 25 rows by the same",
        "index, no session. All are served by granian with two workers of one thread. Rates and CPU",
        "are medians of the rounds; CPU is that of all server processes, a PostgreSQL's included.",
        "Sizes are of the answer's body, gzipped as a proxy would (level 6).",
        "",
        machine(),
        "",
        AIMS,
        "",
        "![Throughput as a share of the bare page](pictures/performance.svg)",
        "",
    ]
    for one in figures:
        parts += [*_pages(one), *_growth(one), *_work(one)]
    return "\n".join(parts).rstrip() + "\n"


def machine() -> str:
    """Say what the figures were measured on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    parts = (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GiB",
        f"Python {platform.python_version()}, Flask {version('flask')}",
        f"SQLAlchemy {version('sqlalchemy')}, granian {version('granian')}",
        f"SQLite {sqlite_module().sqlite_version}",
    )
    return f"Machine: {', '.join(parts)}."


def _pages(one: Figures) -> list[str]:
    size = one.sizes[-1]
    lines = [
        f"## {one.database}: {size:,} documents",
        "",
        "| Page | per second | of the bare page | p50 ms | p95 ms | CPU ms | statements | kB raw | kB gzip |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    lines += [_row(name, cell, one) for name, cell in one.bare.items()]
    lines += [_row(page.name, one.cells[page.name, size], one) for page in PAGES]
    web = ", ".join(f"{one.memory[each]:.0f} MB at {each:,} documents" for each in one.sizes)
    facts = [f"Memory of the web (PSS): {web}.", f"First view: {one.first_view}."]
    return [*lines, "", *facts, *_proxied(one), ""]


def _proxied(one: Figures) -> list[str]:
    if not one.proxied:
        return ["nginx was not there: a stored file behind it was not measured."]
    hello, stored = one.proxied["hello"], one.proxied["stored file"]
    share = median(mine / theirs for mine, theirs in zip(stored.rates, hello.rates, strict=True))
    return [
        f"Behind nginx: a Flask hello {hello.rate:,.0f} per second, a stored file of 8.7 kB"
        f" {stored.rate:,.0f} per second, {share:.0%} of it (by X-Accel-Redirect)."
    ]


def _row(name: str, cell: Cell, one: Figures) -> str:
    share = f"{100 * one.share(cell):.0f} %"
    figures = f"{cell.rate:,.0f} | {share} | {cell.p50:.1f} | {cell.p95:.1f} | {cell.cpu_ms:.2f}"
    size = f"{cell.raw / 1000:.1f} | {cell.gzipped / 1000:.1f}"
    return f"| {name} | {figures} | {cell.queries or ''} | {size} |"


def _growth(one: Figures) -> list[str]:
    first = one.sizes[0]
    head = " | ".join(f"{size:,}" for size in one.sizes)
    lines = [
        f"### {one.database}: growth",
        "",
        "Median time in ms with eight connections, by the number of documents.",
        "",
        f"| Page | {head} | last to first |",
        "|---|" + "--:|" * (len(one.sizes) + 1),
    ]
    for page in PAGES:
        times = [one.cells[page.name, size].p50 for size in one.sizes]
        shown = " | ".join(f"{time:.1f}" for time in times)
        grown = one.cells[page.name, one.sizes[-1]].p50 / one.cells[page.name, first].p50
        lines.append(f"| {page.name} | {shown} | {grown:.2f} × |")
    return [*lines, ""]


def _work(one: Figures) -> list[str]:
    lines = [
        f"### {one.database}: later work, two workers",
        "",
        "| Work | per second |",
        "|---|--:|",
    ]
    rates = [(name, rate) for name, rate in one.work.items() if not name.startswith(("MB", "ms"))]
    lines += [f"| {name} | {rate:,.0f} |" for name, rate in rates]
    facts = (
        f"A worker holds {one.work['MB of a worker']:.0f} MB (PSS) beside its cells."
        f" Drawing one page with 20 lines takes {one.work['ms of a page']:.1f} ms of CPU."
    )
    return [*lines, "", facts, ""]


def chart(figures: list[Figures]) -> str:
    """Draw the throughput of every page as a share of the bare page's, a bar for each database."""
    tones, line, left, wide = ("#17586b", "#b7791f"), 30, 190, 440
    tall = 50 + line * len(PAGES)
    most = max(
        1.0, *(one.share(one.cells[page.name, one.sizes[-1]]) for one in figures for page in PAGES)
    )
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {left + wide + 60} {tall}" '
        'font-family="system-ui, sans-serif" font-size="12" role="img">',
        "<title>Throughput of every page as a share of the bare page</title>",
        f'<rect width="100%" height="{tall}" fill="#fff"/>',
    ]
    for place, one in enumerate(figures):
        parts.append(
            f'<rect x="{left + place * 120}" y="10" width="10" height="10" fill="{tones[place]}"/>'
        )
        parts.append(f'<text x="{left + 15 + place * 120}" y="19">{escape(one.database)}</text>')
    for row, page in enumerate(PAGES):
        top = 36 + row * line
        parts.append(
            f'<text x="{left - 8}" y="{top + 14}" text-anchor="end">{escape(page.name)}</text>'
        )
        for place, one in enumerate(figures):
            share = one.share(one.cells[page.name, one.sizes[-1]])
            long, y = share / most * wide, top + place * 11
            parts.append(
                f'<rect x="{left}" y="{y}" width="{long:.1f}" height="9" fill="{tones[place]}"/>'
            )
            parts.append(
                f'<text x="{left + long + 4:.1f}" y="{y + 9}" font-size="10">{share:.0%}</text>'
            )
    aim = left + 0.6 / most * wide
    parts.append(f'<path d="M{aim:.1f} 30V{tall - 10}" stroke="#555" stroke-dasharray="3 3"/>')
    return "\n".join([*parts, "</svg>"]) + "\n"
