"""What must be true of an intake and a release when all is over, whatever was killed."""

from collections import Counter
from pathlib import Path

from sqlalchemy import func, select

from app.core.db import session
from app.core.journal import Entry
from app.core.outbox import Promise
from app.core.progress import WorkState
from app.core.runtime import Runtime
from app.delivery.models import Dispatch
from app.documents.models import Document
from app.documents.rules.life import State
from app.intake import queries as intakes
from app.intake.models import Intake, IntakeItem
from app.intake.models import ItemState as FileState
from app.releases import queries as releases
from app.releases.models import Release, ReleaseItem
from app.releases.rules import ItemState
from tests.chaos.verdict import message_ids, notices, sentence


def judge(here: Runtime, folder: Path, figures: dict[str, int]) -> list[str]:
    """Return one sentence for everything that is wrong, and write down the figures."""
    with here.database.reading():
        documents = {one.id: one for one in session().scalars(select(Document))}
        lines = _lines()
        wrong = [
            *_of_intake(documents, lines, figures),
            *_of_release(documents, lines, figures),
            *_of_dispatches(here, documents, folder, figures),
            *sentence("pieces of work are left", set(session().scalars(select(Promise.task)))),
        ]
    return wrong


def _lines() -> Counter[tuple[str, str]]:
    rows = session().execute(
        select(Entry.name, Entry.object_id, func.count()).group_by(Entry.name, Entry.object_id)
    )
    return Counter({(name, about): count for name, about, count in rows})


def _of_intake(
    documents: dict[str, Document], lines: Counter[tuple[str, str]], figures: dict[str, int]
) -> list[str]:
    (intake,) = session().scalars(select(Intake))
    items = list(session().scalars(select(IntakeItem)))
    made = [one for one in items if one.state in (FileState.TAKEN_IN, FileState.HELD)]
    told = Counter(intakes.progress_of(intake.id))
    truth = Counter(one.state for one in items)
    figures.update({f"files {state.value}": count for state, count in truth.items()})
    bytes_of = {one.document_id: one.sha256 for one in items}
    kept = {one.document_id for one in made}
    return [
        *sentence("intake is not finished", set() if _is_over(intake) else {intake.id}),
        *sentence("counts differ from the files", {str(told)} if +told != +truth else set()),
        *sentence("files wait or failed", {i.id for i in items if i.state not in _DONE}),
        *sentence("files made two documents", {str(len(made))} if len(kept) < len(made) else set()),
        *sentence("documents came from no file", set(documents) - kept),
        *sentence("documents are of other bytes", {
            key for key, one in documents.items() if bytes_of.get(key) != one.original
        }),
        *sentence("the same bytes came twice", _twice(documents)),
        *sentence("arrivals are not in the journal once", {
            key for key in documents
            if lines["document.taken_in", key] + lines["document.held", key] != 1
        }),
    ]  # fmt: skip


_DONE = {FileState.TAKEN_IN, FileState.HELD, FileState.KNOWN}


def _twice(documents: dict[str, Document]) -> set[str]:
    counted = Counter(one.original for one in documents.values())
    return {original for original, count in counted.items() if count > 1}


def _is_over(work: Intake | Release) -> bool:
    return work.state is WorkState.FINISHED


def _of_release(
    documents: dict[str, Document], lines: Counter[tuple[str, str]], figures: dict[str, int]
) -> list[str]:
    (release,) = session().scalars(select(Release))
    items = {one.document_id: one for one in session().scalars(select(ReleaseItem))}
    published = {key for key, one in items.items() if one.state is ItemState.PUBLISHED}
    refused = {key for key, one in items.items() if one.state is ItemState.REFUSED}
    truth = {key for key, one in documents.items() if one.state is State.PUBLISHED}
    told = releases.counts_of(release.id)
    finished = session().scalars(select(Entry).where(Entry.name == "release.finished")).all()
    said = {one.data["published"] for one in finished}
    figures.update(released=len(published), refused=len(refused))
    return [
        *sentence("release is not finished", set() if _is_over(release) else {release.id}),
        *sentence("items are neither published nor refused", set(items) - published - refused),
        *sentence("items say published and are not, or the other way", published ^ truth),
        *sentence("refusals have no reason", {k for k in refused if not items[k].reason}),
        *sentence("counts differ", {str(told)} if told[ItemState.PUBLISHED] != len(truth) else set()),
        *sentence("publications are not in the journal once", {
            key for key in truth if lines["document.published", key] != 1
        }),
        *sentence("the end is not in the journal once", set() if len(finished) == 1 else {release.id}),
        *sentence("the journal counts otherwise", {str(said)} if said != {len(truth)} else set()),
        *sentence("nothing was published", set() if truth else {"none"}),
        *sentence("nothing was refused", set() if refused else {"none"}),
    ]  # fmt: skip


def _of_dispatches(
    here: Runtime, documents: dict[str, Document], folder: Path, figures: dict[str, int]
) -> list[str]:
    dispatches = {one.document_id: one for one in session().scalars(select(Dispatch))}
    count = session().scalar(select(func.count()).select_from(Dispatch)) or 0
    domain = here.settings.bounce_domain
    told = notices(here)
    mails = Counter(one for one in message_ids(folder) if one not in told)
    expected = {f"<{one.id}.1@{domain}>": one for one in dispatches.values()}
    figures.update(dispatches=count, mails=mails.total(), doubles=mails.total() - len(mails))
    published = {key for key, one in documents.items() if one.state is State.PUBLISHED}
    return [
        *sentence("documents have two dispatches", {str(count)} if count > len(dispatches) else set()),
        *sentence("documents and dispatches differ", set(dispatches) ^ published),
        *sentence("mails and dispatches differ", set(mails) ^ set(expected)),
        *sentence("mails came twice without a second attempt", {
            key for key, number in mails.items()
            if number > 1 and key in expected and expected[key].attempts < number
        }),
    ]  # fmt: skip
