"""Signing: a credential, as a JSON Web Token and as a document that carries its proof.

Open Badges 3.0, sections 8.2 (VC-JWT, EdDSA) and 8.3 (Data Integrity, the cryptosuite eddsa-rdfc-2022). Both can be
checked by whoever reads the issuer's did:web document, and by nothing of ours.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from pyld import jsonld

from brokerage.progress import errors

CREDENTIALS = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
# What the terms of a credential mean, as W3C and 1EdTech publish it: kept here, so that nothing is fetched to sign.
CONTEXTS = {CREDENTIALS: "credentials-v2.json", OPEN_BADGES: "ob-v3p0-context-3.0.3.json"}
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_ED25519_PUBLIC = b"\xed\x01"


@dataclass(frozen=True, slots=True)
class Key:
    """One of `settings.BADGE_SIGNING_KEYS`. It is published twice, as each kind of proof wants to read it."""

    name: str
    private: Ed25519PrivateKey

    @property
    def public(self) -> bytes:
        return bytes(self.private.public_key().public_bytes_raw())

    @property
    def jwk(self) -> dict[str, str]:
        return {"kty": "OKP", "crv": "Ed25519", "x": _base64url(self.public)}

    @property
    def methods(self) -> list[dict[str, Any]]:
        """As the issuer's DID document has them: for documents with a proof, and for tokens."""
        return [
            {
                "id": f"{issuer()}#{self.name}",
                "type": "Multikey",
                "controller": issuer(),
                "publicKeyMultibase": "z" + base58(_ED25519_PUBLIC + self.public),
            },
            {
                "id": f"{issuer()}#{self.name}-jwk",
                "type": "JsonWebKey",
                "controller": issuer(),
                "publicKeyJwk": self.jwk,
            },
        ]


def issuer() -> str:
    """The did:web of this installation, from its public address."""
    return f"did:web:{urlsplit(str(settings.PUBLIC_URL)).netloc.replace(':', '%3A')}"


def signing_keys() -> list[Key]:
    """The key that signs first, then those that have signed before."""
    found = []
    for entry in settings.BADGE_SIGNING_KEYS:
        name, _, seed = entry.partition(":")
        found.append(Key(name, Ed25519PrivateKey.from_private_bytes(base64.b64decode(seed))))
    return found


def as_token(credential: dict[str, Any]) -> str:
    """The credential as a compact JSON Web Token, whose list of badges that are good no more is a token, too.

    Refuses `BadgesNotOffered` where there is no key.
    """
    key = _first()
    if asked := credential.get("credentialStatus"):
        listed = f"{asked['statusListCredential']}token/"
        credential = credential | {
            "credentialStatus": asked | {"id": f"{listed}#{asked['statusListIndex']}", "statusListCredential": listed}
        }
    header = {"alg": "EdDSA", "typ": "JWT", "kid": f"{issuer()}#{key.name}-jwk", "jwk": key.jwk}
    begins = dt.datetime.fromisoformat(credential["validFrom"])
    claims = credential | {"iss": issuer(), "jti": credential["id"], "nbf": int(begins.timestamp())}
    if ends := credential.get("validUntil"):
        claims["exp"] = int(dt.datetime.fromisoformat(ends).timestamp())
    signed = ".".join(_base64url(_compact(part)) for part in (header, claims))
    return f"{signed}.{_base64url(key.private.sign(signed.encode()))}"


def with_proof(credential: dict[str, Any], at: dt.datetime) -> dict[str, Any]:
    """The credential with a proof in it, made `at`. Refuses `BadgesNotOffered` where there is no key."""
    key = _first()
    proof = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": moment(at),
        "verificationMethod": f"{issuer()}#{key.name}",
        "proofPurpose": "assertionMethod",
    }
    canonical = _canonical(proof | {"@context": credential["@context"]}), _canonical(credential)
    signature = key.private.sign(b"".join(sha256(each).digest() for each in canonical))
    return credential | {"proof": proof | {"proofValue": "z" + base58(signature)}}


def moment(at: dt.datetime) -> str:
    """A moment as credentials write it, to the second, in UTC."""
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def base58(raw: bytes) -> str:
    """In Bitcoin's alphabet, as multibase's `z` wants it."""
    number, text = int.from_bytes(raw), ""
    while number:
        number, rest = divmod(number, 58)
        text = _BASE58[rest] + text
    return "1" * (len(raw) - len(raw.lstrip(b"\0"))) + text


def _first() -> Key:
    for key in signing_keys():
        return key
    raise errors.BadgesNotOffered()


def _canonical(document: dict[str, Any]) -> bytes:
    """RDF Dataset Canonicalization of the document: URDNA2015 is what RDFC-1.0 was called before."""
    options = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": _load}
    return str(jsonld.normalize(document, options)).encode()


def _load(address: str, _options: object) -> dict[str, Any]:
    return {
        "contextUrl": None,
        "documentUrl": address,
        "contentType": "application/ld+json",
        "document": _context(CONTEXTS[address]),
    }


@cache
def _context(name: str) -> Any:
    return json.loads((Path(__file__).parent / "contexts" / name).read_text())


def _compact(part: dict[str, Any]) -> bytes:
    return json.dumps(part, separators=(",", ":"), ensure_ascii=False, sort_keys=True).encode()


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
