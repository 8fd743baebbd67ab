-- What passages of documents mean. The key whose they are stands in every row; nothing is searched without it.
CREATE EXTENSION IF NOT EXISTS vector;

CREATE TABLE ${table} (
    tenant   text        NOT NULL,
    document text        NOT NULL,
    place    integer     NOT NULL,
    model    text        NOT NULL,
    name     text        NOT NULL,
    passage  text        NOT NULL,
    vector   vector      NOT NULL,
    kept_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant, document, place)
);

CREATE INDEX ${table}_model ON ${table} (tenant, model);
