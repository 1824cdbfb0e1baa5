-- What an escalation is found by: one short line in lower case, so that looking through all of them stays quick.
CREATE TABLE escalation_found (
  tenant TEXT NOT NULL,
  number BIGINT NOT NULL,
  line TEXT NOT NULL,
  PRIMARY KEY (tenant, number)
);

INSERT INTO escalation_found (tenant, number, line)
SELECT tenant, number,
  lower('esc-' || number || ' ' || coalesce(snapshot ->> '$.customer.name', '') || ' ' || coalesce(snapshot ->> '$.summary', ''))
FROM escalation;

-- Which notice a message that somebody pressed a button of is.
CREATE INDEX posted_message ON posted (tenant, platform, message);
