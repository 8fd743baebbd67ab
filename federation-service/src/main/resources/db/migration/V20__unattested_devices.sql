-- Participants that no key stands for: programs that can't sign. Their ids are never those of devices, so that nobody can sign as one.
create table unattested_device (
    id          uuid primary key,
    federation  text        not null references federation,
    label       text        not null,
    admitted_at timestamptz not null
);
