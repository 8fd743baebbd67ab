-- What people say about models and versions; the files of a version and the tags it was registered with never change.
alter table model
    add column tags    jsonb not null default '{}',
    add column license text  not null default '',
    add column card    text  not null default '';

alter table model_version
    add column labels      jsonb not null default '{}',
    add column description text  not null default '';

-- The last revision of a model that was removed: one of its name that comes later goes on counting from here, so that whoever
-- keeps the highest revision he has seen hears of it.
create table removed_model (
    name     text   primary key,
    revision bigint not null check (revision > 0)
);
