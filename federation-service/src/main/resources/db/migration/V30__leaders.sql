-- Which instance leads a federation, where there are several. Each new lead has a greater epoch, and events of rounds are written under
-- the epoch of the leader alone: one that was paused and has lost its lead can write nothing more.
create table federation_leader (
    federation text primary key references federation,
    epoch      bigint      not null check (epoch > 0),
    address    text        not null,
    since      timestamptz not null
);

alter table round_event add column epoch bigint;
