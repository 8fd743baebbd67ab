-- What happened to rollouts: added to, never changed. Everything else of a rollout is made from it.
create table rollout_event (
    seq     bigint generated always as identity primary key,
    rollout text        not null,
    version bigint      not null check (version > 0),
    type    text        not null,
    at      timestamptz not null,
    payload jsonb       not null,
    unique (rollout, version)
);

create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% holds events, which are never changed', tg_table_name;
end $$;

create trigger rollout_event_is_kept before update or delete or truncate on rollout_event
    for each statement execute function refuse_change();

-- State after so many events, to save reading them all; may be deleted at any time.
create table rollout_snapshot (
    rollout text primary key,
    version bigint not null,
    state   jsonb  not null
);

-- The rollout that has a model to itself: the key is what makes a second one impossible.
create table rollout_active (
    model   text primary key,
    rollout text not null unique
);

-- Projections: dropped and made anew from rollout_event by POST /api/rollouts/projections/rebuild.
create table rollout_history (
    rollout    text primary key,
    model      text        not null,
    baseline   text        not null,
    candidate  text        not null,
    state      text        not null,
    percent    int         not null,
    revision   bigint      not null,
    reason     text        not null,
    decided_by text        not null,
    started_at timestamptz not null,
    changed_at timestamptz not null,
    ended_at   timestamptz
);

create index rollout_history_model on rollout_history (model, started_at desc);

create table rollout_timeline (
    rollout  text        not null,
    revision bigint      not null,
    model    text        not null,
    at       timestamptz not null,
    event    text        not null,
    state    text        not null,
    percent  int         not null,
    decision jsonb       not null,
    primary key (rollout, revision)
);

create index rollout_timeline_model on rollout_timeline (model, at desc);

-- What happened to models, versions and aliases. Written by triggers, so that no way of changing the catalogue can leave it out;
-- the model's row is locked meanwhile, which makes seq and at grow in commit order within a model.
create table catalog_event (
    seq     bigint generated always as identity primary key,
    model   text        not null,
    type    text        not null,
    alias   text,
    version text,
    at      timestamptz not null default clock_timestamp()
);

create index catalog_event_model on catalog_event (model, seq);
create index catalog_event_alias on catalog_event (model, alias, at) where alias is not null;

create trigger catalog_event_is_kept before update or delete or truncate on catalog_event
    for each statement execute function refuse_change();

-- What there was before anything was recorded: its times are the best that is known.
insert into catalog_event (model, type, at) select name, 'model_created', created_at from model order by created_at, name;
insert into catalog_event (model, type, version, at)
    select model, 'version_registered', version, created_at from model_version order by created_at, model, version;
insert into catalog_event (model, type, alias, version, at)
    select a.model, 'alias_set', a.alias, a.version, m.changed_at
    from model_alias a join model m on m.name = a.model order by m.changed_at, a.model, a.alias;

create function record_model() returns trigger language plpgsql as $$
begin
    if tg_op <> 'INSERT' then
        insert into catalog_event (model, type) values (old.name, 'model_removed');
    end if;
    if tg_op <> 'DELETE' then
        insert into catalog_event (model, type) values (new.name, 'model_created');
    end if;
    return null;
end $$;

create function record_version() returns trigger language plpgsql as $$
begin
    if tg_op <> 'INSERT' then
        insert into catalog_event (model, type, version) values (old.model, 'version_removed', old.version);
    end if;
    if tg_op <> 'DELETE' then
        insert into catalog_event (model, type, version) values (new.model, 'version_registered', new.version);
    end if;
    return null;
end $$;

create function record_alias() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' or (tg_op = 'UPDATE' and (old.model, old.alias) <> (new.model, new.alias)) then
        insert into catalog_event (model, type, alias, version) values (old.model, 'alias_removed', old.alias, old.version);
    end if;
    if tg_op <> 'DELETE' then
        insert into catalog_event (model, type, alias, version) values (new.model, 'alias_set', new.alias, new.version);
    end if;
    return null;
end $$;

create trigger model_is_recorded after insert or delete or update of name on model
    for each row execute function record_model();
create trigger version_is_recorded after insert or delete or update of model, version on model_version
    for each row execute function record_version();
create trigger alias_is_recorded after insert or delete or update of model, alias, version on model_alias
    for each row execute function record_alias();
