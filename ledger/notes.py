"""Signed notes and checkpoints: what a log says of itself, as C2SP's signed-note and tlog-checkpoint describe them."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

_ED25519 = b"\x01"
_DASH = "— "


class NoteInvalid(ValueError):
    """A note that is not one, or that none of the keys has signed."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key's public half, as a verifier knows it: `name+id+key`."""

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(_ED25519 + self.public).decode()}"

    @classmethod
    def read(cls, text: str) -> Key:
        """Raises NoteInvalid."""
        try:
            name, identity, encoded = text.strip().split("+", 2)
            kind_and_key = base64.b64decode(encoded, validate=True)
        except ValueError as error:
            raise NoteInvalid(f"{text!r} is no verifier key") from error
        key = cls(name, kind_and_key[1:])
        if kind_and_key[:1] != _ED25519 or len(key.public) != 32 or key.id.hex() != identity:
            raise NoteInvalid(f"{text!r} is no Ed25519 verifier key")
        return key


@dataclass(frozen=True, slots=True)
class Signer:
    """A key's private half."""

    name: str
    private: Ed25519PrivateKey

    @property
    def key(self) -> Key:
        return Key(self.name, self.private.public_key().public_bytes_raw())


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A log's state: its name, how many leaves it has, their root hash, and further lines that are signed with them."""

    origin: str
    size: int
    root: bytes
    more: tuple[str, ...] = ()

    def text(self) -> str:
        lines = [self.origin, str(self.size), base64.b64encode(self.root).decode(), *self.more]
        return "".join(f"{line}\n" for line in lines)


def signers() -> list[Signer]:
    """The keys that sign, the present one first: `settings.LEDGER_SIGNING_KEYS`, each `name:base64 of 32 bytes`.

    To change the key, put the new one first; as long as the old one is beside it, both sign, so that whoever knows
    only the old one can follow.
    """
    found = []
    for entry in settings.LEDGER_SIGNING_KEYS:
        name, _, seed = entry.partition(":")
        found.append(Signer(name, Ed25519PrivateKey.from_private_bytes(base64.b64decode(seed))))
    return found


def sign(checkpoint: Checkpoint, by: Iterable[Signer]) -> str:
    text = checkpoint.text()
    lines = [
        f"{_DASH}{signer.name} {base64.b64encode(signer.key.id + signer.private.sign(text.encode())).decode()}\n"
        for signer in by
    ]
    return f"{text}\n{''.join(lines)}"


def read(note: str, keys: Sequence[Key]) -> Checkpoint:
    """The checkpoint in a note that at least one of `keys` has signed. Raises NoteInvalid."""
    text, separator, signatures = note.partition("\n\n")
    if not separator:
        raise NoteInvalid("it has no signature")
    text += "\n"
    known = {(key.name, key.id): key for key in keys}
    good = False
    for line in signatures.splitlines():
        name, _, encoded = line.removeprefix(_DASH).partition(" ")
        try:
            blob = base64.b64decode(encoded, validate=True)
        except binascii.Error as error:
            raise NoteInvalid("a signature is not base64") from error
        key = known.get((name, blob[:4]))
        if key is None:
            continue  # of a key that we need not know
        try:
            Ed25519PublicKey.from_public_bytes(key.public).verify(blob[4:], text.encode())
        except InvalidSignature as error:
            raise NoteInvalid(f"the signature of {name} does not fit") from error
        good = True
    if not good:
        raise NoteInvalid("none of the known keys has signed it")
    return _parse(text)


def _parse(text: str) -> Checkpoint:
    try:
        origin, size, root, *more = text.splitlines()
        if not size.isdecimal() or str(int(size)) != size:
            raise NoteInvalid("its size is not a number")
        return Checkpoint(origin, int(size), base64.b64decode(root, validate=True), tuple(more))
    except ValueError as error:
        raise NoteInvalid("it is not a checkpoint") from error
