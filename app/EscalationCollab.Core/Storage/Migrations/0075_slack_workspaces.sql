-- Where a Slack user was met: one person has an account in each workspace. Empty for those met before this was kept.
ALTER TABLE slack_user ADD COLUMN workspace TEXT NOT NULL DEFAULT '';

-- In which workspace of several a channel is; those not listed are in the first one.
CREATE TABLE slack_place (
  tenant TEXT NOT NULL,
  room TEXT NOT NULL,
  workspace TEXT NOT NULL,
  PRIMARY KEY (tenant, room)
);

CREATE INDEX slack_place_workspace ON slack_place (tenant, workspace);
