-- What the rounds of a federation that are over add up to, so that whoever takes it up reads the later ones alone. The events say all
-- that is in it: one that is damaged or of another form is not read.
create table round_snapshot (
    federation text   primary key references federation,
    round      bigint not null check (round > 0),
    form       int    not null,
    sha256     text   not null check (sha256 ~ '^[0-9a-f]{64}$'),
    body       text   not null
);
