-- Improvements that came out of escalations. due_on: a day, yyyy-MM-dd. state: open | done | declined.
CREATE TABLE action_item (
    tenant      TEXT    NOT NULL,
    number      BIGINT  NOT NULL,
    item        INTEGER NOT NULL, -- counted from 1 within the escalation
    owner       TEXT    NOT NULL,
    kind        TEXT    NOT NULL,
    title       TEXT    NOT NULL,
    due_on      TEXT    NOT NULL,
    state       TEXT    NOT NULL,
    created_at  BIGINT  NOT NULL,
    done_at     BIGINT,
    declined_at BIGINT,
    PRIMARY KEY (tenant, number, item)
);

CREATE INDEX action_item_due ON action_item (tenant, due_on, state, done_at, number, item);
CREATE INDEX action_item_owner ON action_item (tenant, owner, state, due_on);

-- Surveys sent to customers. The token is kept as a hash only. resolution and communication: 1 to 5; effort: 1 to 7,
-- 7 is easiest; recommendation: 0 to 10; each NULL when that question was left out.
CREATE TABLE survey (
    tenant         TEXT   NOT NULL,
    number         BIGINT NOT NULL,
    token_hash     TEXT   NOT NULL,
    sent_at        BIGINT NOT NULL,
    reminded_at    BIGINT,
    expires_at     BIGINT NOT NULL,
    answered_at    BIGINT,
    resolution     INTEGER,
    communication  INTEGER,
    effort         INTEGER,
    recommendation INTEGER,
    comment        TEXT,
    PRIMARY KEY (tenant, number, token_hash)
);

CREATE UNIQUE INDEX survey_token ON survey (token_hash);
CREATE INDEX survey_sent ON survey (tenant, sent_at, answered_at, resolution, communication, effort, recommendation, number);
