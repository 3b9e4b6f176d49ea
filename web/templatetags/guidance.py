"""What an adviser has declared, beside the case that it is about."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import template

from brokerage.models import WAITING, Adviser, Request
from brokerage.organisations import declaring

register = template.Library()


@register.inclusion_tag("desk/declared.html")
def declared(adviser: Adviser, asked: Request, now: dt.datetime) -> dict[str, Any]:
    """Why this adviser does not answer this request, or what their answer says along. One query, or none."""
    waits = asked.state in WAITING and not asked.voucher_id
    blocking, warning = declaring.links(adviser, asked, now) if waits else (None, None)
    return {"asked": asked, "waits": waits, "blocking": blocking, "warning": warning}
