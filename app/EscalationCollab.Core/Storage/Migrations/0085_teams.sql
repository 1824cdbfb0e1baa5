-- Teams needs them too.
ALTER TABLE slack_call RENAME TO chat_call;

ALTER TABLE slack_long_card RENAME TO long_card;

-- An organisation the app is installed in: where Teams is answered, and the team in which its war rooms are opened.
CREATE TABLE teams_tenant (
  tenant TEXT NOT NULL,
  -- The id of the Entra tenant.
  entra TEXT NOT NULL,
  service_url TEXT NOT NULL,
  -- The team: the id of its Microsoft 365 group and of its general channel; empty until the app is added to one.
  team TEXT NOT NULL,
  general TEXT NOT NULL,
  name TEXT NOT NULL,
  -- The bot's own id in Teams.
  bot TEXT NOT NULL,
  installed_at BIGINT NOT NULL,
  PRIMARY KEY (tenant, entra)
);

-- Who somebody in Teams is here. The e-mail address that matched is kept with the person, not twice.
CREATE TABLE teams_user (
  tenant TEXT NOT NULL,
  -- The Entra object id.
  id TEXT NOT NULL,
  -- The id the bot knows them by.
  teams_id TEXT NOT NULL,
  person TEXT NOT NULL,
  name TEXT NOT NULL,
  -- member, guest, stranger or gone.
  standing TEXT NOT NULL,
  -- The conversation of the bot with them, once there is one.
  direct TEXT,
  seen_at BIGINT NOT NULL,
  PRIMARY KEY (tenant, id)
);

CREATE INDEX teams_user_person ON teams_user (tenant, person);
