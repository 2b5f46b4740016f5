"""The examples of docs/api.md, run as they stand there against a running Kontor."""

import json
import re
import subprocess
from pathlib import Path

from app.access.grants import GRANTS, Role
from app.core import runtime
from app.core.settings import PROJECT
from app.identity import queries as people
from app.organisations import queries as organisations
from tests import cast
from tests.api.conftest import invoice
from tests.api.program import as_described_in
from tests.api.test_views import WRONG_SUM
from tests.documents.invoices import pdf
from tests.journeys.house import House, running

EXAMPLE = re.compile(r"```sh\n(curl .*?)```\n\n`(\d{3}) ", re.DOTALL)


def settle(house: House, folder: Path) -> tuple[str, str]:
    """Put the examples' files into a folder, and return a key and the id of a customer."""
    for name, content in (
        ("invoice.xml", invoice("R-1")),
        ("second.xml", invoice("R-2")),
        ("wrong.xml", invoice("R-3", WRONG_SUM)),
        ("plan.pdf", pdf(None)),
    ):
        (folder / name).write_bytes(content)
    with runtime.using(house.here), house.here.database.transaction():
        anna = people.person_by_email(house.anna)
        assert anna is not None
        lindenhof = organisations.organisation_by_id(anna.organisation_id)
        ruth = cast.customer(lindenhof, "K-1", "Ruth Keller", "ruth@kunden.example")
        return cast.key_of(anna, "Examples", GRANTS[Role.API_KEY])[1], ruth.id


def test_every_example_answers_as_the_page_says(tmp_path: Path) -> None:
    examples = EXAMPLE.findall((PROJECT / "docs" / "api.md").read_text())
    folder = tmp_path / "files"
    folder.mkdir()
    documents: list[str] = []
    with running(tmp_path / "house") as house:
        key, customer = settle(house, folder)
        for command, status in examples:
            shown = subprocess.run(
                ["bash", "-eu", "-c", command],
                cwd=folder,
                env={
                    "PATH": "/usr/bin:/bin",
                    "KONTOR": house.url,
                    "KEY": key,
                    "CUSTOMER": customer,
                    "DOCUMENT": documents[0] if documents else "",
                },
                capture_output=True,
                text=True,
                check=True,
            ).stdout
            head, _empty, body = shown.replace("\r", "").rpartition("\n\n")
            found = re.findall(r"^HTTP/\S+ (\d{3})", head, re.MULTILINE)[-1]
            assert found == status, f"{command}\n{shown}"
            documents += re.findall(r"(?mi)^location: /api/v1/documents/(\w{26})$", head)
            as_described_in(command, int(status), json.loads(body))
    assert len(examples) >= 8
    assert len(documents) == 3
    assert documents[0] == documents[1] != documents[2]
