-- Whose page in a chat platform is kept up to date: everybody who has opened it there once.
CREATE TABLE home (
  tenant TEXT NOT NULL,
  person TEXT NOT NULL,
  platform TEXT NOT NULL,
  opened_at BIGINT NOT NULL,
  PRIMARY KEY (tenant, person, platform)
);
