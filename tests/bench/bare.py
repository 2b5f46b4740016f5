"""What Kontor is measured against: a Flask hello, and the barest page with 25 documents.

SQLAlchemy Core and Jinja, no session, no layout, no gettext; the same index as Kontor's list. Its
settings are two variables of the environment, `BARE_DATABASE` and `BARE_ORGANISATION`.
"""

import os

from flask import Flask, render_template
from jinja2 import DictLoader
from sqlalchemy import MetaData, Table, create_engine, select
from sqlalchemy.engine import Row

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Documents</title></head><body>
<h1>Documents</h1>
<table><thead><tr><th>Document</th><th>Customer</th><th>Date</th><th>State</th><th>Amount</th></tr>
</thead><tbody>
{% for one in rows %}<tr data-id="{{ one.id }}">
<th scope="row"><a href="/documents/{{ one.id }}">{{ one.kind }} {{ one.number }}</a></th>
<td>{{ one.buyer_name }}</td><td><time datetime="{{ one.listed_on }}">{{ one.listed_on }}</time></td>
<td>{{ one.state }}</td><td>{{ one.currency }} {{ one.total_minor }}</td></tr>
{% endfor %}</tbody></table></body></html>
"""

app = Flask(__name__)
app.jinja_loader = DictLoader({"page.html": PAGE})
engine = create_engine(os.environ["BARE_DATABASE"])
documents = Table("document", MetaData(), autoload_with=engine)
COLUMNS = (
    *(documents.c.id, documents.c.kind, documents.c.number, documents.c.buyer_name),
    *(documents.c.listed_on, documents.c.state, documents.c.currency, documents.c.total_minor),
)
NEWEST = (
    select(*COLUMNS)
    .where(
        documents.c.organisation_id == os.environ["BARE_ORGANISATION"],
        documents.c.is_current.is_(True),
    )
    .order_by(documents.c.listed_on.desc(), documents.c.id.desc())
    .limit(25)
)
engine.dispose()


@app.get("/hello")
def hello() -> str:
    """Return the least that Flask can."""
    return "hello"


@app.get("/page")
def page() -> str:
    """Return 25 documents."""
    return render_template("page.html", rows=_rows())


def _rows() -> list[Row[tuple[object, ...]]]:
    with engine.connect() as connection:
        return list(connection.execute(NEWEST))
