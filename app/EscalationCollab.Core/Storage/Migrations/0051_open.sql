-- Asked whenever somebody declares: what is open for the customer already, how much of it and the worst.
CREATE INDEX escalation_open ON escalation (tenant, customer, restricted, severity, declared_at, status)
    WHERE status IN ('Declared', 'Acknowledged', 'Mitigated', 'Resolved');
