"""Registering: how an organisation becomes a provider, and what it may do from then on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from config.refusals import Refusal, only
from config.walls import walled_by
from ledger import Actor, Event, EventKind, now, record
from providers import errors, events
from providers.details import Details, details_of, numbers_of, website_of
from providers.feeds.plain_text import one_line
from providers.models import Provider, Role, Staff, StateChange
from providers.staffing import WALLS, refuse_if_employed

State = Provider.State
Reason = StateChange.Reason
LONGEST_NOTE = 2000
UNIQUE = ("ukprn", "siret", "vat", "identifier")

MAY_BECOME: dict[str, frozenset[str]] = {
    State.APPLIED: frozenset({State.ACTIVE, State.REMOVED}),
    State.ACTIVE: frozenset({State.NO_NEW_STARTS, State.SUSPENDED, State.REMOVED}),
    State.NO_NEW_STARTS: frozenset({State.ACTIVE, State.SUSPENDED, State.REMOVED}),
    State.SUSPENDED: frozenset({State.ACTIVE, State.NO_NEW_STARTS, State.REMOVED}),
    State.REMOVED: frozenset(),
}
_TROUBLE = (Reason.QUALITY, Reason.ACCREDITATION, Reason.IRREGULAR, Reason.INSOLVENT, Reason.OTHER)
# Why a provider that was taken on comes to a state; of an application there is one answer or the other.
REASONS: dict[str, tuple[Reason, ...]] = {
    State.ACTIVE: (Reason.CLEARED, Reason.PUT_RIGHT, Reason.OTHER),
    State.NO_NEW_STARTS: (Reason.OWN_WISH, *_TROUBLE),
    State.SUSPENDED: _TROUBLE,
    State.REMOVED: (Reason.OWN_WISH, *_TROUBLE),
}
ANSWERS = {State.ACTIVE: (Reason.ACCEPTED,), State.REMOVED: (Reason.DECLINED,)}


@dataclass(frozen=True, slots=True)
class Application:
    """An organisation that wants to be a provider. `identifier` is what its own feed calls it."""

    name: str
    ukprn: str = ""
    identifier: str = ""
    website: str = ""
    siret: str = ""
    vat: str = ""
    details: Details = field(default_factory=Details)


@dataclass(frozen=True, slots=True)
class Because:
    """Why a provider is moved to another state: a reason that can be counted, a sentence, and who decided it.

    The sentence may be left out where an application is accepted; `by` is a user's id, None where nobody decided.
    """

    reason: Reason
    note: str = ""
    by: UUID | None = None


def register(applications: Sequence[Application], *, actor: Actor) -> list[Provider | Refusal]:
    """Register organisations as providers that have applied; they can sell nothing until activated and accredited.

    Refused, each on its own: ProviderWithoutName, UkprnWrong, SiretWrong, VatNumberWrong, WebAddressWrong, EmailWrong,
    CountryWrong, TextTooLong, and ProviderKnownAlready, which is raised instead where somebody else registers the same
    one at the same moment.
    """
    with transaction.atomic(), walled_by(_walls(applications)):
        shaped = [_shape(application) for application in applications]
        taken = set(_taken([fields for fields in shaped if not isinstance(fields, Refusal)]))
        judged: list[Provider | Refusal] = []
        for fields in shaped:
            answer = fields if isinstance(fields, Refusal) else _judge(fields, taken)
            judged.append(answer)
            if isinstance(answer, Provider):
                taken |= {getattr(answer, name) for name in UNIQUE} - {""}
        registered = [answer for answer in judged if isinstance(answer, Provider)]
        moment = now()
        for provider in registered:
            provider.registered_at = moment
        Provider.objects.bulk_create(registered)
        record(*(_event(events.PROVIDER_REGISTERED, each, actor, ukprn=each.ukprn or None) for each in registered))
    return judged


def apply(application: Application, *, user: UUID, actor: Actor) -> Staff:
    """An organisation applies: it is registered, and whoever fills its application in is its first administrator.

    Refuses what `register` does, `NumberNeeded`, `ContactNeeded`, and `WorksElsewhere`.
    """
    if not (application.ukprn.strip() or application.siret.strip() or application.vat.strip()):
        raise errors.NumberNeeded(field="ukprn")
    for name in ("contact_name", "contact_email"):
        if not one_line(getattr(application.details, name)):
            raise errors.ContactNeeded(field=name)
    with transaction.atomic(), walled_by(WALLS):
        refuse_if_employed(user)
        provider = only(register([application], actor=actor))
        staff = Staff.objects.create(provider=provider, user_id=user, roles=list(Role.values), joined_at=now())
        record(
            events.STAFF_JOINED.by(actor, subject=provider.subject, staff=staff.id, user=user, roles=staff.roles),
        )
    return staff


def activate(
    provider: Provider, actor: Actor, *, new_until: date | None = None, because: Because = Because(Reason.ACCEPTED)
) -> Provider:
    """Let the provider sell; up to `new_until` the stricter rules for new providers apply to it.

    Raises ProviderCannotMove, ReasonNotForThis, ReasonNeedsNote. Locks the provider. Of a provider that was suspended,
    the clocks of its vouchers have to go on too: `vouchers.stopping`.
    """
    return _move(provider, State.ACTIVE, events.PROVIDER_ACTIVATED, actor, because, new_until=new_until)


def stop_new_starts(provider: Provider, actor: Actor, *, because: Because) -> Provider:
    """Let the provider finish what it has begun, and sell no more. Raises as `activate`. Locks the provider."""
    return _move(provider, State.NO_NEW_STARTS, events.PROVIDER_STOPPED_NEW_STARTS, actor, because)


def suspend(provider: Provider, actor: Actor, *, because: Because) -> Provider:
    """Stop the provider while something is looked into. Raises as `activate`. Locks the provider."""
    return _move(provider, State.SUSPENDED, events.PROVIDER_SUSPENDED, actor, because)


def remove(provider: Provider, actor: Actor, *, because: Because) -> Provider:
    """End the provider's part in every scheme, for good. Raises as `activate`. Locks the provider."""
    return _move(provider, State.REMOVED, events.PROVIDER_REMOVED, actor, because)


def reasons(before: str, to: str) -> tuple[Reason, ...]:
    """The reasons for which a provider may be moved from one state to another."""
    return (ANSWERS if before == State.APPLIED else REASONS).get(State(to), ())


def _shape(application: Application) -> dict[str, str] | Refusal:
    """An application as the fields of a provider, or the first reason why not."""
    name, identifier = one_line(application.name), one_line(application.identifier)
    if not name:
        return errors.ProviderWithoutName(field="name")
    if len(name) > 300:
        return errors.TextTooLong(field="name", what="name", characters=len(name), most=300)
    if len(identifier) > 200:
        return errors.TextTooLong(field="identifier", what="identifier", characters=len(identifier), most=200)
    fields = {"name": name, "identifier": identifier}
    for part in (
        numbers_of(ukprn=application.ukprn, siret=application.siret, vat=application.vat),
        website_of(application.website),
        details_of(application.details),
    ):
        if isinstance(part, Refusal):
            return part
        fields |= part
    return fields


def _judge(fields: Mapping[str, str], taken: set[str]) -> Provider | Refusal:
    for name in UNIQUE:
        if fields[name] in taken:
            return errors.ProviderKnownAlready(field=name, number=fields[name])
    return Provider(**fields)


def _taken(shaped: Sequence[Mapping[str, str]]) -> Iterator[str]:
    wanted = Q(pk__in=[])
    for name in UNIQUE:
        wanted |= Q(**{f"{name}__in": {fields[name] for fields in shaped} - {""}})
    for numbers in Provider.objects.filter(wanted).order_by().values_list(*UNIQUE):
        yield from filter(None, numbers)


def _move(
    provider: Provider, to: State, kind: EventKind, actor: Actor, because: Because, **data: date | None
) -> Provider:
    note = because.note.strip()
    with transaction.atomic():
        locked = Provider.objects.select_for_update(no_key=True).get(pk=provider.pk)
        if to not in MAY_BECOME[locked.state]:
            raise errors.ProviderCannotMove(state=locked.get_state_display(), to=to.label)
        if because.reason not in reasons(locked.state, to):
            raise errors.ReasonNotForThis(field="reason", reason=because.reason.label, to=to.label)
        if not note and because.reason != Reason.ACCEPTED:
            raise errors.ReasonNeedsNote(field="note")
        if len(note) > LONGEST_NOTE:
            raise errors.TextTooLong(field="note", what="note", characters=len(note), most=LONGEST_NOTE)
        before, locked.state = locked.state, to
        locked.new_until = data.get("new_until", locked.new_until)
        locked.save(update_fields=["state", "new_until"])
        StateChange.objects.create(
            provider=locked,
            from_state=before,
            to_state=to,
            reason=because.reason,
            note=note,
            moved_by_id=because.by,
            moved_at=now(),
        )
        record(_event(kind, locked, actor, from_state=before, reason=because.reason.value, **data))
    provider.state, provider.new_until = locked.state, locked.new_until
    return locked


def _event(kind: EventKind, provider: Provider, actor: Actor, **data: str | date | None) -> Event:
    return kind.by(actor, subject=provider.subject, **data)


def _walls(applications: Sequence[Application]) -> dict[str, Refusal]:
    numbers = ", ".join(each.ukprn or each.siret or each.vat or each.identifier for each in applications)
    known = errors.ProviderKnownAlready(number=numbers)
    return {
        "one_provider_a_ukprn": known,
        "one_provider_a_siret": known,
        "one_provider_a_vat_number": known,
        "one_provider_an_identifier": known,
    }
