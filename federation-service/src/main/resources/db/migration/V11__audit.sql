-- Signed lines, each of which names the digest of the one before; docs/federation-audit.md has their form. Lines are added at the end
-- alone. The federation's row may go one day, its log stays: no foreign key.
create table audit_line (
    log      text   not null,
    sequence bigint not null check (sequence >= 0),
    line     text   not null,
    primary key (log, sequence)
);
