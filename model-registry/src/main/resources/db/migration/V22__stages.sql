create table version_stage (
    model   text        not null,
    version text        not null,
    stage   text        not null,
    since   timestamptz not null,
    primary key (model, version),
    foreign key (model, version) references model_version on delete cascade
);

-- Who asked for a stage and who decided. Rows outlive the version they speak of: the commit says which files were meant.
create table stage_request (
    id             bigint generated always as identity primary key,
    model          text        not null,
    version        text        not null,
    commit         text        not null,
    from_stage     text        not null,
    stage          text        not null,
    reason         text        not null,
    asked_by       text        not null,
    asked_at       timestamptz not null,
    state          text        not null check (state in ('pending', 'applied', 'approved', 'refused')),
    decided_by     text,
    decided_at     timestamptz,
    decided_reason text,
    check (state <> 'approved' or decided_by <> asked_by)
);

create unique index stage_request_pending on stage_request (model, version) where state = 'pending';
create index stage_request_model on stage_request (model, id);
