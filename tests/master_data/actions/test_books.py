import csv
from io import StringIO

import pytest
from sqlalchemy import select

from app.core.errors import Refused
from app.master_data import formats, queries
from app.master_data.actions import books, changing
from app.master_data.models import DataBatch, DataChange
from app.master_data.rules import State
from tests.master_data.conftest import IBAN, House


def read(house: House, batch: DataBatch) -> list[list[str]]:
    house.session.expire_all()
    content = formats.written(queries.lines(house.ben, batch)).decode("utf-8-sig")
    return list(csv.reader(StringIO(content, newline="")))


def test_each_accepted_change_is_taken_once(house: House) -> None:
    with pytest.raises(Refused, match="nothing new"):
        books.take(house.ben)
    iban, _name, _street = house.propose(
        house.ruth, iban=IBAN, name="Ruth Neu", street="Bergstrasse 1"
    )
    assert queries.unexported(house.ben) == 1
    changing.accept(iban, house.ben)
    first = books.take(house.ben)
    assert first.total == 2
    house.propose(house.lena, phone="+41446681800")
    second = books.take(house.ben)
    assert second.total == 1
    with pytest.raises(Refused, match="nothing new"):
        books.take(house.ben)
    head, *rows = read(house, first)
    assert tuple(head) == formats.COLUMNS
    assert [row[:6] for row in rows] == [
        ["K-1", "iban", "", IBAN, "Ruth Keller", "Ben Brunner"],
        ["K-1", "street", "Seestrasse 12", "Bergstrasse 1", "Ruth Keller", "Ruth Keller"],
    ]
    assert read(house, second)[1][3] == "+41446681800"
    taken = [one.change.id for one in queries.lines(house.ben, first)]
    taken += [one.change.id for one in queries.lines(house.ben, second)]
    accepted = select(DataChange.id).where(DataChange.state == State.ACCEPTED)
    assert sorted(taken) == sorted(house.session.scalars(accepted))


def test_what_is_refused_or_withdrawn_is_never_taken(house: House) -> None:
    iban, vat = house.propose(house.ruth, iban=IBAN, vat_id="DE136695976")
    changing.refuse(iban, house.ben, "No.")
    changing.withdraw(vat, house.ruth)
    with pytest.raises(Refused, match="nothing new"):
        books.take(house.ben)
    assert queries.unexported(house.ben) == 0


def test_no_spreadsheet_takes_a_value_for_a_formula(house: House) -> None:
    house.propose(house.ruth, street='=HYPERLINK("http://evil.example")', city="+1+1")
    rows = read(house, books.take(house.ben))[1:]
    assert [row[3] for row in rows] == ['\'=HYPERLINK("http://evil.example")', "'+1+1"]


def test_a_batch_is_seen_by_its_own_house_only(house: House) -> None:
    house.propose(house.ruth, city="Bern")
    one = books.take(house.ben)
    assert queries.batch(house.ben, one.id) is one
    assert queries.batch(house.ruth, one.id) is None
