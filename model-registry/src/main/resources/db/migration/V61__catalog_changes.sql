-- Every change of every row of the catalogue: added to, never changed. The tables of the catalogue are what these changes come to,
-- and POST /api/catalog/rebuild drops their rows and makes them anew. Written by triggers in the transaction of the change, so that
-- no way of changing a row can leave it out.
create table catalog_change (
    seq    bigint generated always as identity primary key,
    source text        not null,
    model  text        not null,
    -- The columns of the primary key.
    key    jsonb       not null,
    op     text        not null check (op in ('added', 'changed', 'removed')),
    -- All columns of a row that is added, those that are new of one that is changed, none of one that is removed.
    facts  jsonb       not null,
    at     timestamptz not null default clock_timestamp()
);

create index catalog_change_model on catalog_change (model, seq);

create trigger catalog_change_is_kept before update or delete or truncate on catalog_change
    for each statement execute function refuse_change();

-- Columns of a row by their names.
create function picked(facts jsonb, names text[]) returns jsonb language sql immutable as $$
    select jsonb_object_agg(name, facts -> name) from unnest(names) name
$$;

-- Takes the columns of the primary key as its arguments.
create function record_row() returns trigger language plpgsql set timezone = 'UTC' as $$
declare
    earlier jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) end;
    later   jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) end;
    news    jsonb;
begin
    if current_setting('rivulet.rebuilding', true) = 'on' then
        return null;
    end if;
    if tg_op = 'UPDATE' and picked(earlier, tg_argv) = picked(later, tg_argv) then
        select jsonb_object_agg(name, fact) into news from jsonb_each(later) as each(name, fact)
            where earlier -> name is distinct from fact;
        if news is not null then
            insert into catalog_change (source, model, key, op, facts)
                values (tg_table_name, later ->> tg_argv[0], picked(later, tg_argv), 'changed', news);
        end if;
        return null;
    end if;
    if earlier is not null then
        insert into catalog_change (source, model, key, op, facts)
            values (tg_table_name, earlier ->> tg_argv[0], picked(earlier, tg_argv), 'removed', '{}');
    end if;
    if later is not null then
        insert into catalog_change (source, model, key, op, facts)
            values (tg_table_name, later ->> tg_argv[0], picked(later, tg_argv), 'added', later);
    end if;
    return null;
end $$;

create aggregate merged(jsonb) (sfunc = jsonb_concat, stype = jsonb, initcond = '{}');

-- The rows of some models that the changes up to one come to.
create function catalog_at(wanted text[], cut bigint) returns table (source text, model text, key jsonb, facts jsonb)
language sql stable as $$
    with begun as (
        select distinct on (c.source, c.key) c.source, c.model, c.key, c.seq, c.op from catalog_change c
        where c.model = any (wanted) and c.op <> 'changed' and c.seq <= cut
        order by c.source, c.key, c.seq desc)
    select b.source, b.model, b.key, merged(c.facts order by c.seq)
    from begun b join catalog_change c
        on c.model = b.model and c.source = b.source and c.key = b.key and c.seq between b.seq and cut
    where b.op = 'added'
    group by b.source, b.model, b.key
$$;

-- The rows as they stand. Moments are written in the zone of the session: compare in UTC, in which changes are written.
create view catalog_row as
    select 'model' source, name model, jsonb_build_object('name', name) key, to_jsonb(t) facts from model t
    union all select 'removed_model', name, jsonb_build_object('name', name), to_jsonb(t) from removed_model t
    union all select 'model_version', model, jsonb_build_object('model', model, 'version', version), to_jsonb(t)
        from model_version t
    union all select 'model_file', model, jsonb_build_object('model', model, 'version', version, 'path', path), to_jsonb(t)
        from model_file t
    union all select 'model_alias', model, jsonb_build_object('model', model, 'alias', alias), to_jsonb(t) from model_alias t
    union all select 'version_stage', model, jsonb_build_object('model', model, 'version', version), to_jsonb(t)
        from version_stage t
    union all select 'stage_request', model, jsonb_build_object('model', model, 'id', id), to_jsonb(t) from stage_request t
    union all select 'lineage_edge', model,
        jsonb_build_object('model', model, 'version', version, 'kind', kind, 'target', target), to_jsonb(t)
        from lineage_edge t;

-- What there was before anything was recorded: the times are the best that is known.
set local timezone = 'UTC';

insert into catalog_change (source, model, key, op, facts, at)
    select r.source, r.model, r.key, 'added', r.facts,
           coalesce(r.facts ->> 'changed_at', r.facts ->> 'created_at', r.facts ->> 'since', r.facts ->> 'asked_at',
                    v.created_at::text, m.changed_at::text, 'epoch')::timestamptz as moment
    from catalog_row r
        left join model m on m.name = r.model
        left join model_version v on v.model = r.model and v.version = r.facts ->> 'version' and r.source = 'model_file'
    order by moment, r.source, r.key;

create trigger row_is_recorded after insert or update or delete on model
    for each row execute function record_row('name');
create trigger row_is_recorded after insert or update or delete on removed_model
    for each row execute function record_row('name');
create trigger row_is_recorded after insert or update or delete on model_version
    for each row execute function record_row('model', 'version');
create trigger row_is_recorded after insert or update or delete on model_file
    for each row execute function record_row('model', 'version', 'path');
create trigger row_is_recorded after insert or update or delete on model_alias
    for each row execute function record_row('model', 'alias');
create trigger row_is_recorded after insert or update or delete on version_stage
    for each row execute function record_row('model', 'version');
create trigger row_is_recorded after insert or update or delete on stage_request
    for each row execute function record_row('model', 'id');
create trigger row_is_recorded after insert or update or delete on lineage_edge
    for each row execute function record_row('model', 'version', 'kind', 'target');

-- A rebuild is no change: what it writes is told neither here nor in catalog_event.
create or replace function record_model() returns trigger language plpgsql as $$
begin
    if current_setting('rivulet.rebuilding', true) = 'on' then
        return null;
    end if;
    if tg_op <> 'INSERT' then
        insert into catalog_event (model, type) values (old.name, 'model_removed');
    end if;
    if tg_op <> 'DELETE' then
        insert into catalog_event (model, type) values (new.name, 'model_created');
    end if;
    return null;
end $$;

create or replace function record_version() returns trigger language plpgsql as $$
begin
    if current_setting('rivulet.rebuilding', true) = 'on' then
        return null;
    end if;
    if tg_op <> 'INSERT' then
        insert into catalog_event (model, type, version) values (old.model, 'version_removed', old.version);
    end if;
    if tg_op <> 'DELETE' then
        insert into catalog_event (model, type, version) values (new.model, 'version_registered', new.version);
    end if;
    return null;
end $$;

create or replace function record_alias() returns trigger language plpgsql as $$
begin
    if current_setting('rivulet.rebuilding', true) = 'on' then
        return null;
    end if;
    if tg_op = 'DELETE' or (tg_op = 'UPDATE' and (old.model, old.alias) <> (new.model, new.alias)) then
        insert into catalog_event (model, type, alias, version) values (old.model, 'alias_removed', old.alias, old.version);
    end if;
    if tg_op <> 'DELETE' then
        insert into catalog_event (model, type, alias, version) values (new.model, 'alias_set', new.alias, new.version);
    end if;
    return null;
end $$;
