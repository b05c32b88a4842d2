-- Which log a place belongs to: a topic that is deleted and made anew has another id in Kafka, and its offsets begin again.

ALTER TABLE progress ADD COLUMN IF NOT EXISTS log uuid;
