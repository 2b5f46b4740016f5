"""Writers of the sample e-invoices: from the words of EN 16931 to UBL, CII and Factur-X."""
