-- Where the app was installed by link: a workspace, or a whole organisation of workspaces. Tokens are encrypted.
CREATE TABLE slack_installation (
  tenant TEXT NOT NULL,
  -- The workspace's id, or the organisation's where it was installed for all of its workspaces.
  id TEXT NOT NULL,
  team TEXT NOT NULL,
  enterprise TEXT NOT NULL,
  name TEXT NOT NULL,
  url TEXT NOT NULL,
  bot_user TEXT NOT NULL,
  scopes TEXT NOT NULL,
  token TEXT NOT NULL,
  -- Both are empty where tokens are not exchanged regularly.
  refresh TEXT NOT NULL,
  expires_at BIGINT,
  installed_at BIGINT NOT NULL,
  -- Slack's id of who installed it.
  installed_by TEXT NOT NULL,
  -- Set when the app was removed there; its tokens are wiped then.
  removed_at BIGINT,
  PRIMARY KEY (tenant, id)
);
