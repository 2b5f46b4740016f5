"""One database: houses of every size and the bare pages, measured in turn, round by round."""

import gzip
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from app.web import assets
from tests import databases, nginx
from tests.bench import load, pages, work
from tests.bench.house import House, database_processes
from tests.bench.load import Ask
from tests.bench.pages import PAGES, Cell
from tests.bench.servers import Server, memory

FIRST_VIEW = ("css/kontor.css", "vendor/htmx.min.js", "icons.svg")
"""What a browser loads beside the page the first time."""
BARE = {"hello": "/hello", "bare page": "/page"}


@dataclass(frozen=True)
class Plan:
    """How much is measured."""

    sizes: tuple[int, ...]
    rounds: int
    seconds: float
    """For one page in one round."""
    share: float
    """Of the usual pieces of later work."""


@dataclass
class Figures:
    """What came out, for one database."""

    database: str
    sizes: tuple[int, ...]
    bare: dict[str, Cell] = field(default_factory=dict)
    cells: dict[tuple[str, int], Cell] = field(default_factory=dict)
    """By the page's name and the number of documents."""
    proxied: dict[str, Cell] = field(default_factory=dict)
    """Behind nginx: the hello and a stored file."""
    memory: dict[int, float] = field(default_factory=dict)
    work: dict[str, float] = field(default_factory=dict)
    first_view: str = ""

    def share(self, cell: Cell) -> float:
        """Return a page's throughput as a share of the bare page's: the median of the rounds."""
        bare = self.bare["bare page"].rates
        return median(mine / theirs for mine, theirs in zip(cell.rates, bare, strict=True))


def measure(kind: str, plan: Plan) -> Figures:
    """Build, serve, measure and remove everything again."""
    folder = Path(tempfile.mkdtemp(prefix="kontor-bench-"))
    figures = Figures({"sqlite": "SQLite", "postgresql": "PostgreSQL"}[kind], plan.sizes)
    houses: list[House] = []
    try:
        for size in plan.sizes:
            tell(f"{figures.database}: building {size:,} documents")
            houses.append(House(kind, size, folder / str(size)))
        _pages(houses, plan, figures)
    finally:
        for house in houses:
            house.end()
    tell(f"{figures.database}: later work")
    url = databases.fresh_database(kind, folder / "work")
    try:
        figures.work = work.rates(url, folder / "work", plan.share)
    finally:
        databases.drop_database(url)
        shutil.rmtree(folder, ignore_errors=True)
    return figures


def tell(sentence: str) -> None:
    """Say what happens now."""
    sys.stderr.write(f"{sentence}\n")


def _pages(houses: list[House], plan: Plan, figures: Figures) -> None:
    largest = houses[-1]
    url = largest.settings.database_url
    given = {"BARE_DATABASE": url, "BARE_ORGANISATION": largest.stock.organisation_id}
    bare = Server("tests.bench.bare:app", {**os.environ, **given})
    with ExitStack() as running:
        running.callback(bare.end)
        bare.await_ready()
        _weigh(houses, bare, figures)
        proxies = running.enter_context(_proxies(bare, largest))
        for number in range(plan.rounds):
            tell(f"{figures.database}: round {number + 1} of {plan.rounds}")
            for name, ask in proxies.items():
                cell = figures.proxied.setdefault(name, Cell())
                pages.measure(ask, plan.seconds, [], cell)
            processes = [*bare.processes, *database_processes(url)]
            for name, path in BARE.items():
                pages.measure(Ask(bare.port, path), plan.seconds, processes, figures.bare[name])
            for page in PAGES:
                for house in houses:
                    cell = figures.cells[page.name, house.stock.documents]
                    pages.measure(house.ask(page), plan.seconds, house.processes(), cell)
    figures.memory = {one.stock.documents: memory(one.server_processes) for one in houses}


@contextmanager
def _proxies(bare: Server, house: House) -> Iterator[dict[str, Ask]]:
    """Run nginx before both, where there is one; yields what to ask."""
    if nginx.NGINX is None:
        yield {}
        return
    folder = Path(tempfile.mkdtemp(prefix="kontor-nginx-"))
    (stored,) = [page for page in PAGES if page.name == "stored file"]
    (folder / "bare").mkdir()
    with (
        nginx.before(bare.port, folder, folder / "bare") as hello,
        house.proxied(folder / "house") as port,
    ):
        asks = {"hello": Ask(hello, "/hello"), "stored file": house.ask(stored, port)}
        for ask in asks.values():
            load.once(ask)
        yield asks
    shutil.rmtree(folder, ignore_errors=True)


def _weigh(houses: list[House], bare: Server, figures: Figures) -> None:
    """Ask for everything some times, which warms caches, and note sizes and statements."""
    for name, path in BARE.items():
        figures.bare[name] = Cell()
        for _time in range(4):
            figures.bare[name].weigh(load.once(Ask(bare.port, path)))
    for house in houses:
        for page in PAGES:
            cell = figures.cells[page.name, house.stock.documents] = Cell()
            for _time in range(4):
                cell.weigh(load.once(house.ask(page)))
            cell.queries = house.queries(page)
    html = figures.cells["list", figures.sizes[-1]].gzipped
    files = [len(gzip.compress((assets.STATIC / name).read_bytes(), 6)) for name in FIRST_VIEW]
    figures.first_view = (
        f"{1 + len(files)} requests, {(html + sum(files)) / 1000:.1f} kB gzipped; "
        f"HTML and CSS {(html + files[0]) / 1000:.1f} kB"
    )
