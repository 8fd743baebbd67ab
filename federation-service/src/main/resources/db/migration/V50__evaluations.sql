-- What devices that do not train on a version found it to do on their own data.
create table evaluation (
    federation text             not null references federation,
    version    bigint           not null check (version > 0),
    device     uuid             not null,
    examples   double precision not null check (examples > 0),
    loss       double precision not null,
    accuracy   double precision check (accuracy between 0 and 1),
    at         timestamptz      not null,
    primary key (federation, version, device)
);
