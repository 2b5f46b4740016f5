from sqlalchemy import select

from app.master_data.actions import changing
from app.notices.models import Notice
from tests.master_data.conftest import IBAN, OTHER_IBAN, House

FORMER, RUTH, LENA = "post@keller.example", "ruth@kunden.example", "lena@kunden.example"


def texts(house: House) -> str:
    return " ".join(str(one.said) for one in house.session.scalars(select(Notice)))


def test_former_address_and_first_contact_are_told_of_a_new_account(house: House) -> None:
    house.keller.iban = OTHER_IBAN
    house.session.flush()
    (iban,) = house.propose(house.lena, iban=IBAN)
    assert house.told() == {RUTH: ["A change of your data waits for a second pair of eyes"]}
    changing.accept(iban, house.ben)
    assert house.told() == {
        RUTH: [
            "A change of your data waits for a second pair of eyes",
            "Your bank account was changed",
        ],
        FORMER: ["Your bank account was changed"],
    }
    said = texts(house)
    assert "…3000 → …2957" in said
    assert IBAN not in said
    assert OTHER_IBAN not in said
    assert "office@lindenhof.example, +41 44 123 45 67" in said


def test_a_mail_about_a_change_names_who_wanted_it(house: House) -> None:
    (iban,) = house.propose(house.lena, iban=IBAN)
    changing.accept(iban, house.ruth)
    told = "Lena Keller wanted data of Ruth Keller changed, and the change was accepted."
    assert told in texts(house)
    assert "Haus Lindenhof has" not in texts(house)


def test_a_new_address_that_was_accepted_first_does_not_hide_the_account_from_the_former_one(
    house: House,
) -> None:
    email, iban = house.propose(house.ruth, email="thief@evil.example", iban=IBAN)
    changing.accept(email, house.ben)
    changing.accept(iban, house.ben)
    assert house.told()[FORMER] == [
        "Changed: E-mail address for documents",
        "Your bank account was changed",
    ]
    assert "thief@evil.example" not in house.told()


def test_nobody_is_told_of_their_own_proposal_nor_of_what_carries_little_risk(house: House) -> None:
    house.propose(house.ruth, street="Bergstrasse 1", iban=IBAN)
    house.propose(house.lena, city="Bern", name="Familie Keller")
    assert house.told() == {}


def test_who_proposed_a_change_reads_why_it_was_refused(house: House) -> None:
    (iban,) = house.propose(house.lena, iban=IBAN)
    changing.refuse(iban, house.ben, "<b>Call us</b>")
    assert house.told()[LENA] == ["Not changed: IBAN"]
    assert FORMER not in house.told()
    assert "<b>Call us</b>" in texts(house)


def test_where_former_address_and_first_contact_are_one_there_is_one_mail(house: House) -> None:
    house.keller.email = RUTH
    house.session.flush()
    (vat,) = house.propose(house.ruth, vat_id="DE136695976")
    changing.accept(vat, house.lena)
    assert house.told() == {RUTH: ["Changed: VAT number"]}
