"""The database's own clock, the only one that stamps the record."""

from __future__ import annotations

from django.contrib.postgres.fields import DateTimeRangeField
from django.db.models import DateTimeField, Func, Value


class ClockTimestamp(Func):
    """The moment itself, not the start of the statement or transaction.

    Mixing the three within one transaction would void a row before it was known.
    """

    function = "clock_timestamp"
    arity = 0
    output_field = DateTimeField()


class FromNowOn(Func):
    """The open range that starts at this moment."""

    function = "tstzrange"
    output_field = DateTimeRangeField()

    def __init__(self) -> None:
        super().__init__(ClockTimestamp(), Value(None, output_field=DateTimeField()))
