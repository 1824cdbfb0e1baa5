-- What was acknowledged before it was decided, with what is needed to decide and to answer; null once it is decided.
ALTER TABLE inbox ADD COLUMN pending TEXT;

CREATE INDEX inbox_pending ON inbox (tenant, at) WHERE pending IS NOT NULL;
