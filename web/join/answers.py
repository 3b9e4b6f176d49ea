"""What somebody has answered on their way to an account: kept in their session, and on the page that they look at.

Nothing is anywhere else until they have checked it all and say yes. A session can end in the middle, or be another
one's after a while: so each page carries what came before it, signed, and a page that is sent brings it all along.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core import signing
from django.http import HttpRequest

KEY = "join"
SALT = "web.join.answers"
# Whoever sits down at the computer in the library an hour later does not read them.
IN_SESSION = dt.timedelta(hours=1)
# As long as somebody may leave the page open in front of them and still be understood.
ON_PAGE = dt.timedelta(hours=24)
# The field of a page that carries what was answered before it.
CARRIED = "carried"
# Never on a page, where whoever looks over a shoulder or at a copy of the page could try to crack it.
SECRET = "password"

Answers = dict[str, Any]


def answers(request: HttpRequest) -> Answers:
    """What was answered so far: from the session, else from the page that was sent."""
    kept = request.session.get(KEY)
    if kept:
        try:
            return dict(signing.loads(kept, salt=SALT, max_age=IN_SESSION))
        except signing.BadSignature:
            del request.session[KEY]
    try:
        return dict(signing.loads(request.POST.get(CARRIED, ""), salt=SALT, max_age=ON_PAGE))
    except signing.BadSignature:
        return {}


def keep(request: HttpRequest, given: Answers) -> Answers:
    """Add to what was answered so far. The hour begins anew."""
    found = answers(request) | given
    request.session[KEY] = signing.dumps(found, salt=SALT)
    return found


def carried(found: Answers) -> str:
    """What a page carries along."""
    shown = {name: answer for name, answer in found.items() if name != SECRET}
    return str(signing.dumps(shown, salt=SALT))


def forget(request: HttpRequest) -> None:
    request.session.pop(KEY, None)
