-- Promised updates, one row each: what adherence is counted from. kind: status (internal) or customer. met_at stays empty
-- for one that did not come; a snoozed one did not come either, but was put off on the record.
CREATE TABLE promise (
    tenant  TEXT    NOT NULL,
    number  BIGINT  NOT NULL,
    kind    TEXT    NOT NULL,
    due_at  BIGINT  NOT NULL,
    met_at  BIGINT,
    snoozed INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant, number, kind, due_at)
);

CREATE INDEX promise_due ON promise (tenant, kind, due_at);
