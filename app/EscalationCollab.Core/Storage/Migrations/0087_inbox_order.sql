-- What waits is decided in the order in which it came, and only what is decided grows old: accepting one writes no index
-- for that.
DROP INDEX inbox_pending;
DROP INDEX inbox_age;
CREATE INDEX inbox_pending ON inbox (at) WHERE pending IS NOT NULL;
CREATE INDEX inbox_age ON inbox (tenant, at) WHERE pending IS NULL;
