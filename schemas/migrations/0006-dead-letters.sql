-- A letter is known by its id alone: in a topic that was made anew, other letters have the places of the old ones.

ALTER TABLE dead_letters DROP CONSTRAINT IF EXISTS dead_letters_pkey;

ALTER TABLE dead_letters ADD PRIMARY KEY (id);

DROP INDEX IF EXISTS dead_letters_id;

CREATE INDEX IF NOT EXISTS dead_letters_place ON dead_letters (kafka_partition, kafka_offset);
