"""`python -m tests.conformance`: write docs/conformance.md."""

import sys
import tempfile
from pathlib import Path

from app.core.settings import PROJECT
from app.documents.formats.official_rules import RuleEngine
from tests import corpus
from tests.conformance.outcomes import COLLECTIONS, outcomes
from tests.conformance.report import markdown
from tests.rule_servers import end


def main() -> None:
    """Examine every file of the corpora and write the page."""
    if not corpus.einvoices():
        sys.exit("The corpora are not here: set KONTOR_CORPUS to their folder.")
    engine = RuleEngine(Path(tempfile.mkdtemp(prefix="kontor-rules-")), idle_seconds=60)
    try:
        found = {one: list(outcomes(one, engine)) for one in COLLECTIONS}
    finally:
        end(engine)
    (PROJECT / "docs" / "conformance.md").write_text(markdown(found), "utf-8")


main()
