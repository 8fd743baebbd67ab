-- Who changed what, or was to. No body, no query and no token is here.
create table audit (
    id         bigint generated always as identity primary key,
    at         timestamptz not null,
    who        text        not null,
    person     text,
    action     text        not null,
    target     text        not null,
    status     integer     not null,
    outcome    text        not null check (outcome in ('done', 'refused', 'failed')),
    request_id text        not null
);

create index audit_who on audit (who, id);
create index audit_at on audit (at);

create function audit_is_kept() returns trigger language plpgsql as $$
begin
    raise exception 'the audit is only ever added to';
end
$$;

create trigger audit_is_kept before update or delete on audit for each row execute function audit_is_kept();
create trigger audit_is_not_emptied before truncate on audit for each statement execute function audit_is_kept();
