-- Post-mortems for lists, digests and searches for similar cases. The documents are kept for good in the event
-- post-mortem-published; here they are at hand. state: draft | in-review | published.
CREATE TABLE post_mortem (
    tenant            TEXT   NOT NULL,
    number            BIGINT NOT NULL,
    state             TEXT   NOT NULL,
    title             TEXT   NOT NULL,
    published_at      BIGINT,
    markdown          TEXT,
    customer_markdown TEXT,
    PRIMARY KEY (tenant, number)
);

CREATE INDEX post_mortem_published ON post_mortem (tenant, published_at) WHERE published_at IS NOT NULL;
