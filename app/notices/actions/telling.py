"""Tell somebody something by mail: worded in the transaction of what happened, sent after it.

A mail problem never fails what a person did. Each notice goes out at most once: whoever finds an
attempt on record has come after one that died, and does not know whether its letter arrived.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import delete, update

from app.core import clock, ids, languages, outbox, rendering, runtime
from app.core.db import insert, session
from app.core.mail import Answer, Letter, Outcome, verp
from app.notices import queries
from app.notices.models import Notice
from app.notices.rules import Addressee, Said, State, Written
from app.organisations import queries as organisations
from app.organisations.models import Organisation
from app.organisations.rules import ink_on, readable

SEND = "notices.send"
AFTER = {Outcome.ACCEPTED: State.SENT, Outcome.PERMANENT: State.FAILED, Outcome.UNKNOWN: State.LOST}
"""What the mail server said → what became of the notice; anything else is tried again."""


@dataclass(frozen=True, slots=True)
class Due:
    """A notice on its way out."""

    notice_id: str
    letter: Letter


def tell(
    house: Organisation,
    to: Addressee,
    words: Callable[[], Said],
    *,
    key: str,
    about: tuple[str, str],
) -> None:
    """Tell one person something, once for each `key` (at most 100 characters).

    `words` is called while the person's language is spoken. `about` is the kind and the id of the
    thing, as the journal names them. Call it in the transaction of what happened.
    """
    language = languages.choose(to.language, house.language)
    with languages.speaking(language, house.country, house.timezone):
        said = words()
    _promise(house, to, said, key=key, about=about, language=language)


def post(
    house: Organisation,
    to: Addressee,
    written: Written,
    *,
    key: str,
    about: tuple[str, str],
    language: str,
) -> None:
    """Send one person a whole letter that is written already, once for each `key`."""
    _promise(house, to, written, key=key, about=about, language=language)


def _promise(
    house: Organisation,
    to: Addressee,
    said: Said | Written,
    *,
    key: str,
    about: tuple[str, str],
    language: str,
) -> None:
    notice_id = ids.new()
    row = insert(Notice).values(
        id=notice_id,
        organisation_id=house.id,
        key=key,
        address=to.address.strip().lower(),
        name=to.name,
        language=language,
        said=said.to_json(),
        object_kind=about[0],
        object_id=about[1],
        state=State.WAITING,
        answer="",
        created_at=clock.now(),
    )
    made = session().execute(row.on_conflict_do_nothing().returning(Notice.id)).first()
    if made is not None:
        outbox.promise(SEND, organisation_id=house.id, priority=3, notice=notice_id)


def unquote(about: tuple[str, str], keys: str) -> None:
    """Forget what notices about one thing quote, where their keys begin with `keys`.

    What somebody takes back is not kept here; a letter that has not gone out goes without it.
    """
    for notice in queries.about(*about):
        if notice.key.startswith(keys):
            notice.said = notice.said | {"quote": ""}


def forget(kind: str, object_id: str) -> None:
    """Forget what was told about a thing that is gone itself; a letter that waits does not go out."""
    told = Notice.object_kind == kind, Notice.object_id == object_id
    session().execute(delete(Notice).where(*told).execution_options(synchronize_session=False))


def begin(notice_id: str) -> Due | None:
    """Write the letter and put the attempt on record; None where there is nothing to send."""
    notice = queries.by_id(notice_id)
    if notice is None or notice.state is not State.WAITING:
        if notice is not None and notice.state is State.SENDING:
            _move(notice_id, State.SENDING, State.LOST)
        return None
    letter = _letter(notice, organisations.organisation_by_id(notice.organisation_id))
    return Due(notice_id, letter) if _move(notice_id, State.WAITING, State.SENDING) else None


def finish(due: Due, said: Answer | None) -> bool:
    """Write down what came of it; True asks for another try. None: the letter cannot be written."""
    if said is None:
        _move(due.notice_id, State.SENDING, State.FAILED)
        return False
    state = AFTER.get(said.outcome, State.WAITING)
    _move(due.notice_id, State.SENDING, state, said.text)
    return state is State.WAITING


def give_up(notice_id: str) -> None:
    """Say that it was tried often enough."""
    _move(notice_id, State.WAITING, State.FAILED)


def _letter(notice: Notice, house: Organisation) -> Letter:
    settings = runtime.current().settings
    written = Written.from_json(notice.said) or _written(notice, house)
    return Letter(
        sender_name=house.sender_name,
        sender_address=house.sender_email,
        recipient_name=notice.name,
        recipient_address=notice.address,
        subject=written.subject,
        text=written.text,
        html=written.html,
        message_id=f"<{notice.id}@{settings.bounce_domain}>",
        envelope_sender=verp(notice.id, settings.key("bounce"), settings.bounce_domain),
        language=notice.language,
        date=notice.created_at,
        reply_address=house.contact_email,
    )


def _written(notice: Notice, house: Organisation) -> Written:
    accent = readable(house.accent, "#ffffff")
    with languages.speaking(notice.language, house.country, house.timezone):
        subject, plain, html = rendering.mail(
            "notices/notice",
            said=Said.from_json(notice.said),
            recipient=notice.name,
            organisation=house,
            accent=accent,
            on_accent=ink_on(accent),
        )
    return Written(subject, plain, html)


def _move(notice_id: str, before: State, after: State, answer: str = "") -> bool:
    moved = (
        update(Notice)
        .where(Notice.id == notice_id, Notice.state == before)
        .values(state=after, settled_at=clock.now(), answer=answer[:500])
        .returning(Notice.id)
        .execution_options(synchronize_session=False)
    )
    return session().execute(moved).first() is not None
