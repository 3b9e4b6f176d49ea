"""Where an embedded service may live, and as whom it runs."""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NOBODY = "nobody"


class CannotRun(RuntimeError):
    """A service cannot run here; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Identity:
    """How to start a program that refuses to run as root: a prefix to its command, and options for Popen."""

    prefix: tuple[str, ...] = ()
    options: dict[str, Any] | None = None
    owner: tuple[int, int] | None = None


def unprivileged(*needed: Path) -> Identity:
    """Somebody other than root who can reach the paths `needed`.

    An ordinary user is themselves. Root becomes nobody; where nobody cannot pass a folder above (a home of mode 0700),
    root stays itself outside and is nobody inside a user namespace. Raises CannotRun where neither works.
    """
    if os.geteuid() != 0:
        return Identity()
    if all(_open_to_all(path) for path in needed):
        nobody = pwd.getpwnam(NOBODY)
        options = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        return Identity(options=options, owner=(nobody.pw_uid, nobody.pw_gid))
    if shutil.which("unshare"):
        return Identity(prefix=("unshare", "--user", "--map-user=65534", "--map-group=65534"))
    raise CannotRun(
        "PostgreSQL does not run as root, and this folder cannot be reached by anybody else. "
        "Run Waymark as an ordinary user, or from a folder that others may pass."
    )


def private_folder(data: Path) -> Path:
    """A short path for the sockets of the service that keeps its data in `data`: theirs is limited to 100 characters.

    Two copies of the project never share it. Raises CannotRun when somebody else made it.
    """
    name = hashlib.sha256(str(data.resolve()).encode()).hexdigest()[:12]
    folder = Path(tempfile.gettempdir()) / f"waymark-{os.geteuid()}-{name}"
    folder.mkdir(mode=0o700, exist_ok=True)
    owner = folder.lstat()
    mine = {os.geteuid()} | ({pwd.getpwnam(NOBODY).pw_uid} if os.geteuid() == 0 else set())
    if not stat.S_ISDIR(owner.st_mode) or owner.st_uid not in mine:
        raise CannotRun(f"{folder} belongs to somebody else. Remove it, or set TMPDIR to a folder of your own.")
    return folder


def _open_to_all(path: Path) -> bool:
    """Whether everybody may pass through the folders above `path`."""
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in path.resolve().parents)
