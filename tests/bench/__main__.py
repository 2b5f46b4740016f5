"""`python -m tests.bench`: measure, print the tables, write `docs/performance.md` and its chart."""

import argparse
import sys

from app.core.settings import PROJECT
from tests import databases
from tests.bench import report, run
from tests.bench.run import Plan

USUAL = Plan(sizes=(1_000, 100_000, 1_000_000), rounds=5, seconds=0.2, share=1.0)
QUICK = Plan(sizes=(1_000, 20_000), rounds=2, seconds=0.15, share=0.2)


def main() -> None:
    """Measure on both databases, or on the one that is asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="a minute, small houses, writes nothing"
    )
    parser.add_argument("--database", choices=databases.KINDS, action="append")
    wishes = parser.parse_args()
    plan = QUICK if wishes.quick else USUAL
    figures = []
    for kind in wishes.database or databases.KINDS:
        figures.append(run.measure(kind, plan))
        # What was measured is not lost where the other database cannot be.
        run.tell(report.markdown(figures[-1:]))
    is_whole = not wishes.quick and not wishes.database
    text = report.write(figures, PROJECT) if is_whole else report.markdown(figures)
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
