-- What an escalation is found by, in the order it is looked through, with who may find it beside it: a search reads these
-- lines alone and nothing besides for what it leaves out. (For PostgreSQL the last two words are left out.)
CREATE TABLE escalation_line (
  tenant TEXT NOT NULL,
  number BIGINT NOT NULL,
  restricted INTEGER NOT NULL,
  line TEXT NOT NULL,
  PRIMARY KEY (tenant, number)
) WITHOUT ROWID;

INSERT INTO escalation_line (tenant, number, restricted, line)
SELECT f.tenant, f.number, e.restricted, f.line
FROM escalation_found f JOIN escalation e ON e.tenant = f.tenant AND e.number = f.number
ORDER BY f.tenant, f.number;

DROP TABLE escalation_found;
