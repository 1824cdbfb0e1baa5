-- Who somebody in a Slack workspace is here. The e-mail address that matched is kept with the person, not twice.
CREATE TABLE slack_user (
  tenant TEXT NOT NULL,
  -- Slack's id of the user.
  id TEXT NOT NULL,
  person TEXT NOT NULL,
  name TEXT NOT NULL,
  -- member, guest, stranger, bot or gone.
  standing TEXT NOT NULL,
  -- Teams that come from Slack user groups, as a JSON list: taken away again when the group is left.
  teams TEXT NOT NULL,
  -- The channel of the direct messages, once there is one.
  direct TEXT,
  seen_at BIGINT NOT NULL,
  PRIMARY KEY (tenant, id)
);

CREATE INDEX slack_user_person ON slack_user (tenant, person);

-- Channels that must not be opened twice: noted before Slack is asked, and again with what came of it. One without a room was
-- begun and may or may not have been opened.
CREATE TABLE slack_call (
  tenant TEXT NOT NULL,
  effect TEXT NOT NULL,
  begun_at BIGINT NOT NULL,
  room TEXT,
  -- The name it got.
  result TEXT,
  PRIMARY KEY (tenant, effect)
);

CREATE INDEX slack_call_begun ON slack_call (tenant, begun_at);

-- Cards that did not fit into a message, whole.
CREATE TABLE slack_long_card (
  tenant TEXT NOT NULL,
  key TEXT NOT NULL,
  card TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (tenant, key)
);

CREATE INDEX slack_long_card_at ON slack_long_card (tenant, at);
