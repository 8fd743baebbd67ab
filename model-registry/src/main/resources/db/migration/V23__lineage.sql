create table lineage_edge (
    model      text        not null,
    version    text        not null,
    kind       text        not null,
    target     text        not null,
    facts      jsonb       not null,
    created_at timestamptz not null,
    primary key (model, version, kind, target),
    foreign key (model, version) references model_version on delete cascade
);
