"""Rows through PostgreSQL's binary COPY and back, from any slice of a batch."""

import numpy as np
import orjson
import psycopg
import pyarrow as pa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.codec import to_batch
from schemas.events import Event, Kind, Received
from streams.worker.copy_rows import COLUMNS, encode_rows
from tests.streams.worker.log import NOW

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)


@st.composite
def rows(draw: st.DrawFn) -> list[Received]:
    """A few events with and without each optional column."""
    made = []
    for identity in draw(st.lists(st.uuids(), min_size=1, max_size=6, unique=True)):
        optional = {name: draw(st.none() | TEXTS) for name in ("subject", "zone", "direction", "picture")}
        numbers = {name: draw(st.none() | st.floats(allow_nan=False)) for name in ("score", "value")}
        attributes = draw(st.dictionaries(TEXTS, TEXTS, max_size=2))
        event = Event(identity, Kind.DOOR, draw(TEXTS), draw(TEXTS), NOW, attributes=attributes, **optional, **numbers)  # type: ignore[arg-type]
        made.append(Received("site", event, NOW, NOW))
    return made


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows(), st.integers(0, 3), st.data())
def test_the_database_holds_what_was_sent(
    database: psycopg.Connection, made: list[Received], cut: int, data: st.DataObject
) -> None:
    database.execute("TRUNCATE events_door")
    batch = to_batch(made)
    batch = batch.slice(min(cut, len(made) - 1))
    keep = data.draw(st.lists(st.booleans(), min_size=batch.num_rows, max_size=batch.num_rows))
    batch = batch.filter(pa.array(keep, pa.bool_()))
    late = np.array([i % 2 == 0 for i in range(batch.num_rows)], dtype=np.bool_)
    offsets = np.arange(batch.num_rows, dtype=np.int64) + 2**40
    with (
        database.cursor() as cursor,
        cursor.copy(f"COPY events_door ({', '.join(COLUMNS)}) FROM STDIN (FORMAT binary)") as copy,
    ):
        copy.write(encode_rows(batch, late, 3, offsets))
    stored = database.execute("SELECT *, id::text AS i FROM events_door ORDER BY kafka_offset").fetchall()
    sent = batch.to_pylist()
    assert len(stored) == len(sent)
    for i, (row, got) in enumerate(zip(sent, stored, strict=True)):
        assert got[0].bytes == row["id"]
        assert got[1:5] == (row["site"], row["kind"], row["type"], row["device"])
        assert got[5:8] == (row["occurred_at"], row["received_at"], row["event_time"])
        assert got[8:13] == (row["subject"], row["score"], row["value"], row["zone"], row["direction"])
        assert got[13:15] == (orjson.loads(row["attributes"]), row["picture"])
        assert got[15:18] == (i % 2 == 0, 3, 2**40 + i)
