-- Which room on which platform belongs to which escalation, and which message a notice's slot was posted as.
CREATE TABLE room (
  tenant TEXT NOT NULL,
  platform TEXT NOT NULL,
  room TEXT NOT NULL,
  number BIGINT NOT NULL,
  PRIMARY KEY (tenant, platform, room)
);

CREATE TABLE posted (
  tenant TEXT NOT NULL,
  number BIGINT NOT NULL,
  slot TEXT NOT NULL,
  target TEXT NOT NULL,
  platform TEXT NOT NULL,
  room TEXT NOT NULL,
  message TEXT NOT NULL,
  PRIMARY KEY (tenant, number, slot, target)
);
