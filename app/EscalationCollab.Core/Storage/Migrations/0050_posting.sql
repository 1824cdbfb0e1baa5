-- Posts that were begun and whose answer is not kept yet. After a crash it is looked up here what may stand in the chat.
CREATE TABLE posting (
  tenant TEXT NOT NULL,
  number BIGINT NOT NULL,
  slot TEXT NOT NULL,
  target TEXT NOT NULL,
  -- What the platform was given to recognise it by.
  effect TEXT NOT NULL,
  platform TEXT NOT NULL,
  -- Where it went: a room, or one person.
  room TEXT,
  person TEXT,
  begun_at BIGINT NOT NULL,
  PRIMARY KEY (tenant, number, slot, target)
);
