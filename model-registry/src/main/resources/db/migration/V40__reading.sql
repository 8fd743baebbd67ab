-- What readers of this service keep beside their effects, in the same transaction (libs/event-reading).
create table inbox (
    reader   text        not null,
    source   text        not null,
    id       text        not null,
    taken_at timestamptz not null default clock_timestamp(),
    primary key (reader, source, id)
);

create index inbox_taken_at on inbox (taken_at);

create table parked (
    reader           text        not null,
    letter           text        not null,
    topic            text        not null,
    record_partition integer     not null,
    record_offset    bigint      not null,
    aggregate        text        not null,
    cause            text        not null,
    parked_at        timestamptz not null default clock_timestamp(),
    primary key (reader, letter)
);

create index parked_aggregate on parked (reader, topic, aggregate, record_offset);

-- Dead letters of all readers of the platform, for people.
create table dead_letter (
    id               text primary key,
    seq              bigint generated always as identity unique,
    reader           text        not null,
    topic            text        not null,
    record_partition integer     not null,
    record_offset    bigint      not null,
    recorded_at      timestamptz not null,
    record_key       bytea,
    aggregate        text        not null,
    cause            text        not null,
    reason           text        not null,
    exception        text        not null,
    stack            text        not null,
    attempts         integer     not null,
    round            integer     not null,
    dropped_bytes    bigint      not null,
    headers          jsonb       not null,
    payload          bytea,
    mended           bytea,
    state            text        not null check (state in ('parked', 'sending', 'replayed', 'discarding', 'discarded')),
    parked_at        timestamptz not null,
    decided_at       timestamptz,
    decided_by       text,
    decided_why      text
);

create index dead_letter_aggregate on dead_letter (reader, topic, aggregate, record_offset);
create index dead_letter_state on dead_letter (state, seq);

-- What versions of models were used for, counted once for each finished request.
create table version_usage (
    model             text        not null,
    version           text        not null,
    day               date        not null,
    requests          bigint      not null,
    failed            bigint      not null,
    prompt_tokens     bigint      not null,
    completion_tokens bigint      not null,
    last_at           timestamptz not null,
    primary key (model, version, day)
);
