"""Who may mail documents in, under which address, and which mails may be answered."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

_LOCAL: Final = re.compile(r"([a-z0-9][a-z0-9-]{0,39})\+([a-z2-7]{16})")
_COMMENT: Final = re.compile(r"\([^()]*\)")
_PROPERTY: Final = re.compile(r"(?:^|\s)([a-z0-9.-]+)\s*=\s*\"?([^\s;\"]+)")


@dataclass(frozen=True, slots=True)
class Head:
    """What the headers of a mail say of its sender; addresses in lower case."""

    senders: tuple[str, ...]
    """The mailboxes of its one From (RFC 5322, 3.6.2); none where it cannot be read for certain."""
    message_id: str | None
    is_automatic: bool
    """Whether a program sent it, or a list: such a mail is never answered (RFC 3834)."""
    results: tuple[str, ...]
    """The values of `Authentication-Results` (RFC 8601)."""


def address(slug: str, token: str, domain: str) -> str:
    """Return the address that takes in documents for the organisation `slug`."""
    return f"{slug}+{token}@{domain}"


def read_address(given: str, domain: str) -> tuple[str, str] | None:
    """Return slug and token of an address of ours, None for any other."""
    local, _at, host = given.strip().lower().rpartition("@")
    found = _LOCAL.fullmatch(local)
    return (found[1], found[2]) if found and host == domain else None


def listed(text: str) -> list[str]:
    """Return the lines of a list of senders as they are compared, each once, in their order."""
    lines = (line.strip().lower() for line in text.replace(",", "\n").splitlines())
    # Who writes *@domain means everybody there.
    meant = ("@" + line[2:] if line.startswith("*@") else line for line in lines)
    return list(dict.fromkeys(line for line in meant if line))


def is_listed(sender: str, senders: Iterable[str]) -> bool:
    """Say whether an address is on a list of addresses and `@domain`s; subdomains are not meant."""
    one = sender.strip().lower()
    domain = "@" + one.rpartition("@")[2]
    return "@" in one and any(one == listed or domain == listed for listed in senders)


def is_allowed(head: Head, envelope_sender: str, senders: Sequence[str]) -> bool:
    """Say whether a mail is taken: its envelope sender and everybody in its From are listed."""
    everybody = (envelope_sender, *head.senders)
    return bool(head.senders) and all(is_listed(one, senders) for one in everybody)


def is_vouched_for(head: Head, envelope_sender: str, verifier: str) -> bool:
    """Say whether the mail server in front found DKIM or SPF to pass for the domain of the From.

    Only results that name `verifier` (authserv-id) count; it has to remove those that come from
    outside (RFC 8601, section 5). A signature of another domain says nothing of this sender.
    """
    domains = {one.rpartition("@")[2] for one in head.senders}
    if len(domains) != 1:
        return False
    (domain,) = domains
    return any(
        _is_aligned(domain, passed)
        for result in head.results
        for passed in _passed(result, verifier, envelope_sender)
    )


def _passed(result: str, verifier: str, envelope_sender: str) -> Iterable[str]:
    """Yield the domains that a verifier vouches for."""
    server, *methods = _COMMENT.sub(" ", result.lower()).split(";")
    if server.split()[:1] != [verifier.lower()]:
        return
    for method in methods:
        said = dict(_PROPERTY.findall(method))
        if said.get("dkim") == "pass":
            yield said.get("header.d") or said.get("header.i", "").rpartition("@")[2]
        if said.get("spf") == "pass":
            yield said.get("smtp.mailfrom", envelope_sender.lower()).rpartition("@")[2]


def _is_aligned(domain: str, passed: str) -> bool:
    """Say whether `passed` is the domain or lies above it (relaxed alignment, RFC 7489, 3.1)."""
    return "." in passed and (domain == passed or domain.endswith(f".{passed}"))


def is_answerable(head: Head, envelope_sender: str, own_domains: Iterable[str]) -> bool:
    """Say whether a mail may be answered (RFC 3834, section 2): never a program, never ourselves."""
    domain = envelope_sender.rpartition("@")[2].lower()
    return bool(domain) and not head.is_automatic and domain not in set(own_domains)
