-- What the aggregation remembers beside the model of a version; its bytes are a file.
create table server_state (
    federation text   not null references federation,
    version    bigint not null check (version >= 0),
    model      text   not null check (model ~ '^[0-9a-f]{64}$'),
    sha256     text   not null check (sha256 ~ '^[0-9a-f]{64}$'),
    clip       double precision,
    primary key (federation, version)
);

-- Every change of settings; those in force are in the table of federations.
create table settings_change (
    federation text        not null references federation,
    seq        int         not null check (seq >= 0),
    at         timestamptz not null,
    settings   jsonb       not null,
    primary key (federation, seq)
);

-- How far each device's update lay from those of the others in its round.
create table device_score (
    federation text             not null references federation,
    device     uuid             not null,
    round      bigint           not null check (round > 0),
    distance   double precision not null,
    cosine     double precision not null,
    primary key (federation, device, round)
);

-- Examples with which the service measures each version: float32 and int32, big-endian.
create table held_out (
    federation text  primary key references federation,
    dimensions int   not null check (dimensions > 0),
    classes    int   not null check (classes > 1),
    hidden     int   not null check (hidden >= 0),
    features   bytea not null,
    labels     bytea not null
);
