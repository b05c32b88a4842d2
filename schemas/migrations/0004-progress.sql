-- How far each partition is stored, the rules' state, and what could not be read.

CREATE TABLE IF NOT EXISTS progress (
    topic       text    NOT NULL,
    partition   integer NOT NULL,
    next_offset bigint  NOT NULL,
    tick        timestamptz,
    PRIMARY KEY (topic, partition)
) WITH (fillfactor = 20);

CREATE TABLE IF NOT EXISTS rule_state (
    partition integer     PRIMARY KEY,
    saved_at  timestamptz NOT NULL,
    offsets   jsonb       NOT NULL,
    state     bytea       NOT NULL
);

CREATE TABLE IF NOT EXISTS dead_letters (
    kafka_partition integer     NOT NULL,
    kafka_offset    bigint      NOT NULL,
    id              uuid        NOT NULL,
    source          text        NOT NULL,
    family          text        NOT NULL,
    content_type    text        NOT NULL,
    received_at     timestamptz NOT NULL,
    reason          text        NOT NULL,
    at              text        NOT NULL,
    body            bytea       NOT NULL,
    retried_at      timestamptz,
    outcome         text,
    PRIMARY KEY (kafka_partition, kafka_offset)
);

CREATE UNIQUE INDEX IF NOT EXISTS dead_letters_id ON dead_letters (id);

CREATE INDEX IF NOT EXISTS dead_letters_received_at ON dead_letters (received_at DESC);
