"""How an organisation's channels are set up, tested, and what goes which way."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete

from app.access.principal import Principal
from app.core import clock, ids, journal, sealing
from app.core.db import insert, session
from app.core.languages import N_
from app.delivery.actions.switching import promise_reconsidering
from app.delivery.channels.adapter import Adapter, Check, Setup, Step, StepState
from app.delivery.models import ChannelRule, ChannelSettings, DeliverySettings
from app.delivery.queries import channels as queries
from app.organisations.models import Customer, Organisation
from app.organisations.rules import Channel


def connect(
    house: Organisation,
    adapter: Adapter,
    who: Principal,
    *,
    values: Mapping[str, Any],
    secrets: Mapping[str, str],
    **switches: Any,
) -> None:
    """Keep how a channel is set up; secrets that were left empty stay as they are.

    `switches`: `is_on`, `is_test`, `holds`, `cost_minor`.
    """
    found = queries.one_of(house.id, adapter.channel)
    if found is None:
        found = ChannelSettings(
            organisation_id=house.id, channel=adapter.channel, values={}, cursor={}, trouble=""
        )
        found.is_on = not adapter.needs_settings
        found.is_test = found.holds = False
        session().add(found)
    kept = queries.secrets_of(found) | dict(secrets)
    new = {"values": dict(values), **switches}
    changed = sorted(name for name, value in new.items() if getattr(found, name) != value)
    for name in changed:
        setattr(found, name, new[name])
    if secrets:
        found.sealed_secrets = sealing.seal(json.dumps(kept))
        found.cursor = {}
    found.changed_at = clock.now()
    session().flush()
    if "is_on" in changed and found.is_on:
        promise_reconsidering(house.id)
    _note("channel.changed", house, who, channel=adapter.channel.value, fields=changed)


def try_out(adapter: Adapter, setup: Setup) -> list[Step]:
    """Try a connection, outside of any transaction; returns the log, step by step."""
    if adapter.test is None:
        return [Step(N_("This channel needs no connection."), StepState.DONE)]
    try:
        return adapter.test(setup)
    except OSError as error:
        return [Step(N_("Connecting"), StepState.FAILED, str(error)[:500])]


def choose_ways(house: Organisation, who: Principal, fallback: list[str]) -> None:
    """Choose which channels are tried where the wished one is not possible."""
    settings = {"fallback": fallback}
    row = insert(DeliverySettings).values(
        organisation_id=house.id, bounce_policy="block", **settings
    )
    session().execute(
        row.on_conflict_do_update(index_elements=[DeliverySettings.organisation_id], set_=settings)
    )
    promise_reconsidering(house.id)
    _note("channel.ways_changed", house, who, **settings)


def add_rule(
    house: Organisation,
    who: Principal,
    *,
    customer: Customer | None,
    kind: str,
    level: int | None,
    channel: Channel,
) -> None:
    """Let a kind of document take a channel; in place of the rule before for the same (B2-24)."""
    same = delete(ChannelRule).where(
        ChannelRule.organisation_id == house.id,
        ChannelRule.customer_id.is_not_distinct_from(customer and customer.id),
        ChannelRule.kind == kind,
        ChannelRule.level.is_not_distinct_from(level),
    )
    session().execute(same)
    session().add(
        ChannelRule(
            id=ids.new(),
            organisation_id=house.id,
            customer_id=customer and customer.id,
            kind=kind,
            level=level,
            channel=channel,
        )
    )
    _note("channel.rule_added", house, who, kind=kind, channel=channel.value)


def remove_rule(house: Organisation, rule: ChannelRule, who: Principal) -> None:
    """Take a rule away."""
    session().delete(rule)
    _note("channel.rule_removed", house, who, kind=rule.kind, channel=rule.channel.value)


def ask(adapter: Adapter, setup: Setup, address: str) -> tuple[Check, str]:
    """Ask a channel for an address, outside of any transaction."""
    if adapter.check is None:
        return Check.UNCHECKED, ""
    try:
        return adapter.check(setup, address)
    except OSError as error:
        return Check.UNCHECKED, str(error)[:500]


def _note(name: str, house: Organisation, who: Principal, **said: Any) -> None:
    journal.record(
        name,
        who.actor,
        organisation_id=house.id,
        about=("organisation", house.id),
        **said,
    )
