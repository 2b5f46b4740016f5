"""What documents are written as: UBL, CII and PDF."""
