-- Events: one hypertable a kind, so that a kind's retention is a drop of chunks; the view `events` joins them.
--
-- Every statement may run again: a migration that was killed between its commit and its mark is simply repeated.
-- The unique index leads with the time, so that rows are appended to it; led by the random id it would be written all over.
-- The second index is for rows that could not be placed by their device's clock: a repetition of such an event has another
-- event time, and is found by id alone. There are few of them. The third finds the newest arrivals and costs next to nothing.

CREATE EXTENSION IF NOT EXISTS timescaledb;

CREATE TABLE IF NOT EXISTS events_camera (
    id              uuid             NOT NULL,
    site            text             NOT NULL,
    kind            text             NOT NULL,
    type            text             NOT NULL,
    device          text             NOT NULL,
    occurred_at     timestamptz      NOT NULL,
    received_at     timestamptz      NOT NULL,
    event_time      timestamptz      NOT NULL,
    subject         text,
    score           double precision,
    value           double precision,
    zone            text,
    direction       text,
    attributes      jsonb            NOT NULL,
    picture         text,
    late            boolean          NOT NULL,
    kafka_partition integer          NOT NULL,
    kafka_offset    bigint           NOT NULL
);

CREATE TABLE IF NOT EXISTS events_face (LIKE events_camera);

CREATE TABLE IF NOT EXISTS events_plate (LIKE events_camera);

CREATE TABLE IF NOT EXISTS events_door (LIKE events_camera);

CREATE TABLE IF NOT EXISTS events_parking (LIKE events_camera);

CREATE TABLE IF NOT EXISTS events_facility (LIKE events_camera);

-- In a block, because a SELECT would print its row.
DO $$
DECLARE
    kind text;
BEGIN
    FOREACH kind IN ARRAY ARRAY['camera', 'face', 'plate', 'door', 'parking', 'facility'] LOOP
        PERFORM create_hypertable(
            format('events_%s', kind), 'event_time', chunk_time_interval => INTERVAL '1 day',
            create_default_indexes => false, if_not_exists => true
        );
        EXECUTE format('CREATE UNIQUE INDEX IF NOT EXISTS events_%s_event_time_id ON events_%s (event_time, id)', kind, kind);
        EXECUTE format('CREATE INDEX IF NOT EXISTS events_%s_displaced ON events_%s (id) WHERE event_time <> occurred_at', kind, kind);
        EXECUTE format('CREATE INDEX IF NOT EXISTS events_%s_received ON events_%s USING brin (received_at)', kind, kind);
    END LOOP;
END
$$;

CREATE OR REPLACE VIEW events AS
SELECT * FROM events_camera
UNION ALL
SELECT * FROM events_face
UNION ALL
SELECT * FROM events_plate
UNION ALL
SELECT * FROM events_door
UNION ALL
SELECT * FROM events_parking
UNION ALL
SELECT * FROM events_facility;
