"""Registering: how an organisation becomes a provider, and what it may do from then on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Q

from config.refusals import Refusal
from config.walls import walled_by
from ledger import Actor, Event, EventKind, now, record
from providers import errors, events
from providers.feeds.plain_text import one_line, web_address
from providers.models import Provider
from providers.ukprn import is_ukprn

State = Provider.State

MAY_BECOME: dict[str, frozenset[str]] = {
    State.APPLIED: frozenset({State.ACTIVE, State.REMOVED}),
    State.ACTIVE: frozenset({State.NO_NEW_STARTS, State.SUSPENDED, State.REMOVED}),
    State.NO_NEW_STARTS: frozenset({State.ACTIVE, State.SUSPENDED, State.REMOVED}),
    State.SUSPENDED: frozenset({State.ACTIVE, State.NO_NEW_STARTS, State.REMOVED}),
    State.REMOVED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Application:
    """An organisation that wants to be a provider. `identifier` is what its own feed calls it."""

    name: str
    ukprn: str = ""
    identifier: str = ""
    website: str = ""


def register(applications: Sequence[Application], *, actor: Actor) -> list[Provider | Refusal]:
    """Register organisations as providers that have applied; they can sell nothing until activated and accredited.

    Refused, each on its own: ProviderWithoutName, UkprnWrong, WebAddressWrong, TextTooLong, and
    ProviderKnownAlready, which is raised instead where somebody else registers the same one at the same moment.
    """
    with transaction.atomic(), walled_by(_walls(applications)):
        taken = set(_taken(applications))
        judged: list[Provider | Refusal] = []
        for application in applications:
            answer = _judge(application, taken)
            judged.append(answer)
            if isinstance(answer, Provider):
                taken |= {answer.ukprn, answer.identifier} - {""}
        registered = [answer for answer in judged if isinstance(answer, Provider)]
        moment = now()
        for provider in registered:
            provider.registered_at = moment
        Provider.objects.bulk_create(registered)
        record(*(_event(events.PROVIDER_REGISTERED, each, actor, ukprn=each.ukprn or None) for each in registered))
    return judged


def activate(provider: Provider, actor: Actor, *, new_until: date | None = None) -> Provider:
    """Let the provider sell; up to `new_until` the stricter rules for new providers apply to it.

    Raises ProviderCannotMove. Locks the provider.
    """
    return _move(provider, State.ACTIVE, events.PROVIDER_ACTIVATED, actor, new_until=new_until)


def stop_new_starts(provider: Provider, actor: Actor) -> Provider:
    """Let the provider finish what it has begun, and sell no more. Raises ProviderCannotMove. Locks the provider."""
    return _move(provider, State.NO_NEW_STARTS, events.PROVIDER_STOPPED_NEW_STARTS, actor)


def suspend(provider: Provider, actor: Actor) -> Provider:
    """Stop the provider while something is looked into. Raises ProviderCannotMove. Locks the provider."""
    return _move(provider, State.SUSPENDED, events.PROVIDER_SUSPENDED, actor)


def remove(provider: Provider, actor: Actor) -> Provider:
    """End the provider's part in every scheme, for good. Raises ProviderCannotMove. Locks the provider."""
    return _move(provider, State.REMOVED, events.PROVIDER_REMOVED, actor)


def _judge(application: Application, taken: set[str]) -> Provider | Refusal:
    name, ukprn = one_line(application.name), one_line(application.ukprn)
    identifier, website = one_line(application.identifier), application.website.strip()
    if not name:
        return errors.ProviderWithoutName(field="name")
    if len(name) > 300:
        return errors.TextTooLong(field="name", what="name", characters=len(name), most=300)
    if len(identifier) > 200:
        return errors.TextTooLong(field="identifier", what="identifier", characters=len(identifier), most=200)
    if ukprn and not is_ukprn(ukprn):
        return errors.UkprnWrong(field="ukprn", ukprn=ukprn)
    if website and not web_address(website):
        return errors.WebAddressWrong(field="website", url=website)
    for field, number in (("ukprn", ukprn), ("identifier", identifier)):
        if number in taken:
            return errors.ProviderKnownAlready(field=field, number=number)
    return Provider(name=name, ukprn=ukprn, identifier=identifier, website=website)


def _taken(applications: Sequence[Application]) -> Iterator[str]:
    ukprns = {one_line(each.ukprn) for each in applications} - {""}
    identifiers = {one_line(each.identifier) for each in applications} - {""}
    known = Provider.objects.filter(Q(ukprn__in=ukprns) | Q(identifier__in=identifiers))
    for pair in known.order_by().values_list("ukprn", "identifier"):
        yield from filter(None, pair)


def _move(provider: Provider, to: State, kind: EventKind, actor: Actor, **data: date | None) -> Provider:
    with transaction.atomic():
        locked = Provider.objects.select_for_update(no_key=True).get(pk=provider.pk)
        if to not in MAY_BECOME[locked.state]:
            raise errors.ProviderCannotMove(state=locked.get_state_display(), to=to.label)
        before, locked.state = locked.state, to
        locked.new_until = data.get("new_until", locked.new_until)
        locked.save(update_fields=["state", "new_until"])
        record(_event(kind, locked, actor, from_state=before, **data))
    provider.state, provider.new_until = locked.state, locked.new_until
    return locked


def _event(kind: EventKind, provider: Provider, actor: Actor, **data: str | date | None) -> Event:
    return kind.by(actor, subject=provider.subject, **data)


def _walls(applications: Sequence[Application]) -> dict[str, Refusal]:
    numbers = ", ".join(each.ukprn or each.identifier for each in applications)
    known = errors.ProviderKnownAlready(number=numbers)
    return {"one_provider_a_ukprn": known, "one_provider_an_identifier": known}
