-- What repeats are recognised by, beside the customer. Written by the post-mortem through its projection.
ALTER TABLE escalation ADD COLUMN root_cause TEXT;

CREATE INDEX escalation_root_cause ON escalation (tenant, root_cause, declared_at) WHERE root_cause IS NOT NULL;

-- Carry all that figures are counted of, so that a quarter is read from an index alone.
CREATE INDEX escalation_figures ON escalation
    (tenant, declared_at, status, acknowledged_at, mitigated_at, resolved_at, closed_at, customer, root_cause, number);
CREATE INDEX promise_figures ON promise (tenant, due_at, kind, met_at, snoozed, number);
