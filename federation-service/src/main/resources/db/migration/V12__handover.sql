create table handover_destination (
    federation  text  primary key references federation,
    destination jsonb not null
);

-- Versions that go into the model registry, each with all that is said of it there.
create table handover (
    federation      text        not null references federation,
    version         bigint      not null,
    round           bigint      not null,
    sha256          text        not null,
    destination     jsonb       not null,
    facts           jsonb       not null,
    state           text        not null default 'due' check (state in ('due', 'done', 'refused')),
    attempts        int         not null default 0,
    rollout         text        not null default '',
    error           text,
    created_at      timestamptz not null,
    next_attempt_at timestamptz not null,
    ended_at        timestamptz,
    primary key (federation, version)
);

create index handover_due on handover (next_attempt_at) where state = 'due';
