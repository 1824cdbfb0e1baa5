-- The chat of the Sandbox: what Slack and Teams keep for themselves, kept here for the browser.

CREATE TABLE sandbox_room (
  tenant TEXT NOT NULL,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  -- 1 for the direct messages of two people.
  direct INTEGER NOT NULL,
  -- Only for its members.
  restricted INTEGER NOT NULL,
  archived INTEGER NOT NULL,
  topic TEXT NOT NULL,
  -- The escalation it is the war room of.
  number BIGINT,
  -- The outbox effect that opened it.
  effect TEXT,
  -- The message kept at the top.
  pinned BIGINT,
  -- Lower stands further up.
  place INTEGER NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant, id)
);

CREATE UNIQUE INDEX sandbox_room_effect ON sandbox_room (tenant, effect) WHERE effect IS NOT NULL;

CREATE TABLE sandbox_member (
  tenant TEXT NOT NULL,
  room TEXT NOT NULL,
  person TEXT NOT NULL,
  PRIMARY KEY (tenant, room, person)
);

CREATE TABLE sandbox_message (
  tenant TEXT NOT NULL,
  id BIGINT NOT NULL,
  room TEXT NOT NULL,
  -- A person's id; customers who write to a support room are none and have a name only.
  author TEXT NOT NULL,
  author_name TEXT,
  at BIGINT NOT NULL,
  -- What a person said, or else a card as JSON with its phrases unsaid: everybody reads it in their own language.
  body TEXT,
  card TEXT,
  -- The only person who sees it; NULL for everybody in the room.
  only_for TEXT,
  -- The outbox effect that posted it.
  effect TEXT,
  version INTEGER NOT NULL,
  edited_at BIGINT,
  PRIMARY KEY (tenant, id)
);

CREATE INDEX sandbox_message_room ON sandbox_message (tenant, room, id);
CREATE UNIQUE INDEX sandbox_message_effect ON sandbox_message (tenant, effect) WHERE effect IS NOT NULL;

-- How far a person has read a room, and where the line "new" stood when they last opened it.
CREATE TABLE sandbox_read (
  tenant TEXT NOT NULL,
  room TEXT NOT NULL,
  person TEXT NOT NULL,
  message BIGINT NOT NULL,
  line BIGINT NOT NULL,
  PRIMARY KEY (tenant, room, person)
);

CREATE TABLE sandbox_opened_mail (
  tenant TEXT NOT NULL,
  mailbox TEXT NOT NULL,
  mail TEXT NOT NULL,
  PRIMARY KEY (tenant, mailbox, mail)
);
