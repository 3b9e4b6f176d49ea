"""Nearby: where a town or postcode is, as far as the catalogue's own venues tell, and how far things are from it.

No address is looked up anywhere else. Distances are great circles, as the crow flies, in kilometres.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

from django.db import connection

EARTH_KM = 6371.0088
KM_A_MILE = 1.609344
# A whole British postcode ends in a digit and two letters; what is before them is its district.
_WHOLE = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}")


@dataclass(frozen=True, slots=True)
class Spot:
    """A place that somebody named, in degrees."""

    name: str
    latitude: float
    longitude: float


# The middle of the venues there. Two towns of one name are told apart by their postcodes' letters; the one with more
# venues is meant.
_LOCATE = """
    SELECT avg(latitude)::float8, avg(longitude)::float8
    FROM (
        SELECT latitude, longitude, substring(postcode FROM '^[A-Z]*') AS area,
            CASE
                WHEN replace(postcode, ' ', '') = %(code)s THEN 0
                WHEN left(replace(postcode, ' ', ''), -3) = %(district)s THEN 1
                WHEN lower(town) = lower(%(town)s) THEN 2
            END AS how
        FROM providers_venue WHERE latitude IS NOT NULL
    ) AS known
    WHERE how IS NOT NULL
    GROUP BY how, area ORDER BY how, count(*) DESC, area LIMIT 1
"""


def locate(text: str) -> Spot | None:
    """Where this postcode, postcode district or town is; None where no venue tells. One query.

    A whole postcode that no venue has is taken for its district.
    """
    name = " ".join(text.replace("\x00", "").split())[:100]
    code = name.replace(" ", "").upper()
    if not code:
        return None
    district = code[:-3] if _WHOLE.fullmatch(code) else code
    with connection.cursor() as cursor:
        cursor.execute(_LOCATE, {"code": code, "district": district, "town": name})
        found = cursor.fetchone()
    return Spot(name, *found) if found else None


# The haversine: exact enough anywhere, also for places close together (R. W. Sinnott, 1984).
DISTANCE = f"""
    2 * {EARTH_KM} * asin(sqrt(least(1.0,
        power(sin(radians(entry.latitude - %(latitude)s) / 2), 2)
        + cos(radians(%(latitude)s)) * cos(radians(entry.latitude))
            * power(sin(radians(entry.longitude - %(longitude)s) / 2), 2)
    )))
"""


def km_between(spot: Spot, latitude: float, longitude: float) -> float:
    """How far that position is, in the way of `DISTANCE`."""
    north, east = math.radians(latitude - spot.latitude), math.radians(longitude - spot.longitude)
    across = math.cos(math.radians(spot.latitude)) * math.cos(math.radians(latitude)) * math.sin(east / 2) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(min(1.0, math.sin(north / 2) ** 2 + across)))


def box(spot: Spot, within_km: float) -> dict[str, Any]:
    """What lies at least around everything within so many kilometres, for an index: latitudes, and longitudes.

    Where it reaches a pole or the far side of the earth it has every longitude.
    """
    high = math.degrees(within_km / EARTH_KM)
    south, north = spot.latitude - high, spot.latitude + high
    wide = 360.0
    if south > -90 and north < 90:
        wide = math.degrees(math.asin(min(1.0, math.sin(within_km / EARTH_KM) / math.cos(math.radians(spot.latitude)))))
    west, east = spot.longitude - wide, spot.longitude + wide
    if west < -180 or east > 180:
        west, east = -180.0, 180.0
    return {"south": south, "north": north, "west": west, "east": east}
