"""What a demonstration says when it is ready: where it is, who can sign in, what there is to see."""

from collections.abc import Iterator

from app.demo.cast import PASSWORD, House
from app.demo.houses import HOUSES
from app.demo.processes import HOST, Place
from app.demo.seeding import arrivals


def text(place: Place) -> str:
    """Return the welcome to a demonstration."""
    url = place.url
    return "\n".join(
        [
            "",
            f"Kontor is running at {url}",
            f"The mails and text messages it sends are at {url}/mailbox",
            f"Let text messages fail: curl -d send=lost http://{HOST}:{place.sms_port}/faults",
            f"Let eBill fail: curl -d submit=lost http://{HOST}:{place.ebill_port}/faults",
            f"Let Peppol fail: curl -d submit=lost http://{HOST}:{place.access_point_port}/faults",
            f"Files dropped into {place.drop_folder}/ORGANISATION/in are taken in",
            f"Mail is taken in by LMTP at {place.mail_in}: open an address at {url}/settings/mail-in",
            "",
            *_table([("Organisation", "Role", "E-mail", "Password"), *_logins()]),
            "",
            *_table([("Document", "What it shows", "Address"), *_documents(url)]),
            "",
            "Ctrl-C ends all of it. `make demo` goes on where you left; `make demo-reset` forgets it.",
            "",
        ]
    )


def logins(house: House) -> Iterator[tuple[str, str]]:
    """Return role and address of the members, and of one contact for each language."""
    yield from ((member.role.value, member.email) for member in house.members)
    spoken = set()
    for customer in house.customers:
        for contact in customer.contacts:
            language = contact.language or customer.language
            if language not in spoken:
                spoken.add(language)
                yield f"customer ({language})", contact.email


def _logins() -> list[tuple[str, ...]]:
    return [(house.name, *login, PASSWORD) for house in HOUSES for login in logins(house)]


def _documents(url: str) -> list[tuple[str, ...]]:
    """Return what is worth a look; of two versions the newer one."""
    found = {
        arrival.sample.number: (
            arrival.sample.number,
            arrival.sample.shows,
            f"{url}/documents/{arrival.document_id}",
        )
        for house in HOUSES
        for arrival in arrivals(house)
        if arrival.sample.shows
    }
    return list(found.values())


def _table(rows: list[tuple[str, ...]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    return [lines[0], "-" * max(map(len, lines)), *lines[1:]]
