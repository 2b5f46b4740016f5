"""`flask found` and `flask demo`: organisations to begin with, or to look at."""

import click

from app.commands.schema import upgrade
from app.commands.working import BY, installed
from app.core import runtime
from app.core.errors import Refused
from app.demo import seeding
from app.organisations import actions as organisations
from app.organisations.rules import MemberRole


@click.command()
@click.argument("slug")
@click.argument("name")
@click.option("--email", required=True, help="The first administrator's personal address.")
@click.option("--language", default="en")
@click.option("--country", default="CH")
@click.option("--timezone", default="Europe/Zurich")
@click.option("--currency", default="CHF")
@installed
def found(
    slug: str, name: str, email: str, language: str, country: str, timezone: str, currency: str
) -> None:
    """Found the organisation NAME, called SLUG in commands, with its first administrator."""
    here = runtime.current()
    with here.database.transaction():
        organisation = organisations.found(
            BY,
            slug=slug,
            name=name,
            language=language,
            country=country,
            timezone=timezone,
            currency=currency,
            base_url=here.settings.base_url,
            accent="#17586b",
            contact_email=email,
            sender_name=name,
            sender_email=here.settings.mail_sender,
        )
        try:
            organisations.add_member(
                organisation.id,
                BY,
                email=email,
                name=email.partition("@")[0],
                role=MemberRole.ADMINISTRATOR,
                language=None,
            )
        except Refused as refusal:
            raise click.ClickException(refusal.sentence) from refusal
    click.echo(f"{name} is founded. {email} can sign in with a mailed code.")


@click.command("demo")
@installed
def demonstrate() -> None:
    """Bring the database up to date and fill it with three organisations to look at.

    Their logins are public, so this is refused in production. Twice is harmless.
    """
    here = runtime.current()
    if here.settings.is_production:
        raise click.ClickException(
            "The logins of the demonstration are public. Set KONTOR_ENVIRONMENT=demo for a demo."
        )
    upgrade(here)
    seeding.seed(here, click.echo)
