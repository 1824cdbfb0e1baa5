-- Help-desk tickets, one row each as of the latest known update, and the escalations proposed from them.

CREATE TABLE ticket (
    tenant         TEXT    NOT NULL,
    source         TEXT    NOT NULL,
    number         TEXT    NOT NULL,
    opened_at      BIGINT  NOT NULL,
    updated_at     BIGINT  NOT NULL,
    revision       BIGINT  NOT NULL,
    resolved_at    BIGINT,
    first_reply_at BIGINT,
    state          TEXT    NOT NULL,
    priority       TEXT    NOT NULL,
    customer       TEXT    NOT NULL,
    summary        TEXT    NOT NULL,
    body           TEXT    NOT NULL,
    resolved       INTEGER NOT NULL,
    escalated      INTEGER NOT NULL,
    first_contact  INTEGER NOT NULL,
    sla_met        INTEGER,
    reassigned     INTEGER NOT NULL,
    reopened       INTEGER NOT NULL,
    fingerprint    BIGINT  NOT NULL,
    -- The number of the escalation that was made of it here.
    escalation     BIGINT,
    PRIMARY KEY (tenant, source, number)
);

-- Carries all that the rates are counted of, so that they are counted from the index alone.
CREATE INDEX ticket_opened ON ticket
    (tenant, opened_at, escalated, resolved, first_contact, sla_met, escalation, first_reply_at);
CREATE INDEX ticket_open ON ticket (tenant, source, opened_at) WHERE resolved = 0;

-- One row for each ticket that was ever proposed. findings: why it is proposed now; dismissed: the findings for which
-- somebody said no, with who, when and why, which never propose this ticket again.
CREATE TABLE proposal (
    tenant      TEXT    NOT NULL,
    source      TEXT    NOT NULL,
    ticket      TEXT    NOT NULL,
    state       TEXT    NOT NULL,
    severity    INTEGER NOT NULL,
    weight      INTEGER NOT NULL,
    findings    TEXT    NOT NULL,
    dismissed   TEXT    NOT NULL,
    proposed_at BIGINT  NOT NULL,
    decided_at  BIGINT,
    decided_by  TEXT,
    escalation  BIGINT,
    PRIMARY KEY (tenant, source, ticket)
);

CREATE INDEX proposal_worst ON proposal (tenant, severity, weight DESC, proposed_at) WHERE state = 'proposed';
