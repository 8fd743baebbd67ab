-- Facts that wait for the broker; libs/event-outbox says what each column is for.
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
