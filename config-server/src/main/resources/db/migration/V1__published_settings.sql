-- A site is an application and a profile; "application" is every application, "default" every profile.
create table config_head (
    application text   not null,
    profile     text   not null,
    revision    bigint not null check (revision >= 0),
    primary key (application, profile)
);

-- What is served now. The value of a secret is {cipher} and its ciphertext.
create table config_value (
    application text    not null,
    profile     text    not null,
    key         text    not null,
    value       text    not null,
    secret      boolean not null,
    revision    bigint  not null,
    primary key (application, profile, key),
    foreign key (application, profile) references config_head
);

create table config_revision (
    application text        not null,
    profile     text        not null,
    revision    bigint      not null check (revision > 0),
    author      text        not null,
    -- The revision whose values came back, if this one is a rollback.
    restored    bigint,
    at          timestamptz not null,
    primary key (application, profile, revision),
    foreign key (application, profile) references config_head
);

create table config_change (
    application text    not null,
    profile     text    not null,
    revision    bigint  not null,
    key         text    not null,
    old_value   text,
    old_secret  boolean not null,
    new_value   text,
    new_secret  boolean not null,
    primary key (application, profile, revision, key),
    foreign key (application, profile, revision) references config_revision
);

create table config_applied (
    instance    text        primary key,
    application text        not null,
    profiles    text        not null,
    revisions   text        not null,
    refused     text        not null,
    at          timestamptz not null
);

create index config_applied_by_application on config_applied (application, at);
