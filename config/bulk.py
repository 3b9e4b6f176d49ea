"""Many rows changed in one statement."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection, models


def write_back(objects: Iterable[models.Model], *names: str) -> None:
    """Write these fields of saved objects of one model to their rows, whatever each one's values are.

    For rows that the caller has locked. Instead of Django's `bulk_update`, which composes a CASE of as many branches
    as there are rows for each field: three times the time for one row, twenty-six times for a hundred.
    """
    rows = list(objects)
    if not rows:
        return
    by_name = {field.name: field for field in rows[0]._meta.concrete_fields}
    fields = [next(field for field in by_name.values() if field.primary_key), *(by_name[name] for name in names)]
    quote = connection.ops.quote_name
    table, columns = quote(rows[0]._meta.db_table), [quote(str(field.column)) for field in fields]
    arrays = ", ".join(f"%s::{field.db_type(connection)}[]" for field in fields)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET {', '.join(f'{column} = new.{column}' for column in columns[1:])}"
            f" FROM unnest({arrays}) AS new ({', '.join(columns)}) WHERE {table}.{columns[0]} = new.{columns[0]}",
            [[field.get_db_prep_save(getattr(row, field.attname), connection) for row in rows] for field in fields],
        )
