"""The body of a request: parties, sums, QR bill, law, treatment, services; only cells import this."""

from typing import Final

from app.delivery.channels.efaktura import tree
from app.delivery.channels.efaktura.facts import (
    Balance,
    Case,
    Company,
    Patient,
    Postal,
    Request,
    Service,
    Slip,
    Tiers,
    Version,
    clean,
)
from app.delivery.channels.efaktura.tree import Element, add, amount, moment, put, say

NO_GLN: Final = "2000000000000"
"""Stands for a debtor without a GLN: a person."""
MAKER: Final = "Kontor"


def body(payload: Element, request: Request) -> None:
    """Add the body of a request."""
    made = add(payload, "body", role=request.biller.role, place=request.biller.place)
    prolog = add(made, "prolog")
    add(prolog, "package", name=MAKER, version="1")
    add(prolog, "generator", name=MAKER, version="1")
    say(made, "remark", request.remark, 350)
    _tiers(made, request)
    _slip(made, request)
    _law(made, request)
    _treatment(made, request)
    services = add(made, "services")
    for number, one in enumerate(request.services, 1):
        _service(services, number, one, request)


def _tiers(made: Element, request: Request) -> None:
    tiers = add(made, f"tiers_{request.case.tiers.value}")
    is_450 = request.version is Version.V450
    if is_450 and request.slip.days is not None:
        tiers.set("payment_period", f"P{request.slip.days}D")
    if not is_450 and request.case.tiers is Tiers.PAYANT:
        tiers.set("allowModification", tree.boolean(request.allows_changes))
    if request.case.tiers is Tiers.SOLDANT:
        tiers.set("allowTS", "true")
    if is_450:
        _parties_450(tiers, request)
    else:
        _parties_500(tiers, request)
    _balance(tiers, request.balance, request.case.tiers)


def _parties_450(tiers: Element, request: Request) -> None:
    biller = request.biller
    own = add(tiers, "biller", ean_party=biller.gln)
    put(own, "zsr", biller.zsr)
    put(own, "uid_number", biller.vat_number, 15)
    _company(own, biller.company, request)
    _debtor(add(tiers, "debitor"), "ean_party", request)
    provider = add(tiers, "provider", ean_party=biller.provider_gln)
    put(provider, "zsr", biller.provider_zsr)
    _company(provider, biller.company, request)
    insurance = add(tiers, "insurance", ean_party=request.recipient)
    _company(insurance, request.insurer, request)
    patient, told = add(tiers, "patient"), request.patient
    patient.set("gender", told.sex)
    patient.set("birthdate", moment(told.born_on))
    put(patient, "ssn", told.insurance_number)
    _person(patient, told, request)
    if request.case.card_number:
        add(patient, "card", card_id=clean(request.case.card_number)[:35])
    _person(add(tiers, "guarantor"), told, request)


def _parties_500(tiers: Element, request: Request) -> None:
    biller = request.biller
    billers = add(tiers, "billers")
    _company(add(billers, "biller_gln", gln=biller.gln), biller.company, request)
    if biller.zsr:
        _company(add(billers, "biller_zsr", zsr=biller.zsr), biller.company, request)
    _debtor(add(tiers, "debitor"), "gln", request)
    providers = add(tiers, "providers")
    provider = add(providers, "provider_gln", gln=biller.provider_gln)
    provider.set("gln_location", biller.provider_gln)
    put(provider, "uid", biller.vat_number, 15)
    _company(provider, biller.company, request)
    if biller.provider_zsr:
        _company(add(providers, "provider_zsr", zsr=biller.provider_zsr), biller.company, request)
    _company(add(tiers, "insurance", gln=request.recipient), request.insurer, request)
    patient, told = add(tiers, "patient"), request.patient
    patient.set("gender", told.gender)
    patient.set("sex", told.sex)
    patient.set("birthdate", told.born_on.isoformat())
    patient.set("ssn", told.insurance_number)
    _person(patient, told, request)
    _person(add(tiers, "guarantor"), told, request)
    add(tiers, "partners")


def _debtor(debtor: Element, number: str, request: Request) -> None:
    """Fill in who owes: under tiers payant the insurer, else the patient."""
    if request.case.tiers is Tiers.PAYANT:
        debtor.set(number, request.recipient)
        _company(debtor, request.insurer, request)
    else:
        debtor.set(number, NO_GLN)
        _person(debtor, request.patient, request)


def _company(parent: Element, company: Company, request: Request) -> None:
    made = add(parent, "company")
    name = clean(company.name)
    say(made, "companyname", name)
    say(made, "department", name[35:])
    _postal(made, company.postal, request)


def _person(parent: Element, told: Patient, request: Request) -> None:
    made = add(parent, "person")
    say(made, "familyname", told.family_name)
    say(made, "givenname", told.given_name)
    _postal(made, told.postal, request)


def _postal(parent: Element, postal: Postal, request: Request) -> None:
    made = add(parent, "postal")
    say(made, "street", postal.street)
    code = say(made, "zip", postal.postcode, 9)
    say(made, "city", postal.city)
    if request.version is Version.V500:
        country = say(made, "country", postal.country)
        if country is not None:
            country.set("country_code", postal.country)
    elif code is not None:
        code.set("countrycode", postal.country)


def _balance(tiers: Element, sums: Balance, kind: Tiers) -> None:
    made = add(tiers, "balance", currency="CHF", amount=amount(sums.amount))
    made.set("amount_reminder", amount(sums.reminder))
    if kind is Tiers.GARANT:
        made.set("amount_prepaid", amount(sums.prepaid))
    made.set("amount_due", amount(sums.due))
    vat = add(made, "vat", vat=amount(sums.vat))
    put(vat, "vat_number", sums.vat_number, 15)
    for one in sums.rates:
        rate = add(vat, "vat_rate", vat_rate=amount(one.rate))
        rate.set("amount", amount(one.amount))
        rate.set("vat", amount(one.vat))


def _slip(made: Element, request: Request) -> None:
    slip = request.slip
    if request.version is Version.V450:
        _slip_450(made, slip, request)
        return
    is_numeric = slip.reference.isdecimal()
    part = add(made, "esrQR" if is_numeric else "esrQRRed", iban=slip.iban)
    put(part, "reference_number", slip.reference)
    put(part, "payment_reason", slip.note, 140)
    if slip.days is not None:
        part.set("payment_period", f"P{slip.days}D")
    _company(add(part, "creditor"), slip.creditor, request)


def _slip_450(made: Element, slip: Slip, request: Request) -> None:
    part = add(made, "esrQR", iban=slip.iban)
    put(part, "reference_number", slip.reference)
    put(part, "customer_note", slip.note, 70)
    assert slip.bank is not None
    _company(add(part, "bank"), slip.bank, request)
    _company(add(part, "creditor"), slip.creditor, request)


def _law(made: Element, request: Request) -> None:
    case: Case = request.case
    is_450 = request.version is Version.V450
    law = add(made, case.law.value.lower() if is_450 else "law")
    if not is_450:
        law.set("type", case.law.value)
        put(law, "card_id", case.card_number, 35)
    if not (is_450 and case.law == "IVG"):
        put(law, "insured_id", case.insured_number, 35)
    put(law, "case_id", case.case_number, 35)
    if case.case_date is not None:
        day = case.case_date
        law.set("case_date", moment(day) if is_450 else day.isoformat())
    if is_450 and case.law in ("UVG", "IVG", "MVG"):
        put(law, "ssn", request.patient.insurance_number)


def _treatment(made: Element, request: Request) -> None:
    is_450 = request.version is Version.V450
    begin, end = request.begin, request.end
    treatment = add(made, "treatment")
    treatment.set("date_begin", moment(begin) if is_450 else begin.isoformat())
    treatment.set("date_end", moment(end) if is_450 else end.isoformat())
    treatment.set("canton", request.case.canton)
    if not is_450:
        treatment.set("treatment", "stationary" if request.case.is_stationary else "ambulatory")
    treatment.set("reason", request.case.reason)


def _service(services: Element, number: int, one: Service, request: Request) -> None:
    made = add(services, "service", record_id=str(number), tariff_type=one.tariff)
    put(made, "code", one.code, 30)
    put(made, "name", one.name, 350)
    made.set("quantity", amount(one.quantity))
    made.set("date_begin", moment(one.begin))
    if one.end is not None:
        made.set("date_end", moment(one.end))
    made.set("provider_id", request.biller.provider_gln)
    made.set("responsible_id", request.biller.provider_gln)
    made.set("unit", amount(one.unit))
    made.set("amount", amount(one.amount))
    made.set("vat_rate", amount(one.vat_rate))
    put(made, "remark", one.remark, 350)
