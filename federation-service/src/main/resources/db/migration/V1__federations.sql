create table federation (
    name       text primary key check (name ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    settings   jsonb       not null,
    running    boolean     not null,
    created_at timestamptz not null
);

create table enrolment_token (
    sha256     text primary key check (sha256 ~ '^[0-9a-f]{64}$'),
    federation text        not null references federation,
    uses_left  int         not null check (uses_left >= 0),
    expires_at timestamptz not null
);

create table device (
    id            uuid primary key,
    federation    text        not null references federation,
    public_key    bytea       not null unique check (length(public_key) = 32),
    label         text        not null,
    participating boolean     not null,
    enrolled_at   timestamptz not null
);

-- The events of a round in their order. Who writes the next one names its place: a second writer of the same place is refused by
-- the key, reads again and decides anew.
create table round_event (
    federation text        not null references federation,
    round      bigint      not null check (round > 0),
    seq        int         not null check (seq >= 0),
    type       text        not null,
    at         timestamptz not null,
    body       jsonb       not null,
    primary key (federation, round, seq)
);

create table model_version (
    federation   text        not null references federation,
    version      bigint      not null check (version >= 0),
    sha256       text        not null check (sha256 ~ '^[0-9a-f]{64}$'),
    round        bigint,
    created_at   timestamptz not null,
    published_at timestamptz,
    primary key (federation, version)
);

create table model_layout (
    federation text  primary key references federation,
    tensors    jsonb not null
);
