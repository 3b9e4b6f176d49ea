"""`./run manage api_key issue PROVIDER`: give a provider a key, or take one away."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from api import keys
from api.models import Key
from api.scopes import Scope
from config.refusals import Refusal
from ledger import Actor
from providers.models import Provider


class Command(BaseCommand):
    help = "Issues, lists and revokes the keys with which providers' systems use the API."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        issue = verbs.add_parser("issue", help="a new key, printed once")
        issue.add_argument("provider", help="its id, UKPRN or name")
        issue.add_argument("--name", default="", help="what the key is for")
        issue.add_argument("--scope", action="append", choices=Scope.values, help="may be repeated; all unless given")
        listing = verbs.add_parser("list", help="the keys of a provider")
        listing.add_argument("provider", help="its id, UKPRN or name")
        revoke = verbs.add_parser("revoke", help="from now on the key is nobody's")
        revoke.add_argument("key", help="the key's id")

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        actor = Actor.system("api_key")
        try:
            if verb == "issue":
                scopes = [Scope(scope) for scope in options["scope"] or Scope.values]
                key, plaintext = keys.issue(
                    _provider(options["provider"]), scopes=scopes, name=options["name"], actor=actor
                )
                self.stdout.write(f"{plaintext}\n")
                self.stderr.write(f"key {key.pk} of {key.provider}; it is not shown again\n")
            elif verb == "list":
                for key in Key.objects.filter(provider=_provider(options["provider"])):
                    state = "revoked" if key.revoked_at else "live"
                    self.stdout.write(f"{key.pk}  {key}  {state}  {' '.join(key.scopes)}  {key.name}\n")
            else:
                keys.revoke(_uuid(options["key"]) or UUID(int=0), actor=actor)
                self.stdout.write("revoked\n")
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal


def _provider(text: str) -> Provider:
    by_id = _uuid(text)
    found = Provider.objects.filter(pk=by_id) if by_id else Provider.objects.none()
    found = found or Provider.objects.filter(ukprn=text) or Provider.objects.filter(name=text)
    if len(found) != 1:
        raise CommandError(f"there are {len(found)} providers called “{text}”")
    return found[0]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
