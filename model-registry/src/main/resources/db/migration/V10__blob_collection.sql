-- When somebody last asked for a blob in order to name it in a version: the grace time of the collection counts from there.
create table blob_seen (
    sha256  text primary key check (sha256 ~ '^[0-9a-f]{64}$'),
    seen_at timestamptz not null
);
