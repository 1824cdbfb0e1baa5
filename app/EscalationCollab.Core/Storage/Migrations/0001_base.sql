-- Times are UTC milliseconds, JSON is text (byte for byte, because the events are hashed), flags are 0 or 1.
-- Every table begins its key and its indexes with the tenant. Both SQLite and PostgreSQL are meant to read this;
-- the one word that differs (the identity of outbox) is replaced for PostgreSQL.

CREATE TABLE escalation (
    tenant          TEXT    NOT NULL,
    number          BIGINT  NOT NULL,
    version         INTEGER NOT NULL,
    status          TEXT    NOT NULL,
    severity        INTEGER NOT NULL,
    level           INTEGER NOT NULL,
    type            TEXT    NOT NULL,
    reason          TEXT    NOT NULL,
    customer        TEXT    NOT NULL,
    product         TEXT,
    owner           TEXT,
    restricted      INTEGER NOT NULL,
    declared_at     BIGINT,
    acknowledged_at BIGINT,
    mitigated_at    BIGINT,
    resolved_at     BIGINT,
    closed_at       BIGINT,
    changed_at      BIGINT  NOT NULL,
    snapshot        TEXT    NOT NULL,
    PRIMARY KEY (tenant, number)
);

CREATE INDEX escalation_status ON escalation (tenant, status, changed_at);
CREATE INDEX escalation_customer ON escalation (tenant, customer, declared_at);
CREATE INDEX escalation_declared ON escalation (tenant, declared_at);

CREATE TABLE event (
    tenant    TEXT    NOT NULL,
    number    BIGINT  NOT NULL,
    sequence  INTEGER NOT NULL,
    at        BIGINT  NOT NULL,
    by_person TEXT    NOT NULL,
    kind      TEXT    NOT NULL,
    payload   TEXT    NOT NULL,
    hash      TEXT    NOT NULL,
    PRIMARY KEY (tenant, number, sequence)
);

CREATE INDEX event_at ON event (tenant, at);

-- due_at is when it was wanted and gives the order; next_at is when it is tried next (later after a failure).
-- The identity is never used twice, because effects are recognised outside by it.
CREATE TABLE outbox (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant       TEXT    NOT NULL,
    lane         TEXT    NOT NULL,
    due_at       BIGINT  NOT NULL,
    next_at      BIGINT  NOT NULL,
    kind         TEXT    NOT NULL,
    payload      TEXT    NOT NULL,
    number       BIGINT,
    coalesce_key TEXT,
    attempts     INTEGER NOT NULL DEFAULT 0,
    lease_owner  TEXT,
    lease_until  BIGINT,
    done_at      BIGINT,
    dead_at      BIGINT,
    last_error   TEXT,
    created_at   BIGINT  NOT NULL
);

CREATE INDEX outbox_due ON outbox (tenant, lane, next_at, id) WHERE done_at IS NULL AND dead_at IS NULL;
CREATE INDEX outbox_order ON outbox (tenant, lane, number, due_at, id)
    WHERE done_at IS NULL AND dead_at IS NULL AND number IS NOT NULL;
-- The key is taken off a row when it is claimed, so only waiting rows that were never started hold one.
CREATE UNIQUE INDEX outbox_coalesce ON outbox (tenant, coalesce_key) WHERE coalesce_key IS NOT NULL;
CREATE INDEX outbox_done ON outbox (tenant, done_at) WHERE done_at IS NOT NULL;
CREATE INDEX outbox_dead ON outbox (tenant, dead_at) WHERE dead_at IS NOT NULL;

CREATE TABLE inbox (
    tenant TEXT   NOT NULL,
    key    TEXT   NOT NULL,
    at     BIGINT NOT NULL,
    reply  TEXT,
    PRIMARY KEY (tenant, key)
);

CREATE INDEX inbox_age ON inbox (tenant, at);

CREATE TABLE counter (
    tenant TEXT   NOT NULL,
    name   TEXT   NOT NULL,
    value  BIGINT NOT NULL,
    PRIMARY KEY (tenant, name)
);

CREATE TABLE setting (
    tenant TEXT NOT NULL,
    name   TEXT NOT NULL,
    value  TEXT NOT NULL,
    PRIMARY KEY (tenant, name)
);

CREATE TABLE person (
    tenant  TEXT NOT NULL,
    id      TEXT NOT NULL,
    email   TEXT NOT NULL,
    payload TEXT NOT NULL,
    PRIMARY KEY (tenant, id)
);

CREATE INDEX person_email ON person (tenant, email);

CREATE TABLE customer (
    tenant  TEXT NOT NULL,
    id      TEXT NOT NULL,
    name    TEXT NOT NULL,
    payload TEXT NOT NULL,
    PRIMARY KEY (tenant, id)
);

CREATE INDEX customer_name ON customer (tenant, name);
