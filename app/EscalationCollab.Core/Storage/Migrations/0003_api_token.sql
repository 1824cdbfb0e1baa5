-- Tokens of the HTTP interface, as hashes only.
CREATE TABLE api_token (
  tenant TEXT NOT NULL,
  name TEXT NOT NULL,
  hash TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant, name)
);

CREATE UNIQUE INDEX api_token_hash ON api_token (hash);
