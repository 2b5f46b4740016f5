"""The pages that are measured, and how."""

import gzip
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from statistics import median, quantiles
from typing import Final
from urllib.parse import urlencode

from tests.bench import load, servers
from tests.bench.load import Ask
from tests.bench.stock import Stock

LIST = "/documents"


@dataclass(frozen=True)
class Page:
    """One page of Kontor: what the tables call it, its address, who asks."""

    name: str
    path: Callable[[Stock], str]
    by_contact: bool = False
    block: str = ""
    is_list: bool = True
    """Whether its median has to be the same for any number of documents."""


def _list(**values: str) -> Callable[[Stock], str]:
    return lambda _stock: f"{LIST}?{urlencode(values)}" if values else LIST


def _since(stock: Stock) -> str:
    last = stock.day + timedelta(days=30)
    return f"{LIST}?{urlencode({'since': stock.day, 'until': last})}"


PAGES: Final = (
    Page("list", _list()),
    Page("list, kind", _list(kind="quote")),
    Page("list, state", _list(state="held")),
    Page("list, kind and state", _list(kind="quote", state="held")),
    Page("list, days", _since),
    Page("list, by due date", _list(sort="due")),
    Page("list, by amount", _list(sort="amount")),
    Page("list, by number", _list(sort="number")),
    Page("list, amounts", _list(amount_from="2000", amount_to="2500")),
    Page("list, overdue", _list(overdue="y")),
    Page("list, customer", lambda stock: f"{LIST}?customer={stock.customer_id}"),
    Page("list, customer and kind", lambda s: f"{LIST}?customer={s.customer_id}&kind=quote"),
    Page("search, number", lambda stock: f"{LIST}?q={stock.number}"),
    Page("search, first digits", lambda stock: f"{LIST}?q=R-2019"),
    Page("search, amount", _list(q="1234.50")),
    Page("search, day", lambda stock: f"{LIST}?q={stock.day}"),
    Page("search, one customer", lambda s: f"{LIST}?{urlencode({'q': s.customer_name})}"),
    Page("search, many customers", _list(q="keller")),
    Page("search, big customer", _list(q="aaronson")),
    Page("page 1,000", lambda stock: f"{LIST}?after={stock.deep}"),
    Page("block of the list", lambda stock: f"{LIST}?after={stock.deep}", block="results"),
    Page("document", lambda stock: f"{LIST}/{stock.document_id}", is_list=False),
    Page(
        "stored file",
        lambda stock: f"{LIST}/{stock.document_id}/files/{stock.file_id}",
        is_list=False,
    ),
    Page("customers", lambda _stock: "/customers"),
    Page("desk", lambda _stock: "/desk", is_list=False),
    Page("customer's list", _list(), by_contact=True),
    Page("customer's list, kind", _list(kind="quote"), by_contact=True),
    Page("customer's home", lambda _stock: "/home", by_contact=True, is_list=False),
)


@dataclass
class Cell:
    """What was measured of one page: a value for each round, and the time of every answer."""

    rates: list[float] = field(default_factory=list)
    """Requests per second, round by round."""
    cpu: list[float] = field(default_factory=list)
    """Milliseconds of CPU per request of all server processes, round by round."""
    times: list[float] = field(default_factory=list)
    queries: int = 0
    raw: int = 0
    gzipped: int = 0

    @property
    def rate(self) -> float:
        """Return the median of the rounds, in requests per second."""
        return median(self.rates)

    @property
    def cpu_ms(self) -> float:
        """Return the median of the rounds, in milliseconds."""
        return median(self.cpu)

    @property
    def p50(self) -> float:
        """Return the median time of an answer with eight connections, in milliseconds."""
        return median(self.times) * 1000

    @property
    def p95(self) -> float:
        """Return the time in which 95 of 100 answers came, in milliseconds."""
        return quantiles(self.times, n=20)[-1] * 1000

    def weigh(self, body: bytes) -> None:
        """Note the size of an answer, as it is and as a proxy with gzip (level 6) would send it."""
        self.raw, self.gzipped = len(body), len(gzip.compress(body, 6, mtime=0))


def measure(ask: Ask, seconds: float, processes: list[int], into: Cell) -> None:
    """Ask for a while and note what came of it."""
    before = servers.cpu(processes)
    times = load.measure(ask, seconds)
    used = servers.cpu(processes) - before
    into.rates.append(len(times) / seconds)
    into.cpu.append(used * 1000 / max(1, len(times)))
    into.times += times
