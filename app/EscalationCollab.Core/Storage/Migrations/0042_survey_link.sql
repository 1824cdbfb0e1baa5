-- The links that survey letters carry, as hashes only. A survey may have several: a letter that was interrupted while it
-- was sent is sent with a new link, and so is the reminder; all of them lead to the one survey and stop together.
-- contact: the address asked, in lower case, so that nobody is asked again too soon. round: which survey of the escalation.
CREATE TABLE survey_link (
    tenant     TEXT    NOT NULL,
    number     BIGINT  NOT NULL,
    token_hash TEXT    NOT NULL,
    round      INTEGER NOT NULL,
    contact    TEXT    NOT NULL,
    made_at    BIGINT  NOT NULL,
    PRIMARY KEY (tenant, number, token_hash)
);

CREATE UNIQUE INDEX survey_link_token ON survey_link (token_hash);
CREATE INDEX survey_link_contact ON survey_link (tenant, contact, made_at);
