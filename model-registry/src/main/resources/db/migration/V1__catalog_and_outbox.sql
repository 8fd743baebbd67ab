create table model (
    name        text primary key,
    task        text        not null,
    description text        not null,
    revision    bigint      not null check (revision > 0),
    created_at  timestamptz not null,
    changed_at  timestamptz not null
);

create table model_version (
    model      text        not null references model,
    version    text        not null,
    tags       jsonb       not null,
    created_at timestamptz not null,
    primary key (model, version)
);

create table model_file (
    model      text   not null,
    version    text   not null,
    path       text   not null,
    sha256     text   not null check (sha256 ~ '^[0-9a-f]{64}$'),
    size_bytes bigint not null check (size_bytes >= 0),
    primary key (model, version, path),
    foreign key (model, version) references model_version
);

create index model_file_sha256 on model_file (sha256);

create table model_alias (
    model   text not null,
    alias   text not null,
    version text not null,
    primary key (model, alias),
    foreign key (model, version) references model_version
);

-- Facts to be sent. A row is written in the transaction of the change it tells of, while that transaction holds the lock of
-- its aggregate: seq therefore grows in commit order within an aggregate.
create table outbox (
    seq             bigint generated always as identity primary key,
    id              uuid        not null unique,
    topic           text        not null,
    aggregate       text        not null,
    headers         jsonb       not null,
    payload         bytea       not null,
    created_at      timestamptz not null default clock_timestamp(),
    attempts        int         not null default 0,
    next_attempt_at timestamptz not null default clock_timestamp(),
    leased_until    timestamptz,
    leased_by       uuid,
    last_error      text,
    sent_at         timestamptz
);

create index outbox_unsent on outbox (topic, aggregate, seq) where sent_at is null;
create index outbox_sent on outbox (sent_at) where sent_at is not null;
