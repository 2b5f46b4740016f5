from flask import Flask
from sqlalchemy import update

from app.core.chain import Head
from app.core.journal import Entry
from app.web import installation
from tests.cast import Cast
from tests.tampering import unguarded


def test_a_whole_journal_is_told_and_a_broken_one_ends_with_a_failure(
    app: Flask, cast: Cast
) -> None:
    run = app.test_cli_runner().invoke
    heads = [line.split() for line in run(args=["audit", "head"]).output.splitlines()]
    assert [name for name, _sequence, _hash in heads] == ["lindenhof", "brandt"]
    (_name, sequence, kept) = heads[0]
    whole = run(args=["audit", "verify", "--head", kept, "--head", heads[1][2]])
    assert whole.exit_code == 0, whole.output
    assert f"lindenhof: {sequence} lines, whole." in whole.output
    unknown = run(args=["audit", "verify", "--organisation", "brandt", "--head", kept])
    assert (unknown.exit_code, f"The seal {kept} is not there" in unknown.output) == (1, True)
    with unguarded(installation.of(app)) as opened:
        mine = update(Entry).where(Entry.organisation_id == cast.lindenhof.id)
        opened.execute(mine.where(Entry.object_id == cast.invoice.id).values(actor_name="Nobody"))
    broken = run(args=["audit", "verify"])
    assert (broken.exit_code, "lindenhof: broken. Line " in broken.output) == (1, True)
    assert run(args=["audit", "verify", "--organisation", "brandt"]).exit_code == 0
    assert run(args=["audit", "verify", "--organisation", "nobody"]).exit_code == 1
    with unguarded(installation.of(app)) as opened:
        opened.execute(update(Head).values(hash="0" * 64))
    assert "brandt: broken. The chain ends" in run(args=["audit", "verify"]).output
