"""`flask guests …`: platform support decides on requests for access in an administrator's place (B2-07)."""

import click

from app.commands.working import installed, organisation_of
from app.core import runtime
from app.core.errors import Refused
from app.organisations import queries as organisations
from app.organisations.rules.granting import PRESETS, Preset
from app.sign_up import actions, queries
from app.sign_up.models import AccessRequest
from app.sign_up.rules import State

NOTHING = "nothing"
"""No right at all: an administrator gives rights later."""


@click.group()
def guests() -> None:
    """Look after those who ask for access."""


@guests.command("list")
@click.option("--organisation", "slug", required=True, help="The organisation's short name.")
@installed
def list_(slug: str) -> None:
    """Show the oldest requests that wait: id, moment, name, address, and the number that they name."""
    here = runtime.current()
    organisation_id = organisation_of(here, slug)
    with here.database.reading():
        for one in queries.waiting(organisation_id):
            asked = f"{one.created_at:%Y-%m-%d %H:%M}"
            click.echo(f"{one.id}  {asked}  {one.name}  <{one.email}>  {one.reference}")


@guests.command()
@click.argument("request_id")
@click.option("--customer", "number", required=True, help="The number of the customer.")
@click.option(
    "--rights", type=click.Choice([NOTHING, *(one.value for one in Preset)]), default=NOTHING
)
@click.option("--supporter", required=True, help="The name of who decides.")
@click.option("--reason", required=True, help="Why support decides; the administrators read it.")
@installed
def approve(request_id: str, number: str, rights: str, supporter: str, reason: str) -> None:
    """Let somebody in; the journal says who did it and why, and the administrators are told."""
    given = PRESETS[Preset(rights)] if rights != NOTHING else frozenset()
    with runtime.current().database.transaction():
        one = _waiting(request_id)
        customer = organisations.find_customer(
            one.organisation_id, number=number, vat_id=None, gln=None, endpoint=None, email=None
        )
        if customer is None:
            raise click.ClickException(f"There is no customer with the number {number}.")
        try:
            actions.approve_by_support(one, customer, supporter, reason, rights=given)
        except Refused as refusal:
            raise click.ClickException(refusal.sentence) from refusal
        click.echo(f"{one.name} comes in for {customer.name}, with the rights: {rights}.")


@guests.command()
@click.argument("request_id")
@click.option("--supporter", required=True, help="The name of who decides.")
@click.option(
    "--reason", required=True, help="Why; the administrators read it, the guest does not."
)
@installed
def refuse(request_id: str, supporter: str, reason: str) -> None:
    """Refuse a request; the guest is told that, the administrators are told why."""
    with runtime.current().database.transaction():
        one = _waiting(request_id)
        try:
            actions.refuse_by_support(one, supporter, reason)
        except Refused as refusal:
            raise click.ClickException(refusal.sentence) from refusal
        click.echo(f"The request of {one.name} is refused.")


def _waiting(request_id: str) -> AccessRequest:
    one = queries.by_id(request_id)
    if one is None or one.state is not State.WAITING:
        raise click.ClickException("There is no request with this id that waits.")
    return one
