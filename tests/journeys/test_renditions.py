"""What Kontor makes of an e-invoice: the PDF comes by itself, other forms when somebody asks."""

from collections.abc import Callable
from pathlib import Path

import facturx
import pytest
from lxml import etree
from playwright.sync_api import expect

from tests.api.conftest import invoice
from tests.journeys.house import House
from tests.journeys.pages.documents import Documents
from tests.journeys.pages.portal import Portal

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_customer_gets_a_pdf_with_the_einvoice_inside(
    portal: Callable[..., Portal], house: House, tmp_path: Path, scripts: bool
) -> None:
    number = f"PDF-{int(scripts)}"
    file = tmp_path / f"{number}.xml"
    file.write_bytes(invoice(number))
    staff = portal(scripts=scripts).sign_in(house.clara, house.password).see("Desk")
    reader = portal(scripts=scripts, phone=True).sign_in(house.ruth, house.password).see("Good day")
    staff.upload(file).press("intake-item-link").see(number).press("publish").says("Published.")
    staff.wait_for(staff.part("download-facturx")).look()
    wait_for_mail_about(house, number)
    Documents(reader).open().search(number)
    reader.press("document-link").see(number)
    reader.wait_for(reader.part("download-facturx")).look()
    name, inside = facturx.get_xml_from_pdf(reader.download("download-facturx"), check_xsd=True)
    assert name == "factur-x.xml"
    assert number.encode() in inside

    reader.press("order-cii").wait_for(reader.part("download-cii")).look()
    made = etree.fromstring(reader.download("download-cii"))
    assert etree.QName(made).localname == "CrossIndustryInvoice"
    assert number in made.xpath("string()")
    expect(reader.part("order-ubl")).to_have_count(0)  # it came as UBL


def wait_for_mail_about(house: House, number: str) -> None:
    """Wait until the customer was told of a document."""
    known = 0
    while number not in house.letter_to("post@kunden.example", after=known).subject:
        known += 1
